"""A timer for the talk: ten minutes, slide by slide, with what is to be said.

The page counts by its clock and keeps when it began: a talk goes on where it was, the time passed
included, once the page or the kernel is back.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ipywidgets as w
from anywidget import AnyWidget
from traitlets import Dict, Float, List

from rfm_helpers.activities.base import Activity, bullets, button
from rfm_helpers.activities.sheets.sheet import style_sheet
from rfm_helpers.analysis.project.model import Project
from rfm_helpers.analysis.project.progress import MOST_MINUTES, slide_minutes
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.french.words import french
from rfm_helpers.questions.project import load_project

_HERE = Path(__file__).parent
KEY = "projet_minuteur"
READ = "Vos messages, vos notes et vos minutes sont relus."


class Timer(AnyWidget):  # type: ignore[misc]
    """What counts on the page.

    `value` says where the talk is: `slide` on the screen, `since` when it is (milliseconds of the
    epoch; None in a pause), `spent` on each before, and what was `before` it was put to zero.
    """

    _esm = _HERE / "timer.js"
    _css = style_sheet(_HERE / "timer.css")
    slides = List(Dict()).tag(sync=True)
    minutes = Float(MOST_MINUTES).tag(sync=True)
    value = Dict().tag(sync=True)


class TalkTimer(Activity):
    """The timer, with the messages, notes and minutes of the project."""

    purpose = "répéter votre exposé"

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._folder = folder
        slides = talk_slides(load_project(folder))
        self.timer = Timer(slides=slides, value=at_start(len(slides)))
        self.timer.add_class("rfm-timer")
        self.read_button = button("Relire mes notes")
        self.read_button.on_click(self.guarded(self.read))
        self.react([self.timer], self.refresh)
        self.show(self.timer, self.read_button, self.message_area)

    @property
    def value(self) -> list[float]:
        """The seconds spent on each slide, as far as they were counted."""
        return [round(ms / 1000, 1) for ms in self.timer.value["spent"]]

    @property
    def kept_fields(self) -> Mapping[str, w.Widget]:
        """Where the talk is."""
        return {"expose": self.timer}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Go on where the talk was; what is not a place in it begins at the start."""
        self.timer.value = fitting(answers["expose"], len(self.timer.slides))

    def hear(self) -> None:
        """Take what another part of the project has now."""
        self.timer.slides = talk_slides(load_project(self._folder))

    def read(self) -> None:
        """Take what was written since in the project."""
        self.hear()
        self.tell(READ, warning=False)

    def fallback(self) -> dict[str, str]:
        """The slides, with the minutes that the course proposes."""
        slides = talk_slides(Project())
        return {"text/html": bullets((str(one["title"]) for one in slides), "ol")}


def talk_slides(project: Project) -> list[dict[str, Any]]:
    """The slides of a talk: `title`, `message`, `notes`, `minutes`.

    >>> talk_slides(Project())[0]["minutes"]
    0.5
    """
    said = project.talk
    return [
        {
            "title": french(slide.title),
            "message": french(said[slide.id].message) if slide.id in said else "",
            "notes": french(said[slide.id].notes) if slide.id in said else "",
            "minutes": slide_minutes(project, slide.id),
        }
        for slide in load_final_project().slides
    ]


def at_start(count: int) -> dict[str, Any]:
    """Where a talk of so many slides begins.

    >>> at_start(2)
    {'slide': 0, 'since': None, 'spent': [0, 0], 'before': None}
    """
    return {"slide": 0, "since": None, "spent": [0] * count, "before": None}


def fitting(kept: Any, count: int) -> dict[str, Any]:
    """Where a talk was, as far as it is a place in so many slides.

    >>> fitting({"slide": 1, "since": None, "spent": [2000, 500]}, 2)["slide"]
    1
    >>> fitting("loin", 2) == at_start(2)
    True
    """
    start = at_start(count)
    if not isinstance(kept, Mapping) or not _is_place(kept, count):
        return start
    since, before = kept.get("since"), kept.get("before")
    return start | {
        "slide": kept["slide"],
        "spent": list(kept["spent"]),
        "since": since if _is_time(since) else None,
        "before": dict(before)
        if isinstance(before, Mapping) and _is_place(before, count)
        else None,
    }


def _is_place(kept: Mapping[str, Any], count: int) -> bool:
    slide, spent = kept.get("slide"), kept.get("spent")
    return (
        isinstance(slide, int)
        and 0 <= slide < count
        and isinstance(spent, list)
        and len(spent) == count
        and all(map(_is_time, spent))
    )


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def talk_timer(folder: Path | None = None) -> TalkTimer:
    """A timer of ten minutes for the talk of the final project, with the notes of each slide.

    Args:
        folder: where the answers are; by default that of the learner.

    Returns:
        The activity: `value` is the seconds spent on each slide.

    >>> len(talk_timer().value)
    10
    """
    return TalkTimer(folder).kept(KEY, folder)
