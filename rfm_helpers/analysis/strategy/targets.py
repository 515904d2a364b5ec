"""Whom a strategy aims at, and what is measured of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from rfm_helpers.catalog import Objective, Target
from rfm_helpers.catalog.plans import Score
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import decimals_of, euros, number, percent
from rfm_helpers.french.words import several
from rfm_helpers.tables.columns import SCORE_FIRST, SEGMENT_FIRST, require_columns
from rfm_helpers.tables.engines import to_pandas


def target_customers(scored: Any, target: Target) -> pd.DataFrame:
    """The customers that a strategy addresses.

    Args:
        scored: one row per customer, with `segment` if the target names one, else `code_rfm`.
        target: a segment's name, or codes as shell patterns: `"[12][34][45]"` takes R 1 or 2,
            F 3 or 4, M 4 or 5. Codes of other `levels` than the table's stand in a column
            that `both_levels` adds.

    Returns:
        The rows of these customers (perhaps none).

    Raises:
        CourseError: the column needed is missing, or the target names neither segment nor codes.

    Example:
        >>> scored = pd.DataFrame({"client_id": ["A", "B"], "code_rfm": ["244", "555"]})
        >>> target_customers(scored, Target(codes=("[12][34][45]",)))["client_id"].tolist()
        ['A']
    """
    frame = to_pandas(scored)
    if target.segment:
        require_columns(frame.columns, ["segment"], remedy=SEGMENT_FIRST)
        return frame[frame["segment"] == target.segment].reset_index(drop=True)
    if not target.codes:
        raise CourseError(
            "La cible ne désigne personne : donnez le nom d’un segment ou des codes RFM."
        )
    column = codes_column(target.levels) if target.levels else "code_rfm"
    require_columns(frame.columns, [column], remedy=SCORE_FIRST)
    kept = frame[column].map(lambda code: _matches_one(code, target.codes))
    return frame[kept.astype(bool)].reset_index(drop=True)


def codes_column(levels: int) -> str:
    """The column in which `both_levels` puts the codes of so many levels.

    >>> codes_column(5)
    'code_rfm_5'
    """
    return f"code_rfm_{levels}"


def both_levels(segmented: Any, scored: Any, levels: int = 5) -> pd.DataFrame:
    """A segmented table that also holds each customer's code on another number of levels.

    Args:
        segmented: one row per customer (and `date`, if both tables have it).
        scored: the same customers, scored on these levels.
        levels: those of `scored`.

    Returns:
        The first table and `code_rfm_5`, so that a target may be a segment or a rule.

    Raises:
        CourseError: a column is missing.

    Example:
        >>> four = pd.DataFrame({"client_id": ["A"], "segment": ["Perdus"], "code_rfm": ["111"]})
        >>> five = pd.DataFrame({"client_id": ["A"], "code_rfm": ["121"]})
        >>> both_levels(four, five)["code_rfm_5"].item()
        '121'
    """
    frame, other = to_pandas(segmented), to_pandas(scored)
    keys = [name for name in ("date", "client_id") if name in frame and name in other]
    require_columns(other.columns, ["client_id", "code_rfm"], remedy=SCORE_FIRST)
    column = codes_column(levels)
    codes = other[[*keys, "code_rfm"]].rename(columns={"code_rfm": column})
    return frame.drop(columns=column, errors="ignore").merge(codes, on=keys, how="left")


def _matches_one(code: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(code, pattern) for pattern in patterns)


@dataclass(frozen=True)
class Rule:
    """A target by scores: the lowest and highest of each, on a number of levels.

    `str()` writes it as a learner reads it and as an answers file keeps it; `read_rule` reads it.
    """

    levels: int
    R: tuple[int, int]
    F: tuple[int, int]
    M: tuple[int, int]

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {low} à {high}" for name, (low, high) in self._ends.items())
        return f"{parts}, sur {self.levels} niveaux"

    @property
    def _ends(self) -> dict[str, tuple[int, int]]:
        return {"R": self.R, "F": self.F, "M": self.M}

    @property
    def target(self) -> Target:
        """The target that the rule selects."""
        ranges = (range(low, high + 1) for low, high in self._ends.values())
        pattern = "".join(f"[{''.join(map(str, scores))}]" for scores in ranges)
        return Target(text=str(self), codes=(pattern,), levels=self.levels)


#: The target of lesson 5: silent customers who bought often enough, and much.
LESSON_5 = Rule(5, R=(1, 2), F=(3, 4), M=(4, 5))
_RULE = re.compile(r"R (\d) à (\d), F (\d) à (\d), M (\d) à (\d), sur (\d) niveaux")


def read_rule(text: str) -> Rule | None:
    """The rule that a text writes; None for any other text, or for scores that do not exist.

    >>> read_rule("R 1 à 2, F 3 à 4, M 4 à 5, sur 5 niveaux") == LESSON_5
    True
    >>> read_rule("Champions") is None
    True
    """
    if not (found := _RULE.fullmatch(text)):
        return None
    *ends, levels = map(int, found.groups())
    if not all(1 <= low <= high <= levels for low, high in zip(ends[::2], ends[1::2], strict=True)):
        return None
    return Rule(levels, *zip(ends[::2], ends[1::2], strict=True))


def read_target(text: str) -> Target:
    """The target that a field names: a rule, or the segment of that name.

    >>> read_target("Champions").segment, read_target(str(LESSON_5)).codes
    ('Champions', ('[12][34][45]',))
    """
    rule = read_rule(text)
    return rule.target if rule else Target(segment=text)


@dataclass(frozen=True)
class Indicator:
    """What an objective can be measured by.

    Its French name, its score and its direction; how a value is written, and with how many
    decimals; what it is for customers together (`measure`) and for each of them (`each`).
    """

    label: str
    score: Score
    lower_is_better: bool
    write: Callable[[float, int], str]
    decimals: int
    measure: Callable[[pd.DataFrame], float]
    each: Callable[[pd.DataFrame], pd.Series]

    def show(self, value: float) -> str:
        """A value that was measured.

        >>> INDICATORS["panier_moyen"].show(12.4)
        '12\\xa0€'
        """
        return self.write(value, self.decimals)

    def typed(self, value: float) -> str:
        """A value that somebody typed, with the decimals that it was typed with.

        >>> INDICATORS["panier_moyen"].typed(12.5), INDICATORS["panier_moyen"].typed(12)
        ('12,50\\xa0€', '12\\xa0€')
        """
        places = decimals_of(100 * value if self.write is percent else value)
        if places and self.write is euros:
            places = 2
        return self.write(value, max(places, self.decimals))

    def is_better(self, value: float, than: float) -> bool:
        """Whether one value is better than another.

        >>> INDICATORS["recence_mediane"].is_better(20, than=30)
        True
        """
        return value < than if self.lower_is_better else value > than


def _days(value: float, decimals: int) -> str:
    return several(value, "jour", decimals=decimals)


#: The indicator that a benchmark of returns is about.
SHARE = "part_actifs_12_mois"

INDICATORS: dict[str, Indicator] = {
    "recence_mediane": Indicator(
        "récence médiane",
        "R",
        True,
        _days,
        0,
        lambda t: float(t["recence"].median()),
        lambda t: t["recence"],
    ),
    SHARE: Indicator(
        "part des clients qui ont commandé depuis un an",
        "R",
        False,
        percent,
        1,
        lambda t: float((t["recence"] < 365).mean()),
        lambda t: t["recence"] < 365,
    ),
    "frequence_moyenne": Indicator(
        "nombre moyen de commandes",
        "F",
        False,
        number,
        1,
        lambda t: float(t["frequence"].mean()),
        lambda t: t["frequence"],
    ),
    "panier_moyen": Indicator(
        "panier moyen",
        "M",
        False,
        euros,
        0,
        lambda t: float(t["montant_total"].sum() / t["frequence"].sum()),
        lambda t: t["montant_total"] / t["frequence"],
    ),
    "montant_moyen": Indicator(
        "montant total moyen",
        "M",
        False,
        euros,
        0,
        lambda t: float(t["montant_total"].mean()),
        lambda t: t["montant_total"],
    ),
}


def is_retention(objective: Objective) -> bool:
    """Whether an objective keeps what would be lost: worse without us, and no better than today.

    >>> kept = Objective(
    ...     indicator=SHARE, from_value=1, anyway_value=0.86, to_value=0.92, by="2026-12-31"
    ... )
    >>> is_retention(kept), is_retention(kept.model_copy(update={"anyway_value": None}))
    (True, False)
    """
    indicator = INDICATORS.get(objective.indicator)
    now, anyway, then = objective.from_value, objective.anyway_value, objective.to_value
    if indicator is None or now is None or anyway is None or then is None:
        return False
    return indicator.is_better(then, anyway) and not indicator.is_better(then, now)


def best_tenth(customers: Any, indicator: str) -> float:
    """What the tenth of the customers who are best placed do, together.

    Args:
        customers: one row each, with `recence`, `frequence` and `montant_total`.
        indicator: one of `INDICATORS`.

    Returns:
        The value, in the indicator's unit (days, orders, euros, share 0–1).

    Example:
        >>> ten = pd.DataFrame({"recence": 9, "frequence": range(1, 11), "montant_total": 50.0})
        >>> best_tenth(ten, "frequence_moyenne")
        10.0
    """
    frame, chosen = to_pandas(customers), INDICATORS[indicator]
    ordered = chosen.each(frame).sort_values(ascending=chosen.lower_is_better, kind="stable")
    return chosen.measure(frame.loc[ordered.index[: -(-len(frame) // 10)]])


def measure_target(scored: Any, target: Target, indicator: str) -> float:
    """The present value of an indicator for the customers that a strategy addresses.

    Args:
        scored: as for `target_customers`, with `recence`, `frequence` and `montant_total`.
        target: the customers addressed.
        indicator: one of `INDICATORS`.

    Returns:
        The value, in the indicator's unit (days, orders, euros, share 0–1).

    Raises:
        CourseError: unknown indicator, missing column, or nobody addressed.

    Example:
        >>> scored = pd.DataFrame({"recence": [10, 500], "frequence": [1, 3],
        ...                        "montant_total": [50.0, 750.0], "code_rfm": ["411", "244"]})
        >>> measure_target(scored, Target(codes=("2??",)), "panier_moyen")
        250.0
    """
    customers = target_customers(scored, target)
    if indicator not in INDICATORS:
        raise CourseError(
            f"L’indicateur « {indicator} » n’existe pas : choisissez parmi {', '.join(INDICATORS)}."
        )
    if customers.empty:
        raise CourseError("Aucun client ne correspond à la cible : changez de segment ou de codes.")
    measured = ["recence", "frequence", "montant_total"]
    require_columns(customers.columns, measured, remedy="donnez la table de rfm_table.")
    return INDICATORS[indicator].measure(customers)
