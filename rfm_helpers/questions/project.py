"""The final project as its file of answers holds it, ``exercises/reponses/projet_final.json``.

Actions, costs and the inputs of the return stand under the questions of the learner's plan
(`rfm_helpers.questions.plan`), so that the same activities show and edit them. Besides:

- ``projet/titre``, ``projet/auteurs`` (one a line), ``projet/terrain``;
- ``rfm/date``, ``mois``, ``niveaux``, ``methode``, ``pourquoi``, ``lecture``, and
  ``rfm/segments``, the rows of `segment_profile`;
- ``marque/…`` and ``concurrents/<n>/…``: `BRAND`, ``notes`` by criterion;
- ``strategies/<n>/…``: the fields of a strategy (`FIELDS`), ``titre``, ``pourquoi``, and the
  sub-strategy of each score, ``R``, ``F``, ``M``;
- ``couts/<action>/segment``, ``score`` and ``canal``;
- ``retour/enveloppe`` and ``retour/fourchettes``, lowest and highest value by input;
- ``expose/<slide>/message``, ``notes`` and ``minutes``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import pandas as pd

from rfm_helpers.analysis.budget.typed_lines import BLANK, is_blank, line_state
from rfm_helpers.analysis.campaign.account import INPUT_NAMES, Campaign
from rfm_helpers.analysis.project.model import (
    SEGMENT_COLUMNS,
    Brand,
    Project,
    ProjectAction,
    RfmChoices,
    SegmentStrategy,
    TalkPart,
)
from rfm_helpers.analysis.strategy.forms import FIELDS, read_statement, readable_fields
from rfm_helpers.catalog.plans import Score, one_line
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day, parse_number
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.plan import COSTS, OWN_ACTIONS, RETURN, WHOLE, PlanAction, read_plan

EXERCISE = "projet_final"
STRATEGIES, COMPETITORS, TALK = "strategies", "concurrents", "expose"
#: How many strategies and competitors there is room for.
PLACES = {STRATEGIES: 11, COMPETITORS: 4}
#: How many lines an action has room for.
MOST_LINES = 15
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
        title=_text(answers, "projet/titre"),
        authors=_lines(answers, "projet/auteurs"),
        terrain=_text(answers, "projet/terrain"),
        rfm=_rfm(answers),
        segments=_segments(answers.get("rfm/segments")),
        brand=_brand(answers, "marque"),
        competitors=tuple(
            brand for place in _places(COMPETITORS) if (brand := _brand(answers, place)).name
        ),
        strategies=_strategies(answers),
        actions=_actions(answers, plan.actions),
        envelope=_read(parse_number, _text(answers, f"{RETURN}/enveloppe")),
        campaign=_campaign(plan.inputs.get(WHOLE, {})),
        ranges=_ranges(answers.get(f"{RETURN}/fourchettes")),
        talk=_talk(answers),
    )


def _places(part: str) -> list[str]:
    return [f"{part}/{rank}" for rank in range(1, PLACES[part] + 1)]


def _text(answers: Mapping[str, Any], question: str) -> str:
    value = answers.get(question)
    return value.strip() if isinstance(value, str) else ""


def _lines(answers: Mapping[str, Any], question: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in _text(answers, question).splitlines() if one.strip())


def _read(read: Callable[[str], _Value], text: str) -> _Value | None:
    """What a text says; None where it says nothing, or cannot be read."""
    with suppress(CourseError, OverflowError):
        return read(text) if text else None
    return None


def _whole(text: str) -> int:
    return round(parse_number(text))


def _rfm(answers: Mapping[str, Any]) -> RfmChoices:
    texts = {
        name: _text(answers, f"rfm/{name}")
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
    return isinstance(value, int | float) and not isinstance(value, bool)


def _brand(answers: Mapping[str, Any], place: str) -> Brand:
    notes = answers.get(f"{place}/notes")
    texts = notes.items() if isinstance(notes, Mapping) else ()
    return Brand(
        _text(answers, f"{place}/nom"),
        _text(answers, f"{place}/fiche"),
        _lines(answers, f"{place}/forces"),
        _lines(answers, f"{place}/faiblesses"),
        {axis: text for axis, text in texts if isinstance(text, str) and text.strip()},
        _text(answers, f"{place}/couleur"),
    )


def _strategies(answers: Mapping[str, Any]) -> tuple[SegmentStrategy, ...]:
    """The strategies begun, one for each segment."""
    found: dict[str, SegmentStrategy] = {}
    for place in _places(STRATEGIES):
        fields = {name: _text(answers, f"{place}/{name}") for name in FIELDS}
        one = SegmentStrategy(
            read_statement(readable_fields(fields)[0]),
            str(one_line(_text(answers, f"{place}/titre"))),
            _text(answers, f"{place}/pourquoi"),
            {score: text for score in SCORES if (text := _text(answers, f"{place}/{score}"))},
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
        _text(answers, f"{COSTS}/{one.id}/{name}") for name in ("segment", "score", "canal")
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


def _talk(answers: Mapping[str, Any]) -> dict[str, TalkPart]:
    slides = {question.split("/")[1] for question in answers if question.startswith(f"{TALK}/")}
    return {
        slide: TalkPart(
            _text(answers, f"{TALK}/{slide}/message"),
            _text(answers, f"{TALK}/{slide}/notes"),
            _read(parse_number, _text(answers, f"{TALK}/{slide}/minutes")),
        )
        for slide in sorted(slides)
    }


# --- what the lessons saved, and what a partner wrote --------------------------------------------

OTHERS = "autres"
#: What an activity keeps of its own screen, which is nobody's work.
_SCREEN = (f"{COSTS}/action", f"{RETURN}/choix", "/verified", "/taken")


def from_plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    """What the lessons saved of the learner's plan, under the questions of the project.

    Args:
        plan: the answers of `rfm_helpers.questions.plan`.

    Returns:
        The strategy (the draft, as long as none follows it), the actions with their costs and the
        inputs of the return; `merged` puts them into a project.

    >>> from_plan({"strategie/segment": "Fidèles", "couts/mienne_1/titre": "Un appel"})
    {'strategies/1/segment': 'Fidèles', 'couts/mienne_1/titre': 'Un appel'}
    """
    fields = read_plan(plan).fields
    parts = {f"{STRATEGIES}/1/{name}": text for name, text in fields.items() if text}
    kept = (f"{COSTS}/", f"{RETURN}/{WHOLE}")
    return parts | {
        question: value
        for question, value in plan.items()
        if question.startswith(kept) and not _of_screen(question)
    }


def _of_screen(question: str) -> bool:
    return question.endswith(_SCREEN)


def merged(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Two people's parts of a project, neither of which is lost.

    Strategies are known by their segment, competitors and actions by their name, cost lines by
    their label: what is new goes to a free place. Where both answered a question otherwise, mine
    stays and theirs is kept in the list ``autres/<question>``.

    Args:
        mine: the answers of the project that goes on.
        theirs: those of the other file.

    Returns:
        The answers of both; while there is room, merging the same part again changes nothing.

    >>> both = merged({"concurrents/1/nom": "Lancel"}, {"concurrents/1/nom": "Longchamp"})
    >>> both["concurrents/2/nom"]
    'Longchamp'
    >>> merged({"rfm/pourquoi": "a"}, {"rfm/pourquoi": "b"})
    {'rfm/pourquoi': 'a', 'autres/rfm/pourquoi': ['b']}
    """
    both = dict(mine)
    for question, value in _placed(_work(mine), _work(theirs)):
        if question.startswith(f"{OTHERS}/"):
            for one in value if isinstance(value, list) else [value]:
                _add_other(both, question, one)
        elif _is_blank(both.get(question)):
            both[question] = value
        elif both[question] != value:
            _add_other(both, f"{OTHERS}/{question}", value)
    return both


def _work(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers in which somebody wrote something."""
    return {q: value for q, value in answers.items() if not _is_blank(value) and not _of_screen(q)}


def _is_blank(value: object) -> bool:
    return value is None or value in ("", [], {}, ["", ""])


def _add_other(both: dict[str, Any], question: str, value: object) -> None:
    known = both.get(question)
    others = list(known) if isinstance(known, list) else []
    if value not in others and value != both.get(question.removeprefix(f"{OTHERS}/")):
        both[question] = [*others, value]


def _placed(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The other's answers at places where they meet what is the same thing, or nothing."""
    moved: dict[str, str] = {}
    for places, name in (
        (_places(STRATEGIES), "segment"),
        (_places(COMPETITORS), "nom"),
        ([f"{COSTS}/{one}" for one in OWN_ACTIONS], "titre"),
    ):
        moved |= _moved(_things(mine, places, name), _things(theirs, places, name), places)
    there = [(_renamed(question, moved), value) for question, value in theirs.items()]
    lines = _moved_lines(mine, dict(there))
    return [(lines.get(question, question), value) for question, value in there]


def _renamed(question: str, moved: Mapping[str, str]) -> str:
    parts = question.split("/")
    place = moved.get("/".join(parts[:2]))
    return question if place is None else "/".join([place, *parts[2:]])


def _moved_lines(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, str]:
    """Where each of the other's cost lines goes within its action."""
    actions = {question.rpartition("/")[0] for question in theirs if _is_line(question)}
    moved: dict[str, str] = {}
    for action in sorted(actions):
        places = [f"{action}/{rank}" for rank in range(1, MOST_LINES + 1)]
        moved |= _moved(_lines_at(mine, places), _lines_at(theirs, places), places)
    return moved


def _is_line(question: str) -> bool:
    return question.startswith(f"{COSTS}/") and question.rpartition("/")[2].isdecimal()


# --- the same thing in two files ------------------------------------------------------------------


@dataclass(frozen=True)
class _Thing:
    """What a place holds: the name by which people know it, and all of it."""

    name: str
    content: object


def _things(answers: Mapping[str, Any], places: list[str], name: str) -> dict[str, _Thing]:
    found = {}
    for place in places:
        prefix = f"{place}/"
        content = {q.removeprefix(prefix): v for q, v in answers.items() if q.startswith(prefix)}
        if content:
            found[place] = _Thing(_text(content, name).casefold(), content)
    return found


def _lines_at(answers: Mapping[str, Any], places: list[str]) -> dict[str, _Thing]:
    lines = {place: answers[place] for place in places if isinstance(answers.get(place), Mapping)}
    return {
        place: _Thing(str(line.get("libelle", "")).strip().casefold(), line)
        for place, line in lines.items()
    }


def _moved(
    mine: Mapping[str, _Thing], theirs: Mapping[str, _Thing], places: list[str]
) -> dict[str, str]:
    """The place of each of the other's things: that of the same one, its own, or a free one."""
    taken, moved = set(mine), {}
    for place, thing in theirs.items():
        free = [one for one in (place, *places) if one not in taken]
        moved[place] = _same(thing, mine, theirs) or (free[0] if free else place)
        taken.add(moved[place])
    return moved


def _same(thing: _Thing, mine: Mapping[str, _Thing], theirs: Mapping[str, _Thing]) -> str | None:
    """Where a thing of the other's is in mine: all of it, or else the only one of its name."""
    for place, known in mine.items():
        if known.content == thing.content:
            return place
    namesakes = [place for place, known in mine.items() if known.name == thing.name]
    alone = sum(other.name == thing.name for other in theirs.values()) == 1
    return namesakes[0] if thing.name and alone and len(namesakes) == 1 else None
