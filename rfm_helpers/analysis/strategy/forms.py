"""A strategy as it is typed in a form, and as a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rfm_helpers.analysis.strategy.targets import INDICATORS, is_retention, read_target
from rfm_helpers.catalog import Objective, Statement, Target
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import long_date
from rfm_helpers.french.words import french
from rfm_helpers.inputs import as_day, parse_number

#: What a form holds, as the learner typed it.
FIELDS = (
    "segment", "probleme", "indicateur", "depart", "sans_nous", "arrivee", "echeance", "moyens",
)  # fmt: skip
#: The fields that hold a number or a date, as they are named on the screen.
READ = {
    "depart": "Aujourd’hui",
    "sans_nous": "Sans nous",
    "arrivee": "Visé",
    "echeance": "D’ici au",
}
#: The unit in which each indicator is typed, and how a sentence names it.
UNITS = {
    "recence_mediane": "jours",
    "part_actifs_12_mois": "%",
    "frequence_moyenne": "commandes",
    "panier_moyen": "€",
    "montant_moyen": "€",
}
NAMES = {
    "recence_mediane": "leur récence médiane",
    "part_actifs_12_mois": "la part de ceux qui ont commandé depuis un an",
    "frequence_moyenne": "leur nombre moyen de commandes",
    "panier_moyen": "leur panier moyen",
    "montant_moyen": "leur montant total moyen",
}
_GAP = "…"
#: A deadline as it is typed: a day that lies ahead of the course's.
_DEADLINE = "31/12/2026"


def read_statement(fields: Mapping[str, Any]) -> Statement:
    """The statement that a form holds; what is still empty stays so.

    Args:
        fields: texts by name (see `FIELDS`): numbers as people write them, in the unit of the
            indicator (`UNITS`; a share in per cent), a date, one means a line.

    Raises:
        CourseError: a number or a date that cannot be read.

    Example:
        >>> fields = {"indicateur": "part_actifs_12_mois", "depart": "13 %", "moyens": "Appel\\n"}
        >>> statement = read_statement(fields)
        >>> statement.objective.from_value, statement.means
        (0.13, ('Appel',))
    """
    texts = {name: str(fields.get(name) or "").strip() for name in FIELDS}
    indicator = texts["indicateur"]
    return Statement(
        problem=texts["probleme"],
        objective=Objective(
            indicator=indicator,
            from_value=_value(texts["depart"], indicator),
            anyway_value=_value(texts["sans_nous"], indicator),
            to_value=_value(texts["arrivee"], indicator),
            by=_day(texts["echeance"]),
        ),
        target=read_target(texts["segment"]),
        means=tuple(line.strip() for line in texts["moyens"].splitlines() if line.strip()),
    )


def readable_fields(fields: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The fields of a form, those that cannot be read left empty: one defect hides no other field.

    Returns:
        The fields, and a sentence for each that was left empty.

    Example:
        >>> fields, defects = readable_fields({"depart": "peu", "arrivee": "30"})
        >>> fields, len(defects)
        ({'depart': '', 'arrivee': '30'}, 1)
    """
    kept, defects = dict(fields), []
    for name, label in READ.items():
        try:
            read_statement({name: kept.get(name)})
        except CourseError as error:
            kept[name] = ""
            defects.append(french(f"{label} – {error}"))
    return kept, defects


def _value(text: str, indicator: str) -> float | None:
    if not text:
        return None
    if UNITS.get(indicator) == "%":
        return parse_number(text, unit="%") / 100
    return parse_number(text)


def _day(text: str) -> dt.date | None:
    return as_day(text, example=_DEADLINE) if text else None


def target_name(target: Target) -> str:
    """How a target is named: its segment, or what its rule says.

    >>> target_name(Target(segment="Fidèles")), target_name(Target())
    ('Fidèles', '')
    """
    return target.segment or target.text


def objective_text(objective: Objective) -> str:
    """An objective in a few words; empty as long as it has no indicator.

    >>> objective_text(Objective(indicator="panier_moyen", to_value=120.0))
    'leur panier moyen : 120\\xa0€'
    """
    indicator = INDICATORS.get(objective.indicator)
    if indicator is None:
        return ""
    values = {"aujourd’hui": objective.from_value, "sans nous": objective.anyway_value}
    known = [
        f"{name} {indicator.typed(value)}" for name, value in values.items() if value is not None
    ]
    aim = [indicator.typed(objective.to_value)] if objective.to_value is not None else []
    by = [f"au {long_date(objective.by)}"] if objective.by else []
    details = f" ({', '.join(known)})" if known else ""
    return f"{NAMES[objective.indicator]} : {' '.join([*aim, *by])}{details}"


def statement_sentence(statement: Statement) -> str:
    """A statement as one French sentence; what is missing is « … ».

    >>> statement_sentence(Statement(target=Target(segment="Fidèles")))[:42]
    'Pour les clients «\\xa0Fidèles\\xa0», porter … à …'
    """
    objective = statement.objective
    indicator = INDICATORS.get(objective.indicator)

    def shown(value: float | None) -> str:
        return _GAP if value is None or indicator is None else indicator.typed(value)

    verb = "garder" if is_retention(objective) else "porter"
    by = f"au {long_date(objective.by)}" if objective.by else _GAP
    problem = f"Le problème : {statement.problem.rstrip('. ')}. " if statement.problem else ""
    means = " ; ".join(text.rstrip(". ") for text in statement.means)
    return french(
        f"{problem}Pour les clients « {target_name(statement.target) or _GAP} », "
        f"{verb} {NAMES.get(objective.indicator, _GAP)} "
        f"à {shown(objective.to_value)} d’ici {by} "
        f"(aujourd’hui : {shown(objective.from_value)} ; "
        f"sans nous : {shown(objective.anyway_value)}). "
        f"Les moyens : {means or _GAP}."
    ).replace(f"{_GAP}.", _GAP)
