"""Whose is each deposit: one submission per student on the list, whatever was handed in.

A deposit is one student's. Whose it is follows, in this order, from what the teacher settled, from
Moodle's number or the folder's name, from the one proof that it holds, from its answers file
(``owners``). What two signs dispute is nobody's, and all concerned are to be checked.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rfm_helpers.french.words import french
from rfm_helpers.teacher.assignments.variants import token
from rfm_helpers.teacher.classroom.identities import FILE, Identity
from rfm_helpers.teacher.classroom.intake import HANDED_IN, Deposit, Work, works_of
from rfm_helpers.teacher.classroom.owners import (
    Place,
    Read,
    find_owners,
    is_of_another,
    letters,
)
from rfm_helpers.teacher.classroom.roster import LONGEST_ID
from rfm_helpers.teacher.results import Aside, Status, Student

NO_PROOF = "Le carnet ne dit plus à qui il est : l’étudiant a été reconnu {how}."
OTHER_ANSWERS = "Le fichier de réponses joint est celui de « {other} » : il n’a pas été lu."
NO_ANSWERS = "Aucun fichier de réponses n’accompagne le carnet : les champs sont restés vides."
SEVERAL = "Plusieurs carnets rendus : « {file} » est celui qui compte."
DIFFERENT = (
    "Plusieurs dépôts sont au nom de « {student} », et diffèrent : « {kept} » compte seul, sans "
    "{others} ; vérifiez avec l’étudiant que c’est le sien, et le bon."
)
OTHERS_TOO = "Ce dépôt contient aussi le carnet de « {other} » : il ne compte pas."
DOUBTFUL = "Ce travail porte le nom de « {other} » : voyez avec l’étudiant à qui il est."
DISPUTED = "Le carnet de « {student} » se trouve dans plusieurs dépôts : voyez à qui est chacun."
ELSEWHERE = (
    "Le carnet de « {student} » ne se trouve que dans le dépôt d’un autre : voyez à qui il est."
)
ALSO = "Un autre dépôt contient aussi le carnet de « {student} » : il ne compte pas."
SETTLED = "Vous avez dit à qui est ce travail : il est noté sur la variante de « {other} »."
STRAY = "aucun étudiant de la liste"
NOT_LISTED = "« {file} » le donne à « {student} », qui n’est pas sur la liste"
NOT_HIS = "cet étudiant a son propre dépôt, qui compte seul"


@dataclass(frozen=True)
class Submission:
    """What one student handed in: a work to grade, or the status that says why there is none.

    ``made_for`` is the id whose variant the work is on, where it is not the student's. One who
    ``is_disputed`` has no deposit of his own: his notebook is in those of others.
    """

    student: Student
    status: Status
    work: Work | None = None
    notices: tuple[str, ...] = ()
    made_for: str = ""
    is_disputed: bool = False

    @property
    def variant_of(self) -> str:
        """The id that the variant follows from."""
        return self.made_for or self.student.id

    def unless(self, student_id: str) -> Submission:
        """Nothing handed in, but for that student."""
        return self if self.student.id == student_id else Submission(self.student, Status.MISSING)


@dataclass(frozen=True)
class Attribution:
    """One submission per student on the list, in its order, and the deposits of nobody on it.

    ``unsettled`` are the deposits that the teacher is to give to somebody; ``is_proven`` is false
    when notebooks carry proofs, and none of them is of this key.
    """

    submissions: tuple[Submission, ...]
    strays: tuple[str, ...]
    unsettled: tuple[Identity, ...] = ()
    is_proven: bool = True


@dataclass(frozen=True)
class _Claim:
    """A work and the student whose it seems to be; `doubtful` when two signs disagree."""

    work: Work
    student: str
    proven: bool
    doubtful: str = ""
    notices: tuple[str, ...] = ()
    made_for: str = ""


def attribute(
    deposits: Iterable[Deposit],
    roster: Sequence[Student],
    assignment: str,
    key: str,
    settled: Iterable[Identity] = (),
) -> Attribution:
    """One submission per student of the roster.

    A student whose number in Moodle is not on the list gets it from the name of that folder. A
    notebook made for a student and found in another's deposit is nobody's: the rows of whoever
    handed it in, and of the student if he has no deposit of his own, say that the identity is to be
    checked.

    Args:
        deposits: what was handed in.
        roster: the students.
        assignment: name of the assignment.
        key: the course key.
        settled: what the teacher said of deposits and of ids.
    """
    class_ = _Class(roster, assignment, key, tuple(settled))
    read = [class_.read(deposit) for deposit in deposits]
    owners = find_owners(read, class_.students, class_.named(read), class_.given)
    own, also = set(owners.of.values()), set()
    claims: dict[str, list[_Claim]] = defaultdict(list)
    strays: list[tuple[_Claim, str]] = []
    for one in read:
        owner = owners.of.get(one.place, "")
        for claim in class_.claims(one, owner):
            if not owner and claim.student in own:
                also.add(claim.student)
                strays.append((claim, NOT_HIS))
            elif claim.student in class_.students:
                claims[claim.student].append(claim)
            elif one.place in class_.given:
                strays.append((claim, NOT_LISTED.format(file=FILE, student=owner)))
            else:
                strays.append((claim, STRAY))
    submissions = tuple(
        _disputed(student, claims[student.id])
        if student.id in owners.disputed
        else _submission(student, claims[student.id], assignment, has_copy=student.id in also)
        for student in roster
    )
    tokens = [work for one in read for work in one.works if work.token]
    return Attribution(
        submissions,
        tuple(_stray(claim.work, why) for claim, why in strays),
        (*_unsettled(submissions, claims), *(_identity(one, french(why)) for one, why in strays)),
        not tokens or any(one.proven for one in read),
    )


def roster_of(deposits: Iterable[Deposit], assignment: str, key: str) -> tuple[Student, ...]:
    """The students of the deposits themselves, when there is no list."""
    ids = set()
    for deposit in deposits:
        for work in works_of(deposit, assignment):
            ids.add(work.student if _is_proven(work, key) else work.signed_answers or deposit.name)
    return tuple(Student(one) for one in sorted(filter(None, map(_fit, ids))))


def _fit(student_id: str) -> str:
    """An id that no file and no spreadsheet takes for something else; empty when there is none."""
    return re.sub(r"[^\w.@ -]", "", student_id).strip(" .-")[:LONGEST_ID]


def _exact(name: str) -> str:
    return unicodedata.normalize("NFC", name)


#: How a name is looked for: as it is written, then by its letters and digits alone.
_READINGS: tuple[Callable[[str], str], ...] = (_exact, letters)


def _is_proven(work: Work, key: str) -> bool:
    """Whether the notebook carries the proof that it was made for the student that it names."""
    if not work.student or not work.token:
        return False
    expected = token(work.assignment, work.student, key)
    return hmac.compare_digest(work.token.encode(), expected.encode())


# --- whose is a deposit ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Class:
    """The students, and what tells their deposits."""

    roster: Sequence[Student]
    assignment: str
    key: str
    settled: tuple[Identity, ...]
    students: Mapping[str, Student] = field(init=False)
    numbers: Mapping[str, str] = field(init=False)
    names: tuple[Mapping[str, str], ...] = field(init=False)
    links: Mapping[str, str] = field(init=False)
    given: Mapping[Place, str] = field(init=False)

    def __post_init__(self) -> None:
        said = [one for one in self.settled if one.student]
        links = {one.made_for: one.student for one in said if not one.deposit}
        given = {one.place: one.student for one in said if one.deposit}
        object.__setattr__(self, "students", {student.id: student for student in self.roster})
        numbers = {one.participant: one.id for one in self.roster if one.participant}
        object.__setattr__(self, "numbers", numbers)
        names = tuple(_folder_names(self.roster, reading) for reading in _READINGS)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "links", links)
        object.__setattr__(self, "given", given)

    def read(self, deposit: Deposit) -> Read:
        """A deposit, with whose each of its works proves to be."""
        works = works_of(deposit, self.assignment)
        proofs = [
            self.links.get(work.student, work.student) if _is_proven(work, self.key) else ""
            for work in works
        ]
        written = {self._called(deposit.name)} if deposit.participant else set()
        written |= {work.student or work.signed_answers for work in works}
        return Read(works[0].deposit, tuple(works), tuple(proofs), frozenset(written - {""}))

    def named(self, read: Iterable[Read]) -> dict[Place, str]:
        """The student of each deposit whom the teacher, Moodle's number or a name gives.

        A name that participants of several numbers bear gives nobody: they are not one student.
        """
        found = {one.place: name for one in read if (name := self._name(one.deposit, one.place))}
        bearers: dict[str, set[str]] = defaultdict(set)
        for (_, number), name in self._by_name(found):
            bearers[name] |= {number} - {""}
        shared = {place for place, name in self._by_name(found) if len(bearers[name]) > 1}
        return {place: name for place, name in found.items() if place not in shared}

    def _by_name(self, found: Mapping[Place, str]) -> list[tuple[Place, str]]:
        """Those of the deposits that nothing but a name gives to a student."""
        return [
            (place, name)
            for place, name in found.items()
            if place not in self.given and not self._numbered(place[1])
        ]

    def _name(self, deposit: Deposit, place: Place) -> str:
        if found := self.given.get(place, "") or self._numbered(deposit.participant):
            return found
        found = self._called(deposit.name) or self._handed_in_by(deposit)
        return "" if found and is_of_another(deposit, self.students[found]) else found

    def _numbered(self, participant: str) -> str:
        """The student of Moodle's number; where the list has none, its ids may be these numbers."""
        if self.numbers:
            return self.numbers.get(participant, "")
        return participant if participant in self.students else ""

    def _called(self, name: str) -> str:
        """The one student who has that id or that name."""
        for reading, names in zip(_READINGS, self.names, strict=True):
            if found := names.get(reading(name), ""):
                return found
        return ""

    def _handed_in_by(self, deposit: Deposit) -> str:
        """The student whose id is in the name of a loose file that « Rendre mon travail » wrote."""
        if deposit.is_folder:
            return ""
        start = re.escape(f"{HANDED_IN}{self.assignment}_")
        found = re.fullmatch(rf"{start}(.+?)(?:\s*\(\d+\))?", deposit.name)
        return self._called(found[1]) if found else ""

    def claims(self, one: Read, owner: str) -> list[_Claim]:
        """What each work of a deposit claims."""
        is_given = one.place in self.given
        found = [
            _claim(work, proof, owner, is_given)
            for work, proof in zip(one.works, one.proofs, strict=True)
        ]
        if others := sorted(one.proven - {owner}) if owner in one.proven else []:
            notice = Aside(OTHERS_TOO.format(other=others[0]))
            found = [replace(claim, notices=(*claim.notices, notice)) for claim in found]
        return found


def _folder_names(roster: Sequence[Student], reading: Callable[[str], str]) -> Mapping[str, str]:
    """How a folder may be named for each student; a name that two share names nobody."""
    names: dict[str, set[str]] = defaultdict(set)
    for student in roster:
        both = {
            f"{student.first_name} {student.last_name}".strip(),
            f"{student.last_name} {student.first_name}".strip(),
        }
        for name in {student.id, *both}:
            names[reading(name)].add(student.id)
    names.pop("", None)
    return {name: ids.pop() for name, ids in names.items() if len(ids) == 1}


def _claim(work: Work, proof: str, owner: str, is_given: bool) -> _Claim:
    """A work of a deposit, which is the owner's if there is one.

    Args:
        work: the work.
        proof: the student whom its notebook proves; empty when it proves nobody.
        owner: the student of the deposit.
        is_given: whether the teacher said so himself.
    """
    signed = work.signed_answers
    made_for = work.student if proof else ""
    if is_given:
        said = [Aside(SETTLED.format(other=made_for))] if made_for not in ("", owner) else []
        return _Claim(work, owner, True, notices=(*said,), made_for=made_for)
    if proof:
        claim = _Claim(work, owner or proof, True, made_for=made_for)
        if owner and owner != proof:
            return replace(claim, doubtful=proof)
    elif work.token or (work.student and owner and work.student != owner):
        return _Claim(work, owner or work.student, False, doubtful=work.student or "?")
    elif owner:
        claim = _Claim(work, owner, False, notices=(_unproven("par son dossier"),))
    else:
        told = _unproven("par son fichier de réponses")
        claim = _Claim(work, signed, False, notices=(told,))
    if signed and signed not in (claim.student, claim.made_for):
        notices = (*claim.notices, Aside(OTHER_ANSWERS.format(other=signed)))
        work = replace(claim.work, answers={}, answered_at="")
        return replace(claim, work=work, notices=notices)
    return claim


def _unproven(how: str) -> Aside:
    return Aside(NO_PROOF.format(how=how))


# --- one submission each --------------------------------------------------------------------------


def _disputed(student: Student, claims: Sequence[_Claim]) -> Submission:
    """A student whose notebook is in others' deposits, or in several, and in none of his own."""
    places = {(claim.work.deposit.name, claim.work.deposit.participant) for claim in claims}
    notice = (DISPUTED if len(places) > 1 else ELSEWHERE).format(student=student.id)
    kept = [*(claim.work.deposit.notices for claim in claims)]
    notices = _spaced((*(one for each in kept for one in each), Aside(notice)))
    return Submission(student, Status.IDENTITY, None, notices, is_disputed=True)


def _submission(
    student: Student, claims: Sequence[_Claim], assignment: str, *, has_copy: bool
) -> Submission:
    if not claims:
        return Submission(student, Status.MISSING)
    best = max(claims, key=lambda claim: _merit(claim, assignment))
    work, notices = best.work, [*best.work.deposit.notices, *best.notices]
    if has_copy:
        notices.append(Aside(ALSO.format(student=student.id)))
    if not student.participant:
        student = replace(student, participant=best.work.deposit.participant)
    if len(claims) > 1 and work.notebook is not None:
        notices.append(SEVERAL.format(file=work.file[-80:]))
        notices += _apart_from(best, claims)
    if best.doubtful:
        notices.append(Aside(DOUBTFUL.format(other=best.doubtful)))
        return Submission(student, Status.IDENTITY, None, _spaced(notices))
    if work.notebook is None:
        return Submission(student, Status.UNREADABLE, work, _spaced(notices), best.made_for)
    if work.assignment not in (assignment, ""):
        notices.append(f"Le carnet rendu est celui de « {work.assignment[:60]} ».")
        return Submission(student, Status.WRONG, None, _spaced(notices))
    if not work.answers:
        notices.append(NO_ANSWERS)
    return Submission(student, Status.GRADED, work, _spaced(notices), best.made_for)


def _apart_from(best: _Claim, claims: Sequence[_Claim]) -> list[str]:
    """What to say of several deposits of one student that differ: he may not know of both."""
    kept = best.work
    others = {
        claim.work.deposit.name
        for claim in claims
        if claim.work.deposit.name != kept.deposit.name
        and (claim.work.notebook, claim.work.answers) != (kept.notebook, kept.answers)
    }
    if not others:
        return []
    named = ", ".join(f"« {name} »" for name in sorted(others))
    notice = DIFFERENT.format(student=best.student, kept=kept.deposit.name, others=named)
    return [Aside(notice)]


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
    return tuple(type(notice)(french(notice)) for notice in notices)


def _unsettled(
    submissions: Iterable[Submission], claims: Mapping[str, list[_Claim]]
) -> list[Identity]:
    """The deposits behind the rows whose identity is to be checked."""
    found = [
        _identity(claim, submission.notices[-1])
        for submission in submissions
        if submission.status is Status.IDENTITY
        for claim in claims[submission.student.id]
    ]
    return list({one.place: one for one in found}.values())


def _identity(claim: _Claim, reason: str) -> Identity:
    deposit, work = claim.work.deposit, claim.work
    named = work.student or work.signed_answers
    return Identity(deposit.name, deposit.participant, named, reason=reason)


def _stray(work: Work, why: str) -> str:
    named = work.student or work.signed_answers
    whose = f", au nom de « {named} »" if named else ""
    return french(f"« {work.deposit.name} »{whose} : {why}.")
