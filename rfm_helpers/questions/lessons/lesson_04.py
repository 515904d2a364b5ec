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
from rfm_helpers.french.numbers import percent
from rfm_helpers.questions.checks import (
    Choice,
    ChoiceCheck,
    NumberCheck,
    TableCheck,
    TextCheck,
    TextMistake,
)
from rfm_helpers.questions.model import Question

REGION = "Lyon et sa région"
CUSTOMER = "C-0529"
INVITED = ("Champions", "Fidèles")
#: From how many invitations on the caterer comes.
CATERER = 60
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
        _champions(customers),
        _invitations(customers.merge(people, on="client_id")),
        _after_a_purchase(score_rfm(table)),
        _inversions(),
    )


def _profile(customers: pd.DataFrame, alone: pd.DataFrame) -> Question:
    columns = ["segment", "clients", "chiffre_affaires"]
    expected = segment_profile(customers)[columns]
    inside = segment_profile(assign_segments(score_rfm(alone)))
    ours, theirs = (
        int(table.loc[table["segment"] == "Champions", "clients"].sum())
        for table in (expected, inside)
    )
    return Question(
        "profil_de_la_region",
        f"Vous envoyez à la directrice le profil des segments de **{REGION}**, et elle le "
        "comparera à celui du siège. **Quel tableau** lui envoyer ?",
        ChoiceCheck(_profiles(ours, theirs)),
        hints=(
            "Les scores sont relatifs : demandez-vous à qui chaque client est comparé.",
            "Un Champion de Lyon doit-il être un Champion de toute la maison ?",
        ),
        worked=(
            "On note d’abord toute la maison, on ne garde la région qu’ensuite : réponse c, "
            f"{ours} Champions."
        ),
        section="Des codes aux onze segments",
        former=TableCheck(expected, keys=("segment",), tolerance=0.5),
    )


def _profiles(ours: int, theirs: int) -> tuple[Choice, ...]:
    return (
        Choice(
            "Celui où Lyon est noté seul : ses clients y sont mieux répartis.",
            "À qui compare-t-on alors les clients de Lyon : à leurs voisins, ou à toute la "
            "maison ?",
        ),
        Choice(
            "L’un ou l’autre : un Champion est un Champion.",
            "Les deux tableaux comptent-ils autant de Champions ?",
        ),
        Choice(
            "Celui où toute la maison est notée : les mêmes mots y disent la même chose.",
            f"Oui : {ours} Champions. Notée seule, la région en aurait {theirs} : un score compare "
            "un client aux autres clients de la table, et changer la table change le nom.",
            right=True,
        ),
        Choice(
            "Celui de toute la maison, sans choisir de région.",
            "Ce tableau ne compterait-il que les clients de Lyon ?",
        ),
    )


def _champions(customers: pd.DataFrame) -> Question:
    profile = segment_profile(customers).set_index("segment")
    shares, people = profile["part_ca"].to_dict(), profile["part_clients"].to_dict()
    both = percent(sum(shares[segment] for segment in INVITED), 1)
    return Question(
        "part_des_champions",
        f"La directrice veut réunir, avec le moins d’invitations possible, ceux qui font au moins "
        f"**les deux tiers** du chiffre d’affaires de **{REGION}**. **Qui inviter ?**",
        ChoiceCheck(
            (
                Choice(
                    "Les Champions seuls.",
                    "Quelle part des euros font-ils ? Est-ce deux tiers, ou un tiers ?",
                ),
                Choice(
                    "Les Champions et les Fidèles.",
                    f"Oui : {both} des euros. Les Champions en font {percent(shares['Champions'])} "
                    f"pour {percent(people['Champions'])} des clients ; les Fidèles presque "
                    "autant, avec deux fois plus de clients.",
                    right=True,
                ),
                Choice(
                    "Les Champions, les Fidèles et ceux qui sont à ne pas perdre.",
                    "Regardez-vous la bonne région ? Les deux premiers n’y suffisent-ils pas ?",
                ),
                Choice(
                    "Les segments qui réunissent les deux tiers des clients.",
                    "Comptez-vous en clients, ou en euros ?",
                ),
            )
        ),
        hints=(
            "Changez la région, exécutez, puis additionnez la dernière colonne, de haut en bas.",
        ),
        worked=(
            f"Champions {percent(shares['Champions'], 1)}, Fidèles "
            f"{percent(shares['Fidèles'], 1)} : {both} à eux deux, plus de deux tiers. Réponse b."
        ),
        section="Combien de clients, combien d’euros ?",
        former=NumberCheck(100 * shares["Champions"], tolerance=0.6, unit="%"),
    )


def _invitations(customers: pd.DataFrame) -> Question:
    chosen = customers[customers["segment"].isin(INVITED)]
    stay, leave = _by_email(chosen)
    by_segment = stay["segment"].value_counts()
    return Question(
        "invitations_par_message",
        "La soirée réunit les **Champions** et les **Fidèles** de la région, invités par e-mail. "
        f"Le traiteur ne se déplace qu’à partir de **{CATERER} invitations** envoyées. "
        "**Le retenez-vous ?**",
        ChoiceCheck(_caterer(len(stay), len(chosen), len(leave))),
        hints=(
            "Changez la région : le tableau sépare ceux qui restent et ceux qui sortent.",
            "Deux lignes, une seule colonne.",
        ),
        worked=(
            f"{by_segment['Champions']} Champions et {by_segment['Fidèles']} Fidèles restent sur "
            f"la liste : {len(stay)}, moins que {CATERER}. Réponse d."
        ),
        section="Reprenez votre liste : qui en sort ?",
        former=NumberCheck(len(stay)),
    )


def _caterer(stay: int, chosen: int, leave: int) -> tuple[Choice, ...]:
    return (
        Choice(
            f"Oui : ces deux segments comptent bien plus de {CATERER} clients.",
            "Tous peuvent-ils recevoir un message ?",
        ),
        Choice(
            f"Oui : plus de {CATERER} d’entre eux acceptent nos messages.",
            "Le consentement suffit-il ? Qui attend une réponse, qui a beaucoup reçu ?",
        ),
        Choice(
            f"Oui : la liste de la région dépasse largement {CATERER} noms.",
            "Avez-vous gardé les deux segments invités ?",
        ),
        Choice(
            f"Non : la liste permise s’arrête avant {CATERER} noms.",
            f"Oui : {stay} sur {chosen}. Aux {leave} autres, aucun message ; leur conseillère "
            "pourra leur en parler quand ils viendront. Cherchez un plus petit traiteur, pas une "
            "plus longue liste.",
            right=True,
        ),
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
        + f" : réponses {', '.join(letters)}. L’audit de la leçon les donne toutes.",
        section="L’audit de la grille",
    )
