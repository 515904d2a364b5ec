"""The final projects once a jury has marked them: gradebook, feedback pages, what was checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import fsum
from pathlib import Path
from typing import Any

from rfm_helpers.analysis.project.checks import Checked, checked
from rfm_helpers.analysis.project.facts import GRIDS, METHODS, Scored, score_project
from rfm_helpers.analysis.project.model import Project
from rfm_helpers.analysis.project.progress import Facts, progress
from rfm_helpers.analysis.project.terrain import COURSE_TERRAINS, OWN
from rfm_helpers.catalog.assessment import Aspect, AssessmentCriterion, load_assessment
from rfm_helpers.catalog.assignments import MarkingCriterion, Sheet, SheetQuestion
from rfm_helpers.documents.page import render
from rfm_helpers.documents.text import decimal, one_line, write_bytes, zipped
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, french
from rfm_helpers.questions.project import EXERCISE, read_project, text_of
from rfm_helpers.teacher.apart import Budget, UnfinishedError, apart
from rfm_helpers.teacher.classroom.intake import Deposit, answers_files
from rfm_helpers.teacher.classroom.owners import letters
from rfm_helpers.teacher.classroom.roster import safe_name
from rfm_helpers.teacher.reports.adjustments import (
    FILE,
    adjusted,
    read_adjustments,
    write_adjustments,
)
from rfm_helpers.teacher.reports.gradebook import (
    is_marked,
    signed,
    write_csv,
    write_moodle,
    write_xlsx,
)
from rfm_helpers.teacher.reports.jury import SHOWN, ProjectMarks, points_of
from rfm_helpers.teacher.reports.publishing import (
    FEEDBACK,
    MOODLE_PAGES,
    all_or_none,
    earlier_results,
    for_moodle,
)
from rfm_helpers.teacher.results import Graded, Status, Student

TITLE = "Projet final"
#: The criterion beside which the remarks on each step are shown.
OF_STEP = {
    "rfm": "analyse", "marque": "strategies", "strategies": "strategies", "budget": "budget",
    "structure": "presentation", "oral": "presentation",
}  # fmt: skip
CONTRADICTION = "Ce qui se contredit"
FILE_CHECK = "Le fichier"
NOT_THERE = "Le fichier du projet n’est pas parmi les rendus : rien n’a été vérifié."
NOT_READ = "Le fichier du projet n’a pas pu être vérifié, car {reason}."
OWN_FILE = (
    "Non comparé : le projet porte sur le fichier de ses auteurs, qui reste sur leur ordinateur. "
    "Demandez-leur d’ouvrir leur carnet."
)
OWN_FILE_OF_YOURS = (
    "Non comparé : votre projet porte sur votre propre fichier, qui reste sur votre ordinateur. "
    "Montrez votre carnet au jury."
)
NO_FILE_OF_YOURS = (
    "Le fichier de votre projet n’a pas pu être lu par le jury : rien n’a été vérifié."
)
NO_TERRAIN = "Non comparé : le projet ne dit pas quels clients il étudie."
NO_SETTINGS = (
    "Non comparé : la date, la fenêtre, les niveaux et la méthode ne sont pas tous donnés."
)
NOT_SCORED = "Non comparé : avec ces réglages, les données ne donnent pas de scores. {reason}"


def publish_projects(
    folder: Path,
    marks: Mapping[str, ProjectMarks],
    roster: Sequence[Student],
    checks: Mapping[str, Sequence[Checked]] | None = None,
) -> tuple[Graded, ...]:
    """Write the gradebook and the feedback pages of the final projects.

    What ``ajustements.xlsx`` of the folder holds counts, as for any assignment; run again once the
    jury has changed its marks, everything is written again.

    Args:
        folder: where the files are written.
        marks: what `read_jury_book` gives.
        roster: the students, one row each in the gradebook.
        checks: what was checked in each project.

    Returns:
        One result per student, in the list's order.

    Raises:
        CourseError: a student of a team who is not on the list, a folder that holds the results of
            another assignment, a file that cannot be written or read.
    """
    earlier_results(folder, EXERCISE)
    sheet, of_student = project_sheet(), _projects_of(marks, roster)
    folder.mkdir(parents=True, exist_ok=True)
    results = [_graded(student, marks.get(of_student.get(student.id, ""))) for student in roster]
    with all_or_none(folder) as draft:
        write_adjustments(draft / FILE, sheet)
        results = [*adjusted(sheet, results, read_adjustments(draft / FILE, sheet, results))]
        write_csv(draft / "notes.csv", sheet, results)
        write_xlsx(draft / "notes.xlsx", sheet, results)
        write_moodle(draft / "moodle.csv", sheet, results)
        pages = [
            _write_page(draft / FEEDBACK, one, of_student.get(one.student.id, ""), marks, checks)
            for one in results
        ]
        write_bytes(draft / MOODLE_PAGES, zipped(for_moodle(results, pages)))
    return tuple(results)


@cache
def project_sheet() -> Sheet:
    """The grid of the final project as the sheet of an assignment, read by hand.

    >>> [one.points for one in project_sheet().questions]
    [5.0, 6.0, 5.0, 4.0]
    """
    return Sheet(
        id=EXERCISE,
        title=TITLE,
        questions=tuple(
            SheetQuestion(
                id=one.id, title=one.title, points=one.points, mode="free", answer="essay",
                statement=one.title, lesson="12_projet_final", section="S’évaluer",
                criteria=tuple(
                    MarkingCriterion(id=aspect.id, title=aspect.title, points=one.each)
                    for aspect in one.looked
                ),
            )
            for one in load_assessment().criteria
        ),
    )  # fmt: skip


def _projects_of(marks: Mapping[str, ProjectMarks], roster: Sequence[Student]) -> dict[str, str]:
    """The project of each student of a team."""
    of_student = {student: name for name, one in marks.items() for student in one.students}
    lost = next((s for s in of_student if s not in {student.id for student in roster}), None)
    if lost is not None:
        raise CourseError(
            f"« {as_written(lost)} », de la feuille « Équipes », n’est pas sur la liste : remettez "
            "son identifiant, ou ajoutez sa ligne à la liste."
        )
    return of_student


def _graded(student: Student, marks: ProjectMarks | None) -> Graded:
    if marks is None:
        return Graded(student, Status.MISSING, ())
    if not marks.levels:
        return Graded(student, Status.UNMARKED, ())
    points = [points_of(given) for given in marks.levels.values()]
    keys = {aspect.id: f"{one.id}/{aspect.id}" for one, aspect in load_assessment().aspects}
    return Graded(
        student,
        Status.GRADED,
        (),
        manual={key: fsum(p[a] for p in points) / len(points) for a, key in keys.items()},
        comments={keys[aspect]: text for aspect, text in marks.comments.items()},
    )


# --- the page -------------------------------------------------------------------------------------


def _write_page(
    folder: Path,
    graded: Graded,
    project: str,
    marks: Mapping[str, ProjectMarks],
    checks: Mapping[str, Sequence[Checked]] | None,
) -> Path:
    found = (checks or {}).get(project, ())
    mine = marks.get(project, ProjectMarks({}, {}, {}))
    page = render(
        "project_feedback.html",
        title=TITLE,
        project=project,
        student=graded.student,
        mark=_mark(graded, mine),
        criteria=[_criterion(one, mine, found) for one in load_assessment().criteria],
        shown=SHOWN,
    )
    path = folder / f"{safe_name(graded.student.id)}.html"
    write_bytes(path, page)
    return path


def _mark(graded: Graded, marks: ProjectMarks) -> dict[str, Any]:
    if not is_marked(graded):
        said = "Le jury n’a pas encore noté ce projet." if marks.students else "Aucun projet."
        return {"title": "Pas de note", "lines": [said]}
    lines = []
    if len(marks.by_marker) > 1:
        gap = decimal(marks.spread)
        lines.append(f"Moyenne de {len(marks.by_marker)} correcteurs ; écart entre eux : {gap}.")
    for one in graded.adjustments:
        reason = f" ({one.reason})" if one.reason else ""
        lines.append(f"{signed(one)} : {one.title}{reason}")
    return {"title": f"Note : {decimal(graded.total)} sur 20", "lines": lines}


def _criterion(
    criterion: AssessmentCriterion, marks: ProjectMarks, found: Sequence[Checked]
) -> dict[str, Any]:
    """A criterion with its mean and spread, the levels and comments of what is looked at."""
    totals = [
        fsum(points_of(given)[aspect.id] for aspect in criterion.looked)
        for given in marks.levels.values()
    ]
    mean = fsum(totals) / len(totals) if totals else None
    return {
        "title": criterion.title,
        "points": "" if mean is None else f"{decimal(mean)} sur {decimal(criterion.points)}",
        "spread": decimal(max(totals) - min(totals)) if len(totals) > 1 else "",
        "aspects": [_aspect(aspect, marks) for aspect in criterion.looked],
        "checks": [to_authors(one) for one in found if one.criterion == criterion.id],
    }


def to_authors(check: Checked) -> Checked:
    """The same check, as the authors read it: what it asks of the jury is said to them.

    >>> str(to_authors(Checked("analyse", FILE_CHECK, None, NOT_THERE)))[:28]
    'Le fichier de votre projet n'
    """
    if check.title == FILE_CHECK:
        return replace(check, text=NO_FILE_OF_YOURS)
    return replace(check, text=OWN_FILE_OF_YOURS) if check.text == french(OWN_FILE) else check


def _aspect(aspect: Aspect, marks: ProjectMarks) -> dict[str, Any]:
    """What is looked at: the levels given and what they describe, each once, the lowest first."""
    given = {levels[aspect.id] for levels in marks.levels.values()}
    names = [level.name for level in load_assessment().levels]
    described = zip(names, aspect.seen, strict=True)
    return {
        "title": aspect.title,
        "levels": [name for name in names if name in given],
        "seen": [text for name, text in described if name in given],
        "comment": marks.comments.get(aspect.id, ""),
    }


# --- what a machine checks ------------------------------------------------------------------------


@dataclass(frozen=True)
class Handed:
    """A file of a project that was handed in: where it was, and what is typed in it."""

    deposit: str
    participant: str
    answers: Mapping[str, Any]
    saved: str

    @property
    def title(self) -> str:
        """The title that it gives the project."""
        return one_line(text_of(self.answers, "projet/titre"))

    @property
    def authors(self) -> list[str]:
        """Whom it names as authors."""
        return [*filter(None, map(one_line, text_of(self.answers, "projet/auteurs").split("\n")))]

    @property
    def shown(self) -> str:
        """How it is told to the teacher."""
        by = f", de {', '.join(self.authors)}" if self.authors else ""
        return f"« {as_written(self.deposit)} » (« {as_written(self.title)} »{by})"

    def likeness(self, project: str, authors: Sequence[Student]) -> int:
        """How surely it is of that project: by its place, else by what it says; 0 if it is not."""
        names = {project, *(name for one in authors for name in (one.id, one.full_name))}
        known = {letters(name) for name in names} - {""}
        numbers = {one.participant for one in authors if one.participant}
        if letters(self.deposit) in known or self.participant in numbers:
            return 2
        return int(not known.isdisjoint(map(letters, (self.title, *self.authors))))


def handed_projects(deposits: Iterable[Deposit]) -> list[Handed]:
    """Every file of a project in what was handed in, and nothing of who cannot be read in time."""
    return [
        Handed(deposit.name, deposit.participant, answers, saved)
        for deposit in deposits
        for answers, saved in answers_files(deposit, EXERCISE).values()
        if answers
    ]


def checks_by_project(
    projects: Mapping[str, Sequence[Student]], handed: Sequence[Handed], on: dt.date
) -> dict[str, list[Checked]]:
    """What can be checked in each project, from the newest file that is of it.

    A file is of a project whose title or author it names; failing that, when its folder bears the
    name of the project or of an author.

    Args:
        projects: the authors by project, as far as they are known.
        handed: the files that were handed in.
        on: the day on which the sources are looked at.

    Returns:
        The checks by project; one that says so where there is no file, or none that can be read.
    """
    return {name: _checks_of(one, on) for name, one in latest_of(projects, handed).items()}


def latest_of(
    projects: Mapping[str, Sequence[Student]], handed: Sequence[Handed]
) -> dict[str, Mapping[str, Any]]:
    """The answers of the newest file of each project; none where there is no file."""
    found: dict[str, Mapping[str, Any]] = {name: {} for name in projects}
    for one in sorted(handed, key=lambda one: one.saved):
        found |= dict.fromkeys(projects_like(one, projects), one.answers)
    return found


def unclaimed(projects: Mapping[str, Sequence[Student]], handed: Sequence[Handed]) -> Iterator[str]:
    """What to say of the files that are of no project."""
    for one in handed:
        if not projects_like(one, projects):
            yield french(
                f"{one.shown} n’est rattaché à aucun projet : donnez à son dossier le nom du "
                "projet, tel que vous l’écrivez dans la commande."
            )


def projects_like(one: Handed, projects: Mapping[str, Sequence[Student]]) -> list[str]:
    """The projects of which a file most surely is."""
    found = {name: one.likeness(name, authors) for name, authors in projects.items()}
    most = max(found.values(), default=0)
    return [name for name, likeness in found.items() if likeness == most > 0]


def _checks_of(answers: Mapping[str, Any], on: dt.date) -> list[Checked]:
    if not answers:
        return [Checked("analyse", FILE_CHECK, None, NOT_THERE)]
    try:
        return apart(project_checks, Budget(), dict(answers), on)
    except UnfinishedError as error:
        return [Checked("analyse", FILE_CHECK, None, french(NOT_READ.format(reason=error)))]


def project_checks(answers: Mapping[str, Any], on: dt.date) -> list[Checked]:
    """What holds, and what contradicts itself, in the answers of a project.

    >>> project_checks({}, dt.date(2026, 1, 5))[0].holds is None
    True
    """
    project = read_project(answers)
    scored = _scored(project)
    facts = scored.facts if isinstance(scored, Scored) else Facts()
    remarks = [one for one in progress(project, facts) if one.kind == "contradiction"]
    return [
        *checked(project, on, scored),
        *(Checked(OF_STEP[one.step], CONTRADICTION, False, str(one)) for one in remarks),
    ]


def _scored(project: Project) -> Scored | str:
    """The customers of a project as it scores them, or the sentence that says why not."""
    chosen = project.rfm
    if project.terrain == OWN:
        return OWN_FILE
    if project.terrain not in COURSE_TERRAINS:
        return NO_TERRAIN
    if not (chosen.as_of and chosen.months and chosen.method in METHODS and chosen.levels in GRIDS):
        return NO_SETTINGS
    try:
        return score_project(chosen, COURSE_TERRAINS[project.terrain]())
    except CourseError as error:
        return NOT_SCORED.format(reason=error)


def project_sentences(
    results: Sequence[Graded], marks: Mapping[str, ProjectMarks]
) -> Iterator[str]:
    """What is still to be done before the marks can be given back.

    >>> [*project_sentences([], {"Étoile": ProjectMarks({}, {}, {})})]
    ['«\\xa0Étoile\\xa0» n’a pas d’étudiant\\xa0: remplissez la feuille «\\xa0Équipes\\xa0».']
    """
    for name, one in marks.items():
        said = f"« {as_written(name)} »"
        if not one.students:
            yield french(f"{said} n’a pas d’étudiant : remplissez la feuille « Équipes ».")
        elif one.missing:
            yield french(f"{said} : {', '.join(one.missing)} n’a pas fini ; la moyenne l’attend.")
    for graded in results:
        if graded.status is Status.MISSING:
            yield french(f"« {as_written(graded.student.id)} » n’est dans aucune équipe.")
