"""The grid of the final project, for who wants to judge their own: levels, hints, never a mark."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.answer_boxes import ChoiceBox
from rfm_helpers.activities.base import Activity, announced, bullets, ruled, step
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.typed import TypedArea
from rfm_helpers.catalog.assessment import Aspect, AssessmentCriterion, load_assessment
from rfm_helpers.french.words import french, several
from rfm_helpers.questions.project import EXERCISE

KEY = f"{EXERCISE}/auto_evaluation"
#: How many next steps are proposed at once.
MOST_STEPS = 3
FIRST = "Choisissez, ligne par ligne, la phrase qui ressemble le plus à votre projet."
TOP = "Tout est au plus haut niveau : faites relire votre projet par quelqu’un d’autre."


class SelfAssessment(Activity):
    """What is looked at in a project, a described level to choose for each, and what comes next."""

    purpose = "vous évaluer"

    def __init__(self) -> None:
        super().__init__()
        grid = load_assessment()
        self.levels = {aspect.id: _levels(aspect) for _, aspect in grid.aspects}
        self.reasons = {one.id: _reason() for one in grid.criteria}
        self.steps_area = w.HTML()
        choices = [field for box in self.levels.values() for field in box.fields]
        self.react([*choices, *self.reasons.values()], self.refresh)
        self.show(*map(self._criterion, grid.criteria), self.steps_area, self.message_area)
        self.refresh()

    def _criterion(self, criterion: AssessmentCriterion) -> w.VBox:
        rows = [
            ruled(w.HTML(f"<strong>{escape(one.title)}</strong>"), *self.levels[one.id].fields)
            for one in criterion.looked
        ]
        return w.VBox([step(criterion.title), *rows, self.reasons[criterion.id]])

    @property
    def value(self) -> dict[str, str]:
        """The level chosen for each thing looked at, as far as one is."""
        chosen = {name: box.answer for name, box in self.levels.items()}
        return {name: level for name, level in chosen.items() if level}

    def state(self) -> dict[str, Any]:
        """The levels by aspect, and the reasons by criterion."""
        reasons = {_about(name): field.value for name, field in self.reasons.items()}
        return {name: box.answer for name, box in self.levels.items()} | reasons

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these levels and reasons again."""
        for name, box in self.levels.items():
            box.put(answers[name])
        for name, field in self.reasons.items():
            put(field, answers[_about(name)])
        self.refresh()

    def refresh(self) -> None:
        """Say how much was looked at, and what would raise the lowest levels."""
        said = french(f"Regardé : {several(len(self.value), 'ligne')} sur {len(self.levels)}.")
        steps = next_steps(self.value)
        advice = FIRST if not self.value else TOP if not steps and self._done else ""
        parts = [f"<p><strong>{said}</strong> {french(advice)}</p>"]
        if steps:
            title = french("Ce qui ferait le plus progresser votre projet :")
            parts.append(f"<p>{title}</p>{bullets(map(french, steps))}")
        self.steps_area.value = announced("".join(parts))

    @property
    def _done(self) -> bool:
        return len(self.value) == len(self.levels)

    def fallback(self) -> dict[str, str]:
        """The grid, to read and to print."""
        grid = load_assessment()
        heads = "".join(f"<th>{escape(level.name.capitalize())}</th>" for level in grid.levels)
        rows = "".join(_row(aspect) for _, aspect in grid.aspects)
        head = f"<thead><tr><th>{french('Ce que l’on regarde')}</th>{heads}</tr></thead>"
        return {"text/html": f'<table lang="fr">{head}<tbody>{rows}</tbody></table>'}


def _levels(aspect: Aspect) -> ChoiceBox:
    levels = zip(load_assessment().levels, aspect.seen, strict=True)
    return ChoiceBox(
        {one.name: french(f"{one.name.capitalize()} : {seen}") for one, seen in levels}
    )


def _about(criterion: str) -> str:
    return f"{criterion}/pourquoi"


def _reason() -> TypedArea:
    area = TypedArea(
        description=french("Ce qui le montre, et ce que vous reprendriez :"),
        rows=2,
        layout=w.Layout(width="46em", max_width="99%"),
    )
    area.add_class("rfm-above")
    return area


def _row(aspect: Aspect) -> str:
    style = "text-align:left;vertical-align:top"
    cells = "".join(f'<td style="{style}">{escape(french(seen))}</td>' for seen in aspect.seen)
    return f'<tr><th scope="row" style="{style}">{escape(french(aspect.title))}</th>{cells}</tr>'


def next_steps(chosen: Mapping[str, str]) -> list[str]:
    """What is seen one level above those chosen, the lowest first.

    Args:
        chosen: the name of a level by aspect.

    >>> next_steps({"support": "fragile"})
    ['Le support : un message par diapositive, des chiffres lisibles et des unités.']
    """
    grid = load_assessment()
    names = [level.name for level in grid.levels]
    ranked = [
        (names.index(chosen[aspect.id]), aspect)
        for _, aspect in grid.aspects
        if chosen.get(aspect.id) in names[:-1]
    ]
    ranked.sort(key=lambda one: one[0])
    return [
        f"{aspect.title} : {aspect.seen[rank + 1][0].lower()}{aspect.seen[rank + 1][1:]}"
        for rank, aspect in ranked[:MOST_STEPS]
    ]


def self_assessment(folder: Path | None = None) -> SelfAssessment:
    """The grid of the final project to judge one's own by: levels and hints, no mark.

    Args:
        folder: where the answers are; by default that of the learner.

    Returns:
        The activity: `value` is the level chosen for each thing looked at.

    >>> self_assessment().value
    {}
    """
    return SelfAssessment().kept(KEY, folder)
