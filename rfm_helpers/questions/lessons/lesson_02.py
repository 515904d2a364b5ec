"""Exercise of lesson 2: one store disputes its year 2025."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import pandas as pd

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.datasets import COURSE_DATE, clean_orders, load_raw_export
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.questions.checks import Mistake, NumberCheck, TableCheck, TableMistake
from rfm_helpers.questions.model import Question

STORE = "Lyon Bellecour"
HALF_YEAR = dt.date(2025, 6, 30)
COLUMNS = {
    "customer": "N° client",
    "order": "N° commande",
    "date": "Date",
    "amount": "Montant TTC",
}


@cache
def questions() -> tuple[Question, ...]:
    """The five questions, their answers computed from the raw export of 2025."""
    export = load_raw_export()
    orders, log = clean_orders(export, **COLUMNS, as_of=COURSE_DATE)
    raw = export[export["Boutique"] == STORE]
    lines = orders[orders["Boutique"] == STORE]
    aside = log.set_aside[log.set_aside["Boutique"] == STORE]
    kept = rfm_table(lines, as_of=COURSE_DATE)
    naive = pd.to_numeric(raw["Montant TTC"].str.replace(",", "."), errors="coerce").sum()
    return (
        _set_aside(len(aside), aside["motif_mise_de_cote"].nunique(), raw, len(log.set_aside)),
        _orders(lines, int(kept["frequence"].sum()), len(raw)),
        _revenue(lines, float(naive)),
        _basket(lines, int(kept["frequence"].sum()), len(kept)),
        _half_year(),
    )


def _set_aside(answer: int, reasons: int, raw: pd.DataFrame, everywhere: int) -> Question:
    return Question(
        "lignes_mises_de_cote",
        f"Sur l’année 2025, combien de lignes de **{STORE}** le journal met-il de côté ?",
        NumberCheck(
            answer,
            success=(
                f"Oui : {answer} lignes sur {len(raw)}, gardées à part avec leur motif. À "
                "remarquer : ce n’est pas une perte, c’est la liste des questions à poser à la "
                "boutique."
            ),
            mistakes=_set_aside_mistakes(answer, reasons, len(raw), everywhere),
            otherwise=(
                "Le tableau porte-t-il bien sur cette boutique, et avez-vous additionné tous les "
                "motifs ?"
            ),
        ),
        hints=(
            f"Écrivez « {STORE} » dans la variable `boutique`, puis exécutez la cellule.",
            "Chaque ligne mise de côté n’a qu’un motif : les nombres du tableau s’additionnent.",
        ),
        worked=(
            f'Avec `boutique = "{STORE}"`, le tableau donne {reasons} motifs ; la somme de '
            f"leurs lignes est {answer}."
        ),
        section="Ce qui est mis de côté",
    )


def _set_aside_mistakes(
    answer: int, reasons: int, read: int, everywhere: int
) -> tuple[Mistake, ...]:
    return (
        Mistake(everywhere, "Est-ce le total de la maison, toutes boutiques réunies ?"),
        Mistake(reasons, "Avez-vous compté les motifs plutôt que les lignes ?"),
        Mistake(read, "Est-ce le nombre de lignes lues, avant le journal ?"),
        Mistake(read - answer, "Est-ce le nombre de lignes gardées ?"),
    )


def _orders(lines: pd.DataFrame, answer: int, read: int) -> Question:
    numbers = lines["commande_id"].nunique()
    return Question(
        "commandes_qui_comptent",
        f"Combien de commandes de **{STORE}** compteront dans la **fréquence** de ses clients ?",
        NumberCheck(
            answer,
            success=(
                f"Oui : {answer} occasions d’achat. Les {numbers - answer} autres commandes ont "
                "un total nul, presque toujours parce que tout a été rendu : elles ne disent pas "
                "que le client est revenu acheter."
            ),
            mistakes=_orders_mistakes(lines, read),
            otherwise="Quelle colonne du tableau compte les achats dont il reste quelque chose ?",
        ),
        hints=(
            "Une commande peut avoir plusieurs lignes : laquelle des colonnes n’en dépend pas ?",
            "Relisez la règle des retours : une commande entièrement rendue compte-t-elle ?",
        ),
        worked=(
            f"{number(len(lines))} lignes portent {numbers} numéros de commande ; "
            f"{numbers - answer} de ces commandes ont un total nul, presque toujours parce que "
            "tout a été rendu. "
            f"Il reste {answer} commandes : c’est la somme de la colonne `frequence` de "
            "`rfm_table`."
        ),
        section="Lignes, commandes, clients",
    )


def _orders_mistakes(lines: pd.DataFrame, read: int) -> tuple[Mistake, ...]:
    return (
        Mistake(len(lines), "Avez-vous compté les lignes au lieu des commandes ?"),
        Mistake(read, "Avez-vous compté les lignes de l’export, sans le journal ?"),
        Mistake(
            lines["commande_id"].nunique(), "Que deviennent les commandes entièrement rendues ?"
        ),
        Mistake(
            lines["client_id"].nunique(),
            "Avez-vous compté les clients, qui peuvent revenir plusieurs fois ?",
        ),
    )


def _revenue(lines: pd.DataFrame, naive: float) -> Question:
    sold = float(lines.loc[lines["montant"] > 0, "montant"].sum())
    returned = float(lines.loc[lines["montant"] < 0, "montant"].sum())
    answer = sold + returned
    return Question(
        "chiffre_affaires_net",
        f"Le tableur de la directrice annonce {euros(naive, 2)}. Quel est le chiffre d’affaires "
        f"de **{STORE}** en 2025, retours déduits, en euros TTC ?",
        NumberCheck(
            answer,
            tolerance=1,
            unit="€",
            success=(
                f"Oui : {euros(answer, 2)}. Il manquait {euros(answer - naive)} au tableur, qui "
                "ne lit ni les espaces des milliers ni le signe €, et n’en dit rien."
            ),
            mistakes=_revenue_mistakes(naive, sold, returned),
            otherwise="Êtes-vous parti des lignes propres de cette boutique ?",
        ),
        hints=(
            "Le tableau sépare les ventes et les retours ; les retours sont déjà négatifs.",
            "Additionnez les deux colonnes.",
        ),
        worked=f"{euros(sold, 2)} de ventes, {euros(returned, 2)} de retours : {euros(answer, 2)}.",
        section="Et si l’on ne nettoyait pas ?",
    )


def _revenue_mistakes(naive: float, sold: float, returned: float) -> tuple[Mistake, ...]:
    return (
        Mistake(sold, "Avez-vous déduit les retours ?"),
        Mistake(sold - returned, "Les retours s’ajoutent-ils aux ventes ?"),
        Mistake(naive, "Que devient un montant que le tableur ne sait pas lire ?"),
        Mistake(-returned, "Est-ce le montant des seuls retours ?"),
    )


def _basket(lines: pd.DataFrame, orders: int, customers: int) -> Question:
    total = float(lines["montant"].sum())
    answer = total / orders
    return Question(
        "panier_moyen_boutique",
        f"Quel est le **panier moyen** de **{STORE}** : combien d’euros, en moyenne, par commande "
        "qui compte ?",
        NumberCheck(
            answer,
            tolerance=0.6,
            unit="€",
            success=(
                f"Oui : {euros(answer, 2)} par commande. Divisé par les lignes, le panier "
                f"paraîtrait plus petit, {euros(total / len(lines))} : chaque article serait un "
                "achat."
            ),
            mistakes=_basket_mistakes(lines, total, customers),
            otherwise="Par quoi avez-vous divisé, et le montant est-il celui de la question 3 ?",
        ),
        hints=(
            "Un panier moyen est un montant divisé par un nombre de commandes.",
            "Reprenez vos réponses aux questions 2 et 3.",
        ),
        worked=f"{euros(total, 2)} ÷ {orders} commandes = {euros(answer, 2)}.",
        section="Lignes, commandes, clients",
    )


def _basket_mistakes(lines: pd.DataFrame, total: float, customers: int) -> tuple[Mistake, ...]:
    per_customer = "Est-ce le montant par client, qui peut avoir plusieurs commandes ?"
    return (
        Mistake(total / len(lines), "Avez-vous divisé par les lignes ?"),
        Mistake(
            total / lines["commande_id"].nunique(),
            "Les commandes entièrement rendues comptent-elles ?",
        ),
        Mistake(total / customers, per_customer),
        Mistake(total / lines["client_id"].nunique(), per_customer),
        Mistake(total, "Est-ce le total, sans moyenne ?"),
    )


def store_table(as_of: dt.date | str) -> pd.DataFrame:
    """Per store, what the raw export of 2025 says up to a day (that day included).

    Returns:
        One row per store: `Boutique` (text), `commandes` (int, those that count for the
        frequency), `montant` (euros, returns deducted).

    >>> store_table("2025-06-30").columns.tolist()
    ['Boutique', 'commandes', 'montant']
    """
    orders, _ = clean_orders(load_raw_export(), **COLUMNS, as_of=as_of)
    rows = []
    for store, lines in orders.groupby("Boutique"):
        counted = int(rfm_table(lines, as_of=as_of)["frequence"].sum())
        rows.append({"Boutique": store, "commandes": counted, "montant": lines["montant"].sum()})
    return pd.DataFrame(rows)


def _half_year() -> Question:
    expected = store_table(HALF_YEAR)
    ours = expected[expected["Boutique"] == STORE].iloc[0]
    return Question(
        "premier_semestre",
        "Pour comparer les boutiques, la directrice veut **le premier semestre 2025**, 30 juin "
        "compris. Donnez le tableau des boutiques à la bonne date de référence.",
        TableCheck(
            expected,
            keys=("Boutique",),
            tolerance=0.5,
            success=(
                f"Oui. Au 30 juin, {STORE} compte {number(ours['commandes'])} commandes pour "
                f"{euros(ours['montant'])}. "
                "Les lignes qui suivent sont saines : elles viennent après la date, et reviendront "
                "au bilan de l’année."
            ),
            mistakes=_half_year_mistakes(),
        ),
        hints=(
            "Quel est le dernier jour du premier semestre ?",
            "Écrivez la date entre guillemets : année, mois, jour, séparés par des tirets.",
        ),
        worked=(
            '`fin = "2025-06-30"` : la date de référence elle-même est comprise, tout ce qui la '
            "suit est mis de côté."
        ),
        section="À vous : déplacez les règles",
    )


def _half_year_mistakes() -> tuple[TableMistake, ...]:
    one_day = dt.timedelta(days=1)

    def stops_on(day: dt.date) -> Callable[[pd.DataFrame], bool]:
        return lambda table: table["commandes"].sum() == store_table(day)["commandes"].sum()

    return (
        TableMistake(stops_on(COURSE_DATE), "Avez-vous gardé l’année entière ?"),
        TableMistake(stops_on(HALF_YEAR - one_day), "Le 30 juin lui-même est-il compris ?"),
        TableMistake(
            stops_on(HALF_YEAR + one_day),
            "Un jour de juillet est-il entré dans le premier semestre ?",
        ),
    )
