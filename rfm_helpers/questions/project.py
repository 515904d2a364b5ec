"""The final project as its file of answers holds it, ``exercises/reponses/projet_final.json``.

Actions, costs and the inputs of the return stand under the questions of the learner's plan
(`rfm_helpers.questions.plan`), so that the same activities show and edit them. Besides:

- ``projet/titre``, ``projet/auteurs`` (one a line), ``projet/terrain``;
- ``rfm/date``, ``mois``, ``niveaux``, ``methode``, ``pourquoi``, ``lecture``, and
  ``rfm/segments``, the rows of `segment_profile`;
- ``marque/…`` and ``concurrents/<n>/…``: `BRAND`, ``notes`` by criterion, ``x`` and ``y`` on the
  positioning map (0 to 10), whose axes are named in ``carte/x`` and ``carte/y``;
- ``strategies/<n>/…``: the fields of a strategy (`FIELDS`), ``titre``, ``pourquoi``, and the
  sub-strategy of each score, ``R``, ``F``, ``M``;
- ``couts/<action>/segment``, ``score`` and ``canal``;
- ``retour/enveloppe`` and ``retour/fourchettes``, lowest and highest value by input;
- ``expose/<slide>/message``, ``notes`` and ``minutes``;
- ``signature``: the list signed in lesson 11, its name, why, and how many customers it has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import pandas as pd

from rfm_helpers.analysis.budget.typed_lines import BLANK, is_blank, line_state
from rfm_helpers.analysis.campaign.account import INPUT_NAMES, Campaign
from rfm_helpers.analysis.project.model import (
    MAP_END,
    SEGMENT_COLUMNS,
    Brand,
    Project,
    ProjectAction,
    RfmChoices,
    SegmentStrategy,
    SignedList,
    TalkPart,
)
from rfm_helpers.analysis.strategy.forms import FIELDS, read_statement, readable_fields
from rfm_helpers.catalog.plans import Score, one_line
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day, parse_number
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.plan import COSTS, RETURN, WHOLE, PlanAction, read_plan

EXERCISE = "projet_final"
STRATEGIES, COMPETITORS, TALK, MAP = "strategies", "concurrents", "expose", "carte"
SIGNED = "signature"
#: How many strategies and competitors there is room for.
PLACES = {STRATEGIES: 11, COMPETITORS: 4}
#: No number of customers or of euros is as large.
LARGEST = 1e15
SCORES: tuple[Score, ...] = ("R", "F", "M")
BRAND = ("nom", "fiche", "forces", "faiblesses", "couleur")
#: The inputs of a campaign that are typed in per cent, as the explorer of lesson 7 shows them.
_PERCENT = {"uplift", "margin_rate", "discount", "baseline"}
_NEEDED = ("reached", "uplift", "basket", "margin_rate")
_Value = TypeVar("_Value")


def load_project(folder: Path | None = None) -> Project:
    """The final project, as the disk has it now.

    Args:
        folder: where the answers are; by default that of the learner.

    >>> import tempfile
    >>> load_project(Path(tempfile.mkdtemp())).actions
    ()
    """
    return read_project(AnswerStore(EXERCISE, folder).answers)


def read_project(answers: Mapping[str, Any]) -> Project:
    """The project that the answers hold; what has another shape, or cannot be read, is left out.

    Args:
        answers: values by question, as `AnswerStore.answers` gives them.

    Returns:
        The project.

    >>> project = read_project({"marque/nom": "Orsenne", "strategies/1/segment": "Fidèles"})
    >>> project.brand.name, project.strategies[0].segment
    ('Orsenne', 'Fidèles')
    """
    plan = read_plan(answers)
    return Project(
        title=text_of(answers, "projet/titre"),
        authors=_lines(answers, "projet/auteurs"),
        terrain=text_of(answers, "projet/terrain"),
        rfm=_rfm(answers),
        segments=_segments(answers.get("rfm/segments")),
        brand=_brand(answers, "marque"),
        competitors=tuple(
            brand for place in places_of(COMPETITORS) if (brand := _brand(answers, place)).name
        ),
        map_axes=(text_of(answers, f"{MAP}/x"), text_of(answers, f"{MAP}/y")),
        strategies=_strategies(answers),
        actions=_actions(answers, plan.actions),
        envelope=_read(parse_number, text_of(answers, f"{RETURN}/enveloppe")),
        campaign=_campaign(plan.inputs.get(WHOLE, {})),
        ranges=_ranges(answers.get(f"{RETURN}/fourchettes")),
        talk=_talk(answers),
        signed=_signed(answers.get(SIGNED)),
    )


def places_of(part: str) -> list[str]:
    """The places of the strategies, or of the competitors."""
    return [f"{part}/{rank}" for rank in range(1, PLACES[part] + 1)]


def text_of(answers: Mapping[str, Any], question: str) -> str:
    """What was written under a question, empty if nothing was."""
    value = answers.get(question)
    return value.strip() if isinstance(value, str) else ""


def _lines(answers: Mapping[str, Any], question: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text_of(answers, question).splitlines() if one.strip())


def _read(read: Callable[[str], _Value], text: str) -> _Value | None:
    """What a text says; None where it says nothing, or cannot be read."""
    with suppress(CourseError, OverflowError):
        return read(text) if text else None
    return None


def _whole(text: str) -> int:
    return round(parse_number(text))


def _rfm(answers: Mapping[str, Any]) -> RfmChoices:
    texts = {
        name: text_of(answers, f"rfm/{name}")
        for name in ("date", "mois", "niveaux", "methode", "pourquoi", "lecture")
    }
    return RfmChoices(
        cast("dt.date | None", _read(as_day, texts["date"])),
        _read(_whole, texts["mois"]),
        _read(_whole, texts["niveaux"]),
        texts["methode"],
        texts["pourquoi"],
        texts["lecture"],
    )


def _segments(rows: object) -> pd.DataFrame:
    kept = [
        {name: row[name] for name in SEGMENT_COLUMNS}
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
        and isinstance(row.get("segment"), str)
        and all(_is_number(row.get(name)) for name in SEGMENT_COLUMNS[1:])
    ]
    return pd.DataFrame(kept, columns=[*SEGMENT_COLUMNS])


def _is_number(value: object) -> bool:
    """Whether it is a number, and one that can be written."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _brand(answers: Mapping[str, Any], place: str) -> Brand:
    notes = answers.get(f"{place}/notes")
    texts = notes.items() if isinstance(notes, Mapping) else ()
    return Brand(
        text_of(answers, f"{place}/nom"),
        text_of(answers, f"{place}/fiche"),
        _lines(answers, f"{place}/forces"),
        _lines(answers, f"{place}/faiblesses"),
        {axis: text for axis, text in texts if isinstance(text, str) and text.strip()},
        text_of(answers, f"{place}/couleur"),
        _place(answers, place),
    )


def _place(answers: Mapping[str, Any], place: str) -> tuple[float, float] | None:
    """Where a brand stands on the map; None as long as an end of it is missing or off the map."""
    x, y = (_read(parse_number, text_of(answers, f"{place}/{axis}")) for axis in "xy")
    if x is None or y is None or not (0 <= x <= MAP_END and 0 <= y <= MAP_END):
        return None
    return x, y


def _strategies(answers: Mapping[str, Any]) -> tuple[SegmentStrategy, ...]:
    """The strategies begun, one for each segment."""
    found: dict[str, SegmentStrategy] = {}
    for place in places_of(STRATEGIES):
        fields = {name: text_of(answers, f"{place}/{name}") for name in FIELDS}
        one = SegmentStrategy(
            read_statement(readable_fields(fields)[0]),
            str(one_line(text_of(answers, f"{place}/titre"))),
            text_of(answers, f"{place}/pourquoi"),
            {score: text for score in SCORES if (text := text_of(answers, f"{place}/{score}"))},
        )
        if one != SegmentStrategy():
            found.setdefault(one.segment or place, one)
    return tuple(found.values())


def _actions(
    answers: Mapping[str, Any], actions: tuple[PlanAction, ...]
) -> tuple[ProjectAction, ...]:
    found: dict[str, ProjectAction] = {}
    for one in actions:
        title = str(one_line(one.title))
        if title and title.casefold() not in found:
            found[title.casefold()] = _action(answers, one, title)
    return tuple(found.values())


def _action(answers: Mapping[str, Any], one: PlanAction, title: str) -> ProjectAction:
    typed = [BLANK | dict(line) for line in one.lines]
    count = _read(_whole, one.count)
    segment, score, channel = (
        text_of(answers, f"{COSTS}/{one.id}/{name}") for name in ("segment", "score", "canal")
    )
    return ProjectAction(
        title,
        segment,
        score,
        channel,
        who=one.who,
        count=count if count and count > 0 else None,
        lines=tuple(line_state(line).record for line in typed if not is_blank(line)),
    )


def _campaign(typed: Mapping[str, str]) -> Campaign | None:
    """The campaign of the return; None as long as one of its inputs lacks."""
    values = {
        name: value
        for name in INPUT_NAMES
        if (value := _input(name, typed.get(name, ""))) is not None
    }
    with suppress(CourseError):
        if all(name in values for name in _NEEDED):
            return Campaign(**{"cost": 0.0} | values)
    return None


def _input(name: str, text: object) -> float | None:
    unit = "%" if name in _PERCENT else ""
    value = _read(lambda typed: parse_number(typed, unit=unit), str(text).strip())
    return value / 100 if value is not None and unit else value


def _ranges(typed: object) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for name, ends in typed.items() if isinstance(typed, Mapping) else ():
        if name in INPUT_NAMES and isinstance(ends, list) and len(ends) == 2:
            low, high = (_input(name, end) for end in ends)
            if low is not None and high is not None:
                found[name] = (low, high)
    return found


def _signed(kept: object) -> SignedList | None:
    """The list signed in lesson 11, if one was."""
    told = kept if isinstance(kept, Mapping) else {}
    name, reason = (text_of(told, field) for field in ("liste", "raison"))
    count = told.get("noms")
    return SignedList(name, reason, count) if name and type(count) is int else None


def _talk(answers: Mapping[str, Any]) -> dict[str, TalkPart]:
    slides = {question.split("/")[1] for question in answers if question.startswith(f"{TALK}/")}
    return {
        slide: TalkPart(
            text_of(answers, f"{TALK}/{slide}/message"),
            text_of(answers, f"{TALK}/{slide}/notes"),
            _read(parse_number, text_of(answers, f"{TALK}/{slide}/minutes")),
        )
        for slide in sorted(slides)
    }
