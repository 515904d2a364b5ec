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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rfm_helpers.french.words import french
from rfm_helpers.teacher.assignments.variants import token
from rfm_helpers.teacher.classroom.identities import Identity
from rfm_helpers.teacher.classroom.intake import Deposit, Work, works_of
from rfm_helpers.teacher.classroom.owners import Place, Read, find_owners, is_of_another
from rfm_helpers.teacher.classroom.roster import LONGEST_ID
from rfm_helpers.teacher.results import Status, Student

NO_PROOF = "Le carnet ne dit plus à qui il est : l’étudiant a été reconnu {how}."
OTHER_ANSWERS = "Le fichier de réponses joint est celui de « {other} » : il n’a pas été lu."
NO_ANSWERS = "Aucun fichier de réponses n’accompagne le carnet : les champs sont restés vides."
SEVERAL = "Plusieurs carnets rendus : « {file} » est celui qui compte."
OTHERS_TOO = "Ce dépôt contient aussi le carnet de « {other} » : il ne compte pas."
DOUBTFUL = "Ce travail porte le nom de « {other} » : voyez avec l’étudiant à qui il est."
DISPUTED = "Le carnet de « {student} » se trouve dans plusieurs dépôts : voyez à qui est chacun."
ELSEWHERE = (
    "Le carnet de « {student} » ne se trouve que dans le dépôt d’un autre : voyez à qui il est."
)
ALSO = "Un autre dépôt contient aussi le carnet de « {student} » : il ne compte pas."
SETTLED = "Vous avez dit à qui est ce travail : il est noté sur la variante de « {other} »."
STRAY = "aucun étudiant de la liste"
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


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^a-z0-9]", "", folded)


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
    names: Mapping[str, str] = field(init=False)
    links: Mapping[str, str] = field(init=False)
    given: Mapping[Place, str] = field(init=False)

    def __post_init__(self) -> None:
        said = [one for one in self.settled if one.student]
        links = {one.made_for: one.student for one in said if not one.deposit}
        given = {one.place: one.student for one in said if one.deposit}
        object.__setattr__(self, "students", {student.id: student for student in self.roster})
        object.__setattr__(self, "names", _folder_names(self.roster))
        object.__setattr__(self, "links", links)
        object.__setattr__(self, "given", given)

    def read(self, deposit: Deposit) -> Read:
        """A deposit, with whose each of its works proves to be."""
        works = works_of(deposit, self.assignment)
        proofs = [
            self.links.get(work.student, work.student) if _is_proven(work, self.key) else ""
            for work in works
        ]
        written = {self.names.get(_plain(deposit.name), "")} if deposit.participant else set()
        written |= {work.student or work.signed_answers for work in works}
        return Read(deposit, tuple(works), tuple(proofs), frozenset(written - {""}))

    def named(self, read: Iterable[Read]) -> dict[Place, str]:
        """The student of each deposit whom the teacher, Moodle's number or a name gives."""
        return {one.place: name for one in read if (name := self._name(one.deposit, one.place))}

    def _name(self, deposit: Deposit, place: Place) -> str:
        if found := self.given.get(place, "") or self.names.get(deposit.participant, ""):
            return found
        found = self.names.get(_plain(deposit.name), "")
        return "" if found and is_of_another(deposit, self.students[found]) else found

    def claims(self, one: Read, owner: str) -> list[_Claim]:
        """What each work of a deposit claims."""
        is_given = one.place in self.given
        found = [
            _claim(work, proof, owner, is_given)
            for work, proof in zip(one.works, one.proofs, strict=True)
        ]
        if others := sorted(one.proven - {owner}) if owner in one.proven else []:
            notice = OTHERS_TOO.format(other=others[0])
            found = [replace(claim, notices=(*claim.notices, notice)) for claim in found]
        return found


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
        said = [SETTLED.format(other=made_for)] if made_for not in ("", owner) else []
        return _Claim(work, owner, True, notices=(*said,), made_for=made_for)
    if proof:
        claim = _Claim(work, owner or proof, True, made_for=made_for)
        if owner and owner != proof:
            return replace(claim, doubtful=proof)
    elif work.token or (work.student and owner and work.student != owner):
        return _Claim(work, owner or work.student, False, doubtful=work.student or "?")
    elif owner:
        claim = _Claim(work, owner, False, notices=(NO_PROOF.format(how="par son dossier"),))
    else:
        notice = NO_PROOF.format(how="par son fichier de réponses")
        claim = _Claim(work, signed, False, notices=(notice,))
    if signed and signed not in (claim.student, claim.made_for):
        notices = (*claim.notices, OTHER_ANSWERS.format(other=signed))
        work = replace(claim.work, answers={}, answered_at="")
        return replace(claim, work=work, notices=notices)
    return claim


# --- one submission each --------------------------------------------------------------------------


def _disputed(student: Student, claims: Sequence[_Claim]) -> Submission:
    """A student whose notebook is in others' deposits, or in several, and in none of his own."""
    places = {(claim.work.deposit.name, claim.work.deposit.participant) for claim in claims}
    notice = (DISPUTED if len(places) > 1 else ELSEWHERE).format(student=student.id)
    kept = [*(claim.work.deposit.notices for claim in claims)]
    notices = _spaced((*(one for each in kept for one in each), notice))
    return Submission(student, Status.IDENTITY, None, notices, is_disputed=True)


def _submission(
    student: Student, claims: Sequence[_Claim], assignment: str, *, has_copy: bool
) -> Submission:
    if not claims:
        return Submission(student, Status.MISSING)
    best = max(claims, key=lambda claim: _merit(claim, assignment))
    work, notices = best.work, [*best.work.deposit.notices, *best.notices]
    if has_copy:
        notices.append(ALSO.format(student=student.id))
    if not student.participant:
        student = replace(student, participant=best.work.deposit.participant)
    if len(claims) > 1 and work.notebook is not None:
        notices.append(SEVERAL.format(file=work.file[-80:]))
    if best.doubtful:
        notices.append(DOUBTFUL.format(other=best.doubtful))
        return Submission(student, Status.IDENTITY, None, _spaced(notices))
    if work.notebook is None:
        return Submission(student, Status.UNREADABLE, work, _spaced(notices), best.made_for)
    if work.assignment not in (assignment, ""):
        notices.append(f"Le carnet rendu est celui de « {work.assignment[:60]} ».")
        return Submission(student, Status.WRONG, None, _spaced(notices))
    if not work.answers:
        notices.append(NO_ANSWERS)
    return Submission(student, Status.GRADED, work, _spaced(notices), best.made_for)


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
