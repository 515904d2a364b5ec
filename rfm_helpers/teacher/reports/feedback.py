"""What a student reads of his work: one page that opens anywhere and prints on A4."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum
from pathlib import Path
from typing import Any

from rfm_helpers.catalog.assignments import TOTAL, Sheet, SheetQuestion
from rfm_helpers.documents.page import render
from rfm_helpers.documents.text import decimal, write_bytes
from rfm_helpers.french.words import french
from rfm_helpers.palette import NOTICE
from rfm_helpers.questions.model import COLORS, SYMBOLS, Outcome
from rfm_helpers.teacher.classroom.roster import safe_name
from rfm_helpers.teacher.reports.gradebook import (
    criteria,
    is_marked,
    lesson_number,
    points_left,
    question_points,
    signed,
)
from rfm_helpers.teacher.results import Adjustment, Graded, Status

#: What each status means for the student, and what he can do.
MEANINGS = {
    Status.GRADED: "Votre carnet a été exécuté, puis vos réponses ont été vérifiées.",
    Status.MODIFIED: (
        "Des cellules protégées avaient changé : elles ont été remises en l’état, puis votre "
        "travail a été corrigé. N’écrivez que dans les cellules prévues pour vos réponses."
    ),
    Status.MISSING: (
        "Aucun travail n’est arrivé à votre nom. Si vous en avez rendu un, écrivez à votre "
        "enseignant sans attendre, avec une copie de votre archive."
    ),
    Status.UNREADABLE: (
        "Le fichier reçu ne s’ouvre pas comme un carnet. Rouvrez votre devoir dans JupyterLab, "
        "cliquez sur « Rendre mon travail » et rendez l’archive que ce bouton écrit."
    ),
    Status.WRONG: (
        "Le fichier reçu est celui d’un autre devoir. Ouvrez le dossier de celui-ci, cliquez sur "
        "« Rendre mon travail » et rendez l’archive que ce bouton écrit."
    ),
    Status.TIMEOUT: (
        "L’exécution de votre carnet a été arrêtée : elle dépassait le temps permis. Cherchez "
        "une boucle sans fin ou un calcul répété sur chaque ligne, puis exécutez le carnet du "
        "début à la fin avant de rendre."
    ),
    Status.MEMORY: (
        "L’exécution de votre carnet a été arrêtée : elle demandait trop de mémoire. Cherchez "
        "un tableau qui grossit à chaque tour de boucle ou une jointure qui multiplie les lignes."
    ),
    Status.OUTPUT: (
        "L’exécution de votre carnet a été arrêtée : elle affichait ou écrivait trop. Enlevez "
        "les affichages répétés, et montrez un tableau par ses premières lignes."
    ),
    Status.CRASHED: (
        "L’exécution de votre carnet s’est interrompue avant la fin. Redémarrez le noyau, "
        "exécutez toutes les cellules dans l’ordre et corrigez la première qui s’arrête."
    ),
    Status.IDENTITY: (
        "Le travail reçu ne porte pas votre identifiant. Écrivez à votre enseignant : il "
        "vérifiera à qui il revient avant de le noter."
    ),
    Status.UNMARKED: (
        "Vos réponses n’ont pas pu être corrigées par le programme. Votre enseignant les lira "
        "lui-même : vous n’avez rien à faire."
    ),
}

_TO_MARK, _MARKED = "✎ À noter par votre enseignant", "✎ Noté par votre enseignant"
_NO_TEXT = "○ Pas de texte"


def write_feedback(folder: Path, sheet: Sheet, graded: Graded) -> Path:
    """Write a student's page, ``<safe name of the id>.html``, in an existing folder.

    Returns:
        The path of the page.

    Raises:
        CourseError: a file that cannot be written.
    """
    page = render(
        "feedback.html",
        sheet=sheet,
        student=graded.student,
        mark=_mark(sheet, graded),
        status={
            "title": f"Statut de votre travail : {graded.status.value}",
            "text": MEANINGS[graded.status],
        },
        notices=[one for one in graded.notices if one not in graded.aside],
        questions=list(_questions(sheet, graded)),
    )
    path = folder / f"{safe_name(graded.student.id)}.html"
    write_bytes(path, page)
    return path


def _mark(sheet: Sheet, graded: Graded) -> dict[str, Any]:
    if not is_marked(graded):
        return {"title": "Pas de note", "lines": ["Rien n’a pu être noté : voyez ci-dessous."]}
    by_hand = sum(one.points for _, _, one in criteria(sheet))
    left = points_left(sheet, graded)
    lines = []
    if by_hand:
        automatic = decimal(graded.automatic)
        lines.append(f"Réponses corrigées par calcul : {automatic} sur {decimal(TOTAL - by_hand)}.")
        if left < by_hand:
            given = decimal(fsum(graded.manual.values()))
            lines.append(
                f"Textes lus par votre enseignant : {given} sur {decimal(by_hand - left)}."
            )
    lines += [_adjustment(one) for one in graded.adjustments]
    if left:
        lines.append(f"Votre enseignant a encore à noter vos textes, sur {_points(left)}.")
    label = "Note provisoire" if left else "Note"
    return {"title": f"{label} : {decimal(graded.total)} sur {decimal(TOTAL)}", "lines": lines}


def _adjustment(adjustment: Adjustment) -> str:
    reason = f" ({adjustment.reason})" if adjustment.reason else ""
    return f"{signed(adjustment)} : {adjustment.title}{reason}"


def _questions(sheet: Sheet, graded: Graded) -> Iterator[dict[str, Any]]:
    for rank, question in enumerate(sheet.questions, start=1):
        points = question_points(question, graded)
        part = _written if question.mode == "free" else _answered
        yield {
            "title": f"{rank}. {question.title}",
            "points": _given(points, question.points),
            **part(question, graded),
        }


def _answered(question: SheetQuestion, graded: Graded) -> dict[str, Any]:
    mark = next((mark for mark in graded.marks if mark.question == question.id), None)
    outcome = mark.outcome if mark else Outcome.NOT_STARTED
    return {
        "outcome": f"{SYMBOLS[outcome]} {outcome[0].upper()}{outcome[1:]}",
        "color": COLORS[outcome],
        "message": mark.message if mark else "",
        "shown": mark.shown if mark else "",
        "criteria": [],
        "reread": "" if outcome is Outcome.SUCCESS else _reread(question),
    }


def _written(question: SheetQuestion, graded: Graded) -> dict[str, Any]:
    text = graded.texts.get(question.id, "")
    keys = [f"{question.id}/{criterion.id}" for criterion in question.criteria]
    marked = all(key in graded.manual for key in keys)
    outcome = _MARKED if marked else _TO_MARK
    is_full = (question_points(question, graded) or 0) >= question.points
    is_pending = bool(text.strip()) and not marked
    return {
        "outcome": outcome if text.strip() else _NO_TEXT,
        "color": NOTICE if text.strip() else COLORS[Outcome.NOT_STARTED],
        "message": "",
        "shown": text,
        "criteria": [
            {
                "title": criterion.title,
                "points": _given(graded.manual.get(key), criterion.points),
                "comment": graded.comments.get(key, ""),
            }
            for key, criterion in zip(keys, question.criteria, strict=True)
        ],
        "reread": "" if is_full or is_pending else _reread(question),
    }


def _given(points: float | None, most: float) -> str:
    return f"sur {_points(most)}" if points is None else f"{decimal(points)} sur {_points(most)}"


def _points(points: float) -> str:
    return f"{decimal(points)} point{'s' if points >= 2 else ''}"


def _reread(question: SheetQuestion) -> str:
    return f"À relire : leçon {lesson_number(question)}, « {french(question.section)} »."
