"""What goes into a final project: what the lessons saved, and what a partner wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rfm_helpers.questions.places import LIST, SIGNATURE
from rfm_helpers.questions.plan import COSTS, OWN_ACTIONS, RETURN, WHOLE, read_plan
from rfm_helpers.questions.project import (
    COMPETITORS,
    SIGNED,
    STRATEGIES,
    places_of,
    text_of,
)

OTHERS = "autres"
#: How many lines an action has room for.
MOST_LINES = 15
#: What an activity keeps of its own screen, which is nobody's work.
_SCREEN = (f"{COSTS}/action", f"{COSTS}/a_nommer", f"{RETURN}/choix", "/verified", "/taken")

#: In which order lines are shown: no answer of which both versions are worth a choice.
_ORDER = "/ordre"


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


def from_signature(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The list signed in lesson 11, under the question of the project; nothing before it is signed.

    Its customers are counted, and stay where they are.

    Args:
        answers: those of lesson 11.

    >>> signed = {"signature/choix": "Par arbre", "signature/liste": ["C-1"]}
    >>> from_signature(signed)
    {'signature': {'liste': 'Par arbre', 'raison': '', 'noms': 1}}
    """
    name, reason = (text_of(answers, f"{SIGNATURE}/{field}") for field in ("choix", "raison"))
    customers = answers.get(f"{SIGNATURE}/{LIST}")
    if not name or not isinstance(customers, list) or not customers:
        return {}
    return {SIGNED: {"liste": name, "raison": reason, "noms": len(customers)}}


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
        elif both[question] != value and not question.endswith(_ORDER):
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
        (places_of(STRATEGIES), "segment"),
        (places_of(COMPETITORS), "nom"),
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
            found[place] = _Thing(text_of(content, name).casefold(), content)
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
