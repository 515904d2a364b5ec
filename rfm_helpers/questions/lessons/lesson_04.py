"""Exercise of lesson 4: an evening in Lyon, whom to invite and what the names are worth."""

from __future__ import annotations

from functools import cache

import pandas as pd

from rfm_helpers.analysis.contacts import contact_list
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.analysis.segments import (
    assign_segments,
    audit_grid,
    explain_segment,
    segment_profile,
)
from rfm_helpers.catalog import Grid, load_grid
from rfm_helpers.datasets import (
    COURSE_DATE,
    load_complaints,
    load_contacts,
    load_customers,
    load_orders,
)
from rfm_helpers.french.numbers import euros, percent
from rfm_helpers.questions.checks import (
    Choice,
    ChoiceCheck,
    Mistake,
    NumberCheck,
    TableCheck,
    TableMistake,
    TextCheck,
    TextMistake,
)
from rfm_helpers.questions.model import Question

REGION = "Lyon et sa région"
CUSTOMER = "C-0529"
INVITED = ("Champions", "Fidèles")
PAIRS = (("233", "333"), ("311", "321"), ("422", "432"), ("131", "141"))


@cache
def questions() -> tuple[Question, ...]:
    """The five questions, their answers computed from the orders and the customers."""
    table = rfm_table(load_orders(), as_of=COURSE_DATE)
    people = load_customers()
    local = people.loc[people["region"] == REGION, "client_id"]
    everyone = assign_segments(score_rfm(table))
    customers = everyone[everyone["client_id"].isin(local)]
    return (
        _profile(customers, table[table["client_id"].isin(local)]),
        _champions(customers, everyone),
        _invitations(customers.merge(people, on="client_id")),
        _after_a_purchase(score_rfm(table)),
        _inversions(),
    )


def _profile(customers: pd.DataFrame, alone: pd.DataFrame) -> Question:
    columns = ["segment", "clients", "chiffre_affaires"]
    expected = segment_profile(customers)[columns]
    inside = segment_profile(assign_segments(score_rfm(alone)))
    sizes = expected.set_index("segment")["clients"]
    top = inside.set_index("segment")["clients"]

    return Question(
        "profil_de_la_region",
        f"Donnez le profil des segments de **{REGION}**. Les noms doivent vouloir dire la même "
        "chose qu’au siège : un Champion de Lyon est un Champion de toute la maison.",
        TableCheck(
            expected,
            keys=("segment",),
            tolerance=0.5,
            success=(
                f"Oui : {sizes['Champions']} Champions. Notée seule, la région en aurait "
                f"{top['Champions']} : un score compare un client aux autres clients de la table, "
                "et changer la table change le nom."
            ),
            mistakes=_profile_mistakes(expected, int(top["Champions"])),
        ),
        hints=(
            "Les scores sont relatifs : demandez-vous à qui chaque client est comparé.",
            "Écrivez l’un des deux textes proposés dans le commentaire, entre guillemets.",
        ),
        worked=(
            '`noter = "toute la maison"` : on note d’abord tous les clients, on ne garde la '
            "région qu’ensuite."
        ),
        section="Des codes aux onze segments",
    )


def _profile_mistakes(expected: pd.DataFrame, alone: int) -> tuple[TableMistake, ...]:
    return (
        TableMistake(
            lambda table: table.loc[table["segment"] == "Champions", "clients"].sum() == alone,
            "À qui compare-t-on les clients de Lyon : à leurs voisins, ou à toute la maison ?",
        ),
        TableMistake(
            lambda table: table["clients"].sum() > expected["clients"].sum(),
            "Le tableau ne compte-t-il que les clients de la région ?",
        ),
        TableMistake(
            lambda table: not table["segment"].isin(expected["segment"]).all(),
            "Ces noms sont-ils ceux de la grille des onze segments ?",
        ),
    )


def _champions(customers: pd.DataFrame, everyone: pd.DataFrame) -> Question:
    profile = segment_profile(customers).set_index("segment")
    house = segment_profile(everyone).set_index("segment")
    shares, revenue = profile["part_ca"].to_dict(), profile["chiffre_affaires"].to_dict()
    answer = 100 * shares["Champions"]
    people = 100 * profile["part_clients"].to_dict()["Champions"]
    return Question(
        "part_des_champions",
        f"Pour **{REGION}**, quelle part du **chiffre d’affaires** de la région les Champions "
        "font-ils, en % ?",
        NumberCheck(
            answer,
            tolerance=0.6,
            unit="%",
            success=(
                f"Oui : {percent(answer / 100, 1)} des euros, pour {percent(people / 100, 1)} des "
                "clients. À remarquer : les Fidèles en font presque autant, avec deux fois plus "
                "de clients."
            ),
            mistakes=_champions_mistakes(profile, house),
            otherwise="Lisez-vous la ligne des Champions, dans la bonne région ?",
        ),
        hints=("Écrivez le nom de la région, exécutez, puis lisez la part du chiffre d’affaires.",),
        worked=(
            f"{euros(revenue['Champions'])} sur {euros(sum(revenue.values()))} : "
            f"{percent(answer / 100, 1)}."
        ),
        section="Combien de clients, combien d’euros ?",
    )


def _champions_mistakes(profile: pd.DataFrame, house: pd.DataFrame) -> tuple[Mistake, ...]:
    return (
        Mistake(
            100 * profile["part_clients"].to_dict()["Champions"],
            "Est-ce leur part des clients, ou des euros ?",
        ),
        Mistake(
            100 * house["part_ca"].to_dict()["Champions"],
            "Est-ce la part dans toute la maison ?",
        ),
        Mistake(
            100 * sum(profile["part_ca"].to_dict()[segment] for segment in INVITED),
            "Avez-vous ajouté les Fidèles ?",
        ),
    )


def _invitations(customers: pd.DataFrame) -> Question:
    chosen = customers[customers["segment"].isin(INVITED)]
    stay, leave = _by_email(chosen)
    by_segment = stay["segment"].value_counts()
    return Question(
        "invitations_par_message",
        "La soirée réunit les **Champions** et les **Fidèles** de la région. À combien d’entre eux "
        "peut-on envoyer une invitation par e-mail ?",
        NumberCheck(
            len(stay),
            success=(
                f"Oui : {len(stay)} sur {len(chosen)}. Aux {len(leave)} autres, aucun message ; "
                "leur conseillère pourra leur en parler quand ils viendront."
            ),
            mistakes=_invitations_mistakes(customers, chosen),
            otherwise="Avez-vous additionné ceux qui restent, dans les deux segments invités ?",
        ),
        hints=(
            "Changez la région : le tableau sépare ceux qui restent et ceux qui sortent.",
            "Deux lignes, une seule colonne.",
        ),
        worked=(
            f"{by_segment['Champions']} Champions et {by_segment['Fidèles']} Fidèles restent sur "
            f"la liste : {len(stay)}."
        ),
        section="Reprenez votre liste : qui en sort ?",
    )


def _by_email(customers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who stays on a list of e-mails, and who leaves it."""
    return contact_list(
        customers,
        "e-mail",
        on=COURSE_DATE,
        people=load_customers(),
        complaints=load_complaints(),
        contacts=load_contacts(),
    )


def _invitations_mistakes(customers: pd.DataFrame, chosen: pd.DataFrame) -> tuple[Mistake, ...]:
    stay, leave = _by_email(chosen)
    by_segment = stay["segment"].value_counts()
    return (
        Mistake(len(chosen), "Tous peuvent-ils recevoir un message ?"),
        Mistake(len(leave), "Est-ce le nombre de ceux qui sortent ?"),
        Mistake(
            int((chosen["consentement"] == "oui").sum()),
            "Le consentement suffit-il ? Qui attend une réponse, qui a beaucoup reçu ?",
        ),
        Mistake(int(by_segment["Champions"]), "Où sont passés les Fidèles ?"),
        Mistake(int(by_segment["Fidèles"]), "Où sont passés les Champions ?"),
        Mistake(len(_by_email(customers)[0]), "Avez-vous gardé les deux segments invités ?"),
    )


def _after_a_purchase(scored: pd.DataFrame) -> Question:
    told = explain_segment(scored, CUSTOMER)
    grid = load_grid("onze")
    code = str(scored.loc[scored["client_id"] == CUSTOMER, "code_rfm"].item())
    answer = str(told.purchase["segment"].iloc[0])
    now = grid.segment_of(code)
    return Question(
        "apres_un_achat",
        f"Le client **{CUSTOMER}** hésite à venir à la soirée. S’il y commandait pour son panier "
        "moyen, quel serait son **segment** ?",
        TextCheck(
            (answer,),
            known=grid.names,
            success=(
                f"Oui : de « {now} » à « {answer} », d’un seul achat. Une commande fait bouger les "
                "trois scores à la fois : voilà ce que vaut une visite."
            ),
            mistakes=_after_a_purchase_mistakes(grid, code),
            otherwise="Avez-vous lu la dernière phrase de l’explication, pour ce client-là ?",
        ),
        hints=(
            "Changez l’identifiant du client, exécutez, et lisez jusqu’au bout.",
            "La dernière phrase suppose une commande à la date de référence.",
        ),
        worked=(
            f"Aujourd’hui {code}, « {now} ». Après une commande, la récence tombe à 0, la "
            f"fréquence gagne 1 et le montant augmente du panier moyen : « {answer} »."
        ),
        section="Pourquoi ce segment ?",
    )


def _after_a_purchase_mistakes(grid: Grid, code: str) -> tuple[TextMistake, ...]:
    r, f, m = map(int, code)
    frequency, amount = (grid.segment_of(up) for up in (f"{r}{f + 1}{m}", f"{r}{f}{m + 1}"))
    return (
        TextMistake((grid.segment_of(code),), "Est-ce son segment d’aujourd’hui, avant l’achat ?"),
        TextMistake(
            (grid.segment_of(f"{r + 1}{f}{m}"),), "Un achat ne fait-il bouger que la récence ?"
        ),
        TextMistake((frequency, amount), "Un achat laisse-t-il la récence comme elle est ?"),
    )


def _inversions() -> Question:
    grid = load_grid("onze")
    found = audit_grid(grid).inversions
    inverted = set(zip(found["code"], found["code_meilleur"], strict=True))
    choices = []
    for pair in PAIRS:
        before, after = (grid.segment_of(code) for code in pair)
        right = pair in inverted
        why = (
            f"{pair[0]} → {pair[1]} : un point de plus, et pourtant de « {before} » à « {after} », "
            "que le cours range derrière."
            if right
            else f"{pair[0]} → {pair[1]} : avez-vous lu les deux noms sur la carte, et leur rang "
            "dans la légende ?"
        )
        choices.append(Choice(f"de {pair[0]} à {pair[1]}", why, right))
    letters = [letter for letter, one in zip("abcd", choices, strict=True) if one.right]
    return Question(
        "progres_qui_reculent",
        "Un conseiller veut annoncer des progrès à la soirée. Sur la grille, certains de ces "
        "progrès d’un point mènent à un segment **moins bien** classé. Lesquels ?",
        ChoiceCheck(tuple(choices), multiple=True),
        hints=(
            "Entourez chaque paire sur la carte et comparez la place des deux noms sous elle.",
            "Regardez d’abord les clients qui passent leur deuxième commande.",
        ),
        worked=" et ".join(choices["abcd".index(letter)].text for letter in letters)
        + f" : réponses {', '.join(letters)}. L’outil de la leçon, `audit_grid`, les donne toutes.",
        section="L’audit de la grille",
    )
