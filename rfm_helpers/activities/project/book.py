"""What the steps of a final project share: its answers, its customers, what is to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import pandas as pd

from rfm_helpers.activities.base import Activity
from rfm_helpers.activities.project.terrain import load_terrain
from rfm_helpers.activities.turns import PAUSE, running_loop
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.project.facts import Scored, score_project
from rfm_helpers.analysis.project.model import Project
from rfm_helpers.analysis.project.progress import Facts, Remark, progress
from rfm_helpers.analysis.project.signed import COLUMNS, signed_segments
from rfm_helpers.analysis.project.terrain import Terrain
from rfm_helpers.errors import CourseError
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.places import LIST, SIGNATURE, SIGNING
from rfm_helpers.questions.project import EXERCISE, SIGNED, read_project
from rfm_helpers.questions.project_parts import OTHERS, from_signature

_Part = TypeVar("_Part", bound=Activity)


class ProjectBook:
    """A final project on this computer: its file of answers, and the parts that show it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the project, in the folder of the answers unless another one is named."""
        self.folder = folder
        self.parts: dict[str, Activity] = {}
        self._terrain: Terrain | None = None
        self._scored: tuple[object, Scored] | None = None
        self._project: Project | None = None
        self._remarks: tuple[Remark, ...] | None = None
        self._changes = 0

    # --- what it holds ----------------------------------------------------------------------

    @property
    def answers(self) -> dict[str, Any]:
        """The answers, as the disk has them now."""
        return AnswerStore(EXERCISE, self.folder).answers

    @property
    def project(self) -> Project:
        """The project that the answers hold."""
        if self._project is None:
            self._project = read_project(self.answers)
        return self._project

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is to be done, thin, or contradicts itself."""
        if self._remarks is None:
            self._remarks = tuple(progress(self.project, self.facts))
        return self._remarks

    @property
    def terrain(self) -> Terrain:
        """The customers that the project works on; the house's as long as none are chosen.

        Raises:
            CourseError: as `load_terrain`.
        """
        wanted = self.project.terrain
        if self._terrain is None or wanted not in (self._terrain.name, ""):
            self._terrain = load_terrain(wanted)
        return self._terrain

    def forget_terrain(self) -> None:
        """Read the customers again: another file has come in their place."""
        self._terrain = self._scored = None

    @property
    def scored(self) -> Scored:
        """The customers scored as the project says; what it does not say is as the course does.

        Raises:
            CourseError: as `load_terrain` and `project_customers`.
        """
        chosen, terrain = self.project.rfm, self.terrain
        settings = id(terrain.orders), chosen.as_of, chosen.months, chosen.levels, chosen.method
        if self._scored is None or self._scored[0] != settings:
            self._scored = settings, score_project(chosen, terrain)
        return self._scored[1]

    @property
    def signed(self) -> pd.DataFrame:
        """Where the list signed in lesson 11 stands among the segments.

        Empty without a list, or where this computer has another one or none.

        Raises:
            CourseError: as `scored`.
        """
        lesson, signed = AnswerStore(SIGNING, self.folder).answers, self.project.listed
        if signed is None or from_signature(lesson) != {SIGNED: self.answers.get(SIGNED)}:
            return pd.DataFrame(columns=COLUMNS)
        scored, names = self.scored, lesson[f"{SIGNATURE}/{LIST}"]
        day = self.project.rfm.as_of or scored.terrain.as_of
        return signed_segments(names, scored.customers, as_of=day, **scored.terrain.files)

    @property
    def facts(self) -> Facts:
        """What the customers say; nothing before they are chosen, or if they cannot be scored."""
        if not self.project.terrain:
            return Facts()
        try:
            return self.scored.facts
        except CourseError:
            return Facts()

    # --- the parts that show it -------------------------------------------------------------

    def keep(self, name: str, part: _Part, key: str = EXERCISE) -> _Part:
        """Have a part keep what is typed in it, and hear of what changes in the others."""
        return self.join(part.kept(key, self.folder), name)

    def join(self, part: _Part, name: str = "") -> _Part:
        """Have a part that keeps what is typed in it hear of what changes in the others."""
        if part.keeper is not None:
            part.keeper.listeners.append(self.changed)
        self.parts[name or type(part).__name__] = part
        self.tell(part)
        return part

    def changed(self) -> None:
        """Forget the project as it was, and tell each part: once what is being typed pauses."""
        self._project = self._remarks = None
        self._changes += 1
        loop = running_loop()
        if loop is None:
            self._tell_all(self._changes)
        else:
            loop.call_later(PAUSE, self._tell_all, self._changes)

    def _tell_all(self, changes: int) -> None:
        if changes == self._changes:
            for part in self.parts.values():
                self.tell(part)

    def tell(self, part: Activity) -> None:
        """Have a part show what follows from the whole project, or what it refuses of its own."""
        hear = getattr(part, "hear", None)
        if hear is None:
            return
        try:
            hear()
        except CourseError as error:
            part.tell(str(error))

    def take(self, new: Mapping[str, Any], said: str, undo: Undo) -> None:
        """Take answers in over those there are; « Annuler » brings these back.

        Args:
            new: answers by question, those that change and others.
            said: what was done, as a French sentence.
            undo: where to offer the way back.
        """
        mine = self.answers
        changes = {q: value for q, value in new.items() if mine.get(q) != value}
        if not changes:
            return
        shown = self._shown()
        before = {q: mine.get(q, shown.get(q, _nothing(q))) for q in changes}
        self._write(changes)
        undo.offer(said, partial(self._write, before))

    def _write(self, answers: Mapping[str, Any]) -> None:
        AnswerStore(EXERCISE, self.folder).update(answers)
        for part in self.parts.values():
            if part.keeper is not None:
                part.keeper.catch_up(part.state())
        self.changed()

    def _shown(self) -> dict[str, Any]:
        """What the parts show, by question: what a question holds that nobody answered yet."""
        return {
            part.keeper.prefix + question: value
            for part in self.parts.values()
            if part.keeper is not None
            for question, value in part.state().items()
        }


def _nothing(question: str) -> Any:
    return cast("Any", []) if question.startswith(f"{OTHERS}/") else ""


def final_project(folder: Path | None = None) -> ProjectBook:
    """Open the final project of this computer, which the steps of the workbook show.

    Args:
        folder: where the answers are; by default that of the learner.

    >>> import tempfile
    >>> final_project(Path(tempfile.mkdtemp())).project.title
    ''
    """
    return ProjectBook(folder)
