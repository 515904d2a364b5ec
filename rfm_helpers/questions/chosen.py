"""The quantities of a calculation that a student chooses by their names, or types.

Choices are kept as data, one short text for each part: the name of a quantity, or what was typed
after `TYPED`. What a quantity is worth depends on the data of the notebook that reads them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rfm_helpers.catalog.assignments import Part, SheetQuestion
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number
from rfm_helpers.inputs import as_day, parse_number

#: Under which name the choices of a question are kept.
CHOICES = "{}.choix"
TYPED = "="
MOST_TYPED = 40
#: The largest number that may be typed, by unit.
MOST = {"%": 100}
MOST_OF_ANY = 1_000_000
OUT_OF_REACH = "« {text} » n’est pas entre 0 et {most} : vérifiez ce nombre."
OTHERWISE = "{fact} : changez un choix ici, ou à une question d’avant."
UNKNOWN = "« {text} » : cette grandeur vient d’une question à laquelle il faut d’abord répondre."
BEFORE = "Répondez d’abord aux questions dont celle-ci a besoin."


def clean_choices(question: SheetQuestion, kept: object) -> dict[str, str]:
    """The choices among what a file holds under a question, which may be anything.

    >>> from rfm_helpers.catalog.assignments import load_sheet
    >>> lines = load_sheet("devoir_1_rfm").question("lignes")
    >>> clean_choices(lines, {"date": "devoir", "autre": 3})
    {'date': 'devoir'}
    >>> clean_choices(lines, {"date": ["devoir"]})
    {}
    """
    given = kept if isinstance(kept, Mapping) else {}
    chosen = {part.id: given.get(part.id) for part in question.parts}
    return {
        part.id: text[: MOST_TYPED + 1]
        for part in question.parts
        if isinstance(text := chosen[part.id], str) and _is_offered(part, text)
    }


def _is_offered(part: Part, text: str) -> bool:
    return text in part.options or bool(part.typed and text[:1] == TYPED and text[1:].strip())


def types_a_number(question: SheetQuestion, choices: Mapping[str, str]) -> bool:
    """Whether a number was typed in the place of a quantity."""
    return any(
        part.typed == "number" and choices.get(part.id, "").startswith(TYPED)
        for part in question.parts
    )


def read_typed(part: Part, text: str) -> str | float:
    """What was typed: a day, as ISO writes it, or a number; a share where per cents are asked.

    Raises:
        CourseError: the text cannot be read, or the number is out of reach.

    >>> rate = Part(id="taux", label="Taux", options={"a": "a", "b": "b"}, typed="number", unit="%")
    >>> read_typed(rate, "12,5")
    0.125
    """
    if part.typed == "date":
        return as_day(text).isoformat()
    value, most = parse_number(text, unit=part.unit), MOST.get(part.unit, MOST_OF_ANY)
    if not 0 <= value <= most:
        raise CourseError(OUT_OF_REACH.format(text=text, most=number(most)))
    return value / 100 if part.unit == "%" else value


def otherwise(error: CourseError) -> str:
    """What a tool refuses, for one who called it by lists: a remedy in code is of no use to him.

    >>> otherwise(CourseError("La grille attend 4 niveaux : relancez score_rfm(levels=4)."))
    'La grille attend 4 niveaux : changez un choix ici, ou à une question d’avant.'
    """
    fact, *remedy = re.split(r"\s: (?!.*\s: )", str(error))
    return OTHERWISE.format(fact=fact) if remedy else str(error)


def quantities(
    question: SheetQuestion, choices: Mapping[str, str], named: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any] | None:
    """What was chosen is worth, by part; None as long as a part is not chosen.

    Args:
        question: the question; each of its parts is to be named.
        choices: what was chosen (see `clean_choices`).
        named: what each quantity of each part is worth; None where that is not known yet.

    Raises:
        CourseError: a typed text cannot be read, or a quantity is not known yet.
        ValueError: `named` does not have the quantities of the sheet.
    """
    if {part.id: set(part.options) for part in question.parts} != {
        name: set(values) for name, values in named.items()
    }:
        raise ValueError(f"other quantities than those of the sheet: {question.id}")
    if len(choices) < len(question.parts):
        return None
    return {part.id: _worth(part, choices[part.id], named[part.id]) for part in question.parts}


def _worth(part: Part, choice: str, named: Mapping[str, Any]) -> Any:
    if choice.startswith(TYPED):
        return read_typed(part, choice[1:])
    if named[choice] is None:
        raise CourseError(UNKNOWN.format(text=part.options[choice]))
    return named[choice]
