"""Whose is each deposit: one submission per student on the list, whatever was handed in."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rfm_helpers.french.words import french
from rfm_helpers.teacher.assignments.variants import token
from rfm_helpers.teacher.classroom.intake import Deposit, Work, works_of
from rfm_helpers.teacher.results import Status, Student

NO_PROOF = "Le carnet ne dit plus à qui il est : l’étudiant a été reconnu {how}."
OTHER_ANSWERS = "Le fichier de réponses joint est celui de « {other} » : il n’a pas été lu."
NO_ANSWERS = "Aucun fichier de réponses n’accompagne le carnet : les champs sont restés vides."
SEVERAL = "Plusieurs carnets rendus : « {file} » est celui qui compte."


@dataclass(frozen=True)
class Submission:
    """What one student handed in: a work to grade, or the status that says why there is none."""

    student: Student
    status: Status
    work: Work | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attribution:
    """One submission per student on the list, in its order, and the deposits of nobody on it."""

    submissions: tuple[Submission, ...]
    strays: tuple[str, ...]


@dataclass(frozen=True)
class _Claim:
    """A work and the student whose it seems to be; `doubtful` when two signs disagree."""

    work: Work
    student: str
    proven: bool
    doubtful: str = ""
    notices: tuple[str, ...] = ()


def attribute(
    deposits: Iterable[Deposit], roster: Sequence[Student], assignment: str, key: str
) -> Attribution:
    """Find each student's work by the notebook's proof, the answers file, then the folder's name.

    A student whose number in Moodle is not on the list gets it from the name of that folder. A
    notebook made for a student and found in another's folder is nobody's: the row of whoever
    handed it in says that the identity is to be checked.
    """
    by_folder = _folder_names(roster)
    known = {student.id for student in roster}
    claims: dict[str, list[_Claim]] = defaultdict(list)
    strays = []
    for deposit in deposits:
        folder = by_folder.get(deposit.participant) or by_folder.get(_plain(deposit.name), "")
        for work in works_of(deposit, assignment):
            claim = _claim(work, folder, known, assignment, key)
            if claim.student in known:
                claims[claim.student].append(claim)
            else:
                strays.append(_stray(work))
    return Attribution(
        tuple(_submission(student, claims[student.id], assignment) for student in roster),
        tuple(strays),
    )


def roster_of(deposits: Iterable[Deposit], assignment: str, key: str) -> tuple[Student, ...]:
    """The students of the deposits themselves, when there is no list."""
    ids = set()
    for deposit in deposits:
        for work in works_of(deposit, assignment):
            ids.add(work.student if _is_proven(work, key) else work.signed_answers or deposit.name)
    return tuple(Student(one) for one in sorted(ids) if one)


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^a-z0-9]", "", folded)


def _folder_names(roster: Sequence[Student]) -> Mapping[str, str]:
    """How a folder may be named for each student; a name that two share names nobody."""
    names: dict[str, set[str]] = defaultdict(set)
    for student in roster:
        both = {
            f"{student.first_name}{student.last_name}",
            f"{student.last_name}{student.first_name}",
        }
        for name in {student.id, *both}:
            names[_plain(name)].add(student.id)
        if student.participant:
            names[student.participant].add(student.id)
    names.pop("", None)
    return {name: ids.pop() for name, ids in names.items() if len(ids) == 1}


def _is_proven(work: Work, key: str) -> bool:
    """Whether the notebook carries the proof that it was made for the student that it names."""
    if not work.student or not work.token:
        return False
    expected = token(work.assignment, work.student, key)
    return hmac.compare_digest(work.token.encode(), expected.encode())


def _claim(work: Work, folder: str, known: set[str], assignment: str, key: str) -> _Claim:
    signed = work.signed_answers
    if _is_proven(work, key):
        claim = _Claim(work, work.student, True)
        if folder and folder != work.student:
            return replace(claim, student=folder, doubtful=work.student)
    elif work.token or (work.student and folder and work.student != folder):
        return _Claim(work, folder or work.student, False, doubtful=work.student or "?")
    elif folder:
        claim = _Claim(work, folder, False, notices=(NO_PROOF.format(how="par son dossier"),))
    else:
        notice = NO_PROOF.format(how="par son fichier de réponses")
        claim = _Claim(work, signed, False, notices=(notice,))
    if signed and signed != claim.student:
        notices = (*claim.notices, OTHER_ANSWERS.format(other=signed))
        work = replace(claim.work, answers={}, answered_at="")
        return replace(claim, work=work, notices=notices)
    return claim


def _submission(student: Student, claims: list[_Claim], assignment: str) -> Submission:
    if not claims:
        return Submission(student, Status.MISSING)
    best = max(claims, key=lambda claim: _merit(claim, assignment))
    if not student.participant:
        student = replace(student, participant=best.work.deposit.participant)
    work, notices = best.work, [*best.work.deposit.notices, *best.notices]
    if len(claims) > 1 and work.notebook is not None:
        notices.append(SEVERAL.format(file=work.file[-80:]))
    if best.doubtful:
        notices.append(
            f"Ce travail porte le nom de « {best.doubtful} » : voyez avec l’étudiant à qui il est."
        )
        return Submission(student, Status.IDENTITY, None, _spaced(notices))
    if work.notebook is None:
        return Submission(student, Status.UNREADABLE, work, _spaced(notices))
    if work.assignment not in (assignment, ""):
        notices.append(f"Le carnet rendu est celui de « {work.assignment[:60]} ».")
        return Submission(student, Status.WRONG, None, _spaced(notices))
    if not work.answers:
        notices.append(NO_ANSWERS)
    return Submission(student, Status.GRADED, work, _spaced(notices))


def _merit(claim: _Claim, assignment: str) -> tuple[object, ...]:
    """Which of several works of a student counts: the greatest."""
    work = claim.work
    return (
        not claim.doubtful,
        work.notebook is not None,
        work.assignment == assignment,
        claim.proven,
        bool(work.answers),
        work.answered_at,
        work.deposit.name,
        work.file,
    )


def _spaced(notices: Iterable[str]) -> tuple[str, ...]:
    return tuple(french(notice) for notice in notices)


def _stray(work: Work) -> str:
    named = work.student or work.signed_answers
    whose = f", au nom de « {named} »" if named else ""
    return french(f"« {work.deposit.name} »{whose} : aucun étudiant de la liste.")
