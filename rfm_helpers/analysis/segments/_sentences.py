"""The French sentences of an explanation."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rfm_helpers.catalog import Grid
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.french.words import as_written, french, several

_BEST = "C’est déjà le meilleur score."
_OUT_OF_REACH = (
    "Aucune valeur ne donnerait un meilleur score : "
    "la table compte trop peu de clients ou trop d’égalités."
)


def quantity(value: float, unit: str) -> str:
    """A value with its unit.

    >>> quantity(1, "commandes"), quantity(1175, "euros"), quantity(88.5, "euros")
    ('1\\xa0commande', '1\\u202f175\\xa0€', '88,50\\xa0€')
    """
    if unit == "euros":
        return euros(value, 0 if value == round(value) else 2)
    return several(value, unit.removesuffix("s"))


def customer_sentence(customer: object, row: pd.Series) -> str:
    """The customer's code and segment.

    >>> print(customer_sentence("C-1", pd.Series({"code_rfm": "444", "segment": "Champions"})))
    Le client «\xa0C-1\xa0» porte le code 444\xa0: segment «\xa0Champions\xa0».
    """
    code, segment = row["code_rfm"], row["segment"]
    return french(
        f"Le client « {as_written(customer)} » porte le code {code} : segment « {segment} »."
    )


def dimension_sentence(step: Any, what: str, segment: str, grid: Grid) -> str:
    """One dimension: the value, its score, and what is missing for a better one.

    Args:
        step: a row of `Explanation.table`, as a named tuple.
        what: name of the dimension, « Récence ».
        segment: the customer's present segment.
        grid: the grid that ranks the segments.
    """
    return french(
        f"{what} : {quantity(step.valeur, step.unite)}, score {step.score} "
        f"sur {grid.levels} ({_range(step)}). {_next(step, segment, grid)}"
    )


def _range(step: Any) -> str:
    highest = quantity(step.a, step.unite)
    if step.de == step.a:
        return f"ce score réunit les clients à {highest}"
    lowest = number(step.de, 0 if step.de == round(step.de) else 2)
    return f"ce score va de {lowest} à {highest}"


def _next(step: Any, segment: str, grid: Grid) -> str:
    if pd.isna(step.nouveau_score):
        return _BEST if step.score == grid.levels else _OUT_OF_REACH
    score = int(step.nouveau_score)
    worse = grid.segment(step.nouveau_segment).rank > grid.segment(segment).rank
    return (
        f"{_effort(step, score)}{_skipped(step, score)} : code {step.nouveau_code}, "
        f"segment « {step.nouveau_segment} »"
        + (f", que la grille classe pourtant derrière « {segment} »." if worse else ".")
        + (" Seule une nouvelle commande fait baisser la récence." if step.dimension == "R" else "")
    )


def _effort(step: Any, score: int) -> str:
    effort = quantity(step.effort, step.unite)
    if step.dimension == "R":
        least = quantity(step.valeur_a_atteindre, step.unite)
        return f"Le score {score} demande {least} au plus, soit {effort} de moins"
    return f"Il manque {effort} pour le score {score}"


def _skipped(step: Any, score: int) -> str:
    if score == step.score + 1:
        return ""
    return f" (des égalités font sauter le score {score - 1})"


def purchase_sentence(purchase: pd.DataFrame) -> str:
    """The customer after one order for the mean basket."""
    after = purchase.iloc[0]
    return french(
        "Une commande passée à la date de référence, pour son panier moyen "
        f"({quantity(after['montant_achat'], 'euros')}), donnerait le code {after['code_rfm']}, "
        f"segment « {after['segment']} »."
    )
