"""Exercise of lesson 2: one store disputes its year 2025."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandas as pd

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.datasets import (
    COURSE_DATE,
    clean_orders,
    load_raw_export,
    load_shop_export,
)
from rfm_helpers.datasets.loaders import RAW_COLUMNS
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.questions.checks import Choice, ChoiceCheck, NumberCheck, TableCheck
from rfm_helpers.questions.model import Question
from rfm_helpers.questions.written import DateCheck, DateMistake

STORE = "Lyon Bellecour"
HALF_YEAR = dt.date(2025, 6, 30)
#: The rules of the house: lines set aside (a share), orders, revenue and mean basket (euros) of a
#: year.
MOST_ASIDE, ENOUGH_ORDERS, BONUS, SALON = 0.03, 540, 507_000, 935
#: What the web store must sell in three months for a second packer, and the statuses of a sale.
ENOUGH_SALES = 700_000
SOLD = {"etat": ("Livré", "Expédié", "En cours de préparation")}


@cache
def questions() -> tuple[Question, ...]:
    """The six questions, their answers computed from the two exports of 2025."""
    export = load_raw_export()
    orders, log = clean_orders(export, **RAW_COLUMNS, as_of=COURSE_DATE)
    raw = export[export["Boutique"] == STORE]
    lines = orders[orders["Boutique"] == STORE]
    aside = log.set_aside[log.set_aside["Boutique"] == STORE]
    kept = rfm_table(lines, as_of=COURSE_DATE)
    naive = pd.to_numeric(raw["Montant TTC"].str.replace(",", "."), errors="coerce").sum()
    return (
        _set_aside(len(aside), aside["motif_mise_de_cote"].nunique(), len(raw)),
        _orders(lines, int(kept["frequence"].sum())),
        _revenue(lines, float(naive)),
        _basket(lines, int(kept["frequence"].sum())),
        _half_year(),
        _web_sales(),
    )


def _set_aside(answer: int, reasons: int, read: int) -> Question:
    share = percent(answer / read, 1)
    return Question(
        "lignes_mises_de_cote",
        f"Au siège, une règle : au-delà de **{percent(MOST_ASIDE)}** de lignes mises de côté, on "
        f"redemande l’export à la boutique. Que décidez-vous pour **{STORE}** ?",
        ChoiceCheck(_aside_choices(answer, share)),
        hints=(
            f"Écrivez « {STORE} » dans la cellule, puis exécutez-la.",
            "Chaque ligne mise de côté n’a qu’un motif : les nombres du tableau s’additionnent.",
        ),
        worked=(
            f"{reasons} motifs, et {answer} lignes en tout sur {read}, soit {share} : moins de "
            f"{percent(MOST_ASIDE)}. On garde l’export, et la liste : réponse b."
        ),
        section="Ce qui est mis de côté",
        former=NumberCheck(answer),
    )


def _aside_choices(answer: int, share: str) -> tuple[Choice, ...]:
    return (
        Choice(
            "Redemander l’export : trop de lignes manquent.",
            "Avez-vous compté les lignes de cette boutique, ou celles de toute la maison ?",
        ),
        Choice(
            "Garder l’export, et demander à la boutique d’expliquer ces lignes.",
            f"Oui : {answer} lignes, soit {share}, gardées à part avec leur motif. À remarquer : "
            "ce n’est pas une perte, c’est la liste des questions à poser à la boutique.",
            right=True,
        ),
        Choice(
            "Garder l’export, et effacer ces lignes : elles sont trop peu nombreuses.",
            "Que répondrez-vous à la directrice, si l’une d’elles est une vraie vente ?",
        ),
        Choice(
            "Garder l’export, et compter ces lignes avec les autres.",
            "Que deviendrait une vente écrite deux fois ?",
        ),
    )


def _orders(lines: pd.DataFrame, answer: int) -> Question:
    numbers = lines["commande_id"].nunique()
    return Question(
        "commandes_qui_comptent",
        f"Une boutique qui dépasse **{ENOUGH_ORDERS} commandes** dans l’année reçoit une "
        f"conseillère de plus. **{STORE}** y a-t-elle droit ?",
        ChoiceCheck(_orders_choices(answer, numbers)),
        hints=(
            "Une commande peut avoir plusieurs lignes : laquelle des colonnes n’en dépend pas ?",
            "Relisez la règle des retours : une commande entièrement rendue compte-t-elle ?",
        ),
        worked=(
            f"{number(len(lines))} lignes portent {numbers} numéros de commande ; "
            f"{numbers - answer} de ces commandes ont un total nul, presque toujours parce que "
            f"tout a été rendu. Il reste {answer} commandes, moins que {ENOUGH_ORDERS} : réponse c."
        ),
        section="Lignes, commandes, clients",
        former=NumberCheck(answer),
    )


def _orders_choices(answer: int, numbers: int) -> tuple[Choice, ...]:
    return (
        Choice(
            "Oui, et de loin : chaque ligne de l’export est un achat.",
            "Avez-vous compté les lignes au lieu des commandes ?",
        ),
        Choice(
            "Oui, de justesse : il y a assez de numéros de commande.",
            "Que deviennent les commandes entièrement rendues ?",
        ),
        Choice(
            "Non, de peu : il manque quelques commandes.",
            f"Oui : {answer} occasions d’achat. Les {numbers - answer} autres commandes ont un "
            "total nul, presque toujours parce que tout a été rendu : elles ne disent pas que le "
            "client est revenu acheter.",
            right=True,
        ),
        Choice(
            "Non, et de loin : il faut compter les clients.",
            "Avez-vous compté les clients, qui peuvent revenir plusieurs fois ?",
        ),
    )


def _revenue(lines: pd.DataFrame, naive: float) -> Question:
    sold = float(lines.loc[lines["montant"] > 0, "montant"].sum())
    returned = float(lines.loc[lines["montant"] < 0, "montant"].sum())
    answer = sold + returned
    return Question(
        "chiffre_affaires_net",
        f"Une prime récompense les boutiques qui dépassent **{euros(BONUS)}** TTC dans l’année, "
        f"retours déduits. Pour **{STORE}**, le tableur de la directrice annonce "
        f"{euros(naive, 2)}. Que décidez-vous ?",
        ChoiceCheck(_revenue_choices(answer, naive)),
        hints=(
            "Le tableau sépare les ventes et les retours ; les retours sont déjà négatifs.",
            f"Additionnez les deux colonnes, et comparez à {euros(BONUS)}.",
        ),
        worked=(
            f"{euros(sold, 2)} de ventes, {euros(returned, 2)} de retours : {euros(answer, 2)}. "
            "Réponse d."
        ),
        section="Et si l’on ne nettoyait pas ?",
        former=NumberCheck(answer, tolerance=1, unit="€"),
    )


def _revenue_choices(answer: float, naive: float) -> tuple[Choice, ...]:
    return (
        Choice(
            f"Verser la prime : les ventes dépassent {euros(BONUS)}.",
            "Avez-vous déduit les retours ?",
        ),
        Choice(
            "Verser la prime : ventes et retours mis ensemble, le compte y est.",
            "Les retours s’ajoutent-ils aux ventes ?",
        ),
        Choice(
            "Refuser la prime, de loin : le tableur de la directrice a raison.",
            "Que devient un montant que le tableur ne sait pas lire ?",
        ),
        Choice(
            "Refuser la prime, de peu : le tableur oublie des ventes.",
            f"Oui : {euros(answer, 2)}. Il manquait {euros(answer - naive)} au tableur, qui "
            "ne lit ni les espaces des milliers ni le signe €, et n’en dit rien.",
            right=True,
        ),
    )


def _basket(lines: pd.DataFrame, orders: int) -> Question:
    total = float(lines["montant"].sum())
    answer = total / orders
    return Question(
        "panier_moyen_boutique",
        "Le siège offre un salon privé aux boutiques dont le **panier moyen**, par commande qui "
        f"compte, dépasse **{euros(SALON)}**. L’accordez-vous à **{STORE}** ?",
        ChoiceCheck(_basket_choices(answer, total / len(lines))),
        hints=(
            "Le montant est celui de la question 3.",
            "Le nombre est celui des commandes qui comptent.",
        ),
        worked=f"{euros(total, 2)} ÷ {orders} commandes = {euros(answer, 2)} : réponse a.",
        section="Lignes, commandes, clients",
        former=NumberCheck(answer, tolerance=0.6, unit="€"),
    )


def _basket_choices(answer: float, per_line: float) -> tuple[Choice, ...]:
    return (
        Choice(
            "Oui, de peu : il dépasse ce seuil d’une dizaine d’euros.",
            f"Oui : {euros(answer, 2)} par commande. Divisé par les lignes, le panier paraîtrait "
            f"plus petit, {euros(per_line)} : chaque article serait un achat.",
            right=True,
        ),
        Choice(
            "Oui, et de loin : il fait plus du double de ce seuil.",
            "Est-ce le montant par client, qui peut avoir plusieurs commandes ?",
        ),
        Choice(
            "Non, de peu : il manque quelques euros.",
            "Les commandes entièrement rendues comptent-elles ?",
        ),
        Choice(
            "Non, et de loin : il manque près de 200 €.",
            "Avez-vous divisé par les lignes ?",
        ),
    )


def store_table(as_of: dt.date | str) -> pd.DataFrame:
    """Per store, what the raw export of 2025 says up to a day (that day included).

    Returns:
        One row per store: `Boutique` (text), `commandes` (int, those that count for the
        frequency), `montant` (euros, returns deducted).

    >>> store_table("2025-06-30").columns.tolist()
    ['Boutique', 'commandes', 'montant']
    """
    orders, _ = clean_orders(load_raw_export(), **RAW_COLUMNS, as_of=as_of)
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
        "compris. À quelle **date de référence** faut-il refaire le bilan ?",
        DateCheck(
            HALF_YEAR.isoformat(),
            success=(
                f"Oui. Au 30 juin, {STORE} compte {number(ours['commandes'])} commandes pour "
                f"{euros(ours['montant'])}. "
                "Les lignes qui suivent sont saines : elles viennent après la date, et reviendront "
                "au bilan de l’année."
            ),
            mistakes=(
                DateMistake(COURSE_DATE.isoformat(), "Avez-vous gardé l’année entière ?"),
                DateMistake("2025-06-29", "Le 30 juin lui-même est-il compris ?"),
                DateMistake(
                    "2025-07-01", "Un jour de juillet est-il entré dans le premier semestre ?"
                ),
                DateMistake("2025-01-01", "Est-ce le premier jour du semestre, ou le dernier ?"),
            ),
            otherwise="Quel est le dernier jour du premier semestre 2025 ?",
        ),
        hints=(
            "Un bilan compte tout ce qui vient jusqu’à sa date de référence.",
            "Quel est le dernier jour du premier semestre ?",
        ),
        worked=(
            "Le 30 juin 2025 : la date de référence elle-même est comprise, tout ce qui la "
            "suit est mis de côté."
        ),
        section="À vous : déplacez les règles",
        former=TableCheck(expected, keys=("Boutique",), tolerance=0.5),
    )


def _web_sales() -> Question:
    export = load_shop_export()
    repeated, placed, sold = (
        float(clean_orders(export, **asked)[0]["montant"].sum())
        for asked in ({"amount_of": "line"}, {}, {"status": SOLD})
    )
    return Question(
        "ventes_en_ligne",
        f"Au-delà de **{euros(ENOUGH_SALES)}** TTC de ventes d’octobre à décembre 2025, la "
        "**boutique en ligne** recrute une seconde préparatrice de colis. Que décidez-vous ?",
        ChoiceCheck(_web_choices(repeated, placed, sold)),
        hints=(
            "La dernière colonne du tableau pose des questions : que semblent dire vos lignes ?",
            "Une commande de deux articles a deux lignes : son total y est-il écrit deux fois ? "
            "Et une commande annulée est-elle une vente ?",
        ),
        worked=(
            f"{euros(repeated)} si l’on additionne toutes les lignes, {euros(placed)} si chaque "
            f"commande compte une fois, {euros(sold)} si l’on ne garde que les ventes : "
            f"moins que {euros(ENOUGH_SALES)}. Réponse c."
        ),
        section="Que dit une ligne ?",
    )


def _web_choices(repeated: float, placed: float, sold: float) -> tuple[Choice, ...]:
    return (
        Choice(
            "Recruter : les ventes dépassent le million.",
            "Le total d’une commande de deux articles est-il écrit une fois, ou deux ?",
        ),
        Choice(
            "Recruter : chaque commande comptée une fois, le seuil est encore dépassé.",
            "Que sont devenues les commandes annulées, remboursées ou jamais payées ?",
        ),
        Choice(
            "Attendre : les commandes vraiment achetées restent sous le seuil.",
            f"Oui : {euros(sold)}, quand la somme des lignes annonçait {euros(repeated)}, et les "
            f"commandes passées {euros(placed)}. À remarquer : toutes les cases étaient justes, il "
            "fallait demander ce que dit une ligne.",
            right=True,
        ),
        Choice(
            "Attendre : sans les achats des invités, on est loin du seuil.",
            "Un invité, qui commande sans compte, a-t-il moins payé que les autres ?",
        ),
    )
