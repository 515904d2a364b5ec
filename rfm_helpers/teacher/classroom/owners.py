"""Whose each deposit is, among those that neither teacher nor number nor folder gives to anybody.

One depositor is one student, and a proof found in another's deposit never beats one's own work.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rfm_helpers.teacher.classroom.intake import Deposit, Work
from rfm_helpers.teacher.results import Student

Place = tuple[str, str]
#: What Moodle calls everyone when names are hidden.
HIDDEN_NAME = "participant"
#: The words of a name in Latin letters, then in others: only those of the same kind are compared.
WORDS = (r"[a-z]{2,}", r"[^\W\d_a-z]+")


@dataclass(frozen=True)
class Read:
    """A deposit read: its works, the student whose each proves to be, and who is written in it."""

    deposit: Deposit
    works: tuple[Work, ...]
    proofs: tuple[str, ...]
    written: frozenset[str]

    @property
    def place(self) -> Place:
        """What tells this deposit from the others."""
        return self.deposit.name, self.deposit.participant

    @property
    def proven(self) -> set[str]:
        """The students whose notebooks it holds."""
        return {proof for proof in self.proofs if proof}

    @property
    def signs(self) -> set[str]:
        """The students that it names: those whom it proves, else those who are written in it."""
        return self.proven or set(self.written)


class Owners(NamedTuple):
    """The student of each deposit that has one, and those whose work is in others' hands alone."""

    of: Mapping[Place, str]
    disputed: set[str]


def find_owners(
    read: Sequence[Read],
    students: Mapping[str, Student],
    named: Mapping[Place, str],
    settled: Container[Place] = (),
) -> Owners:
    """The owners of all deposits, some of them being known.

    A deposit goes to the one student whom it names, if he has none of his own, no sign says that it
    is somebody else's, and no other depositor's names him too. A student who gets none while
    others' deposits hold his notebook is in dispute.

    Args:
        read: the deposits.
        students: the class, by id.
        named: the student of each deposit that the teacher, a number or a folder's name gives.
        settled: those among them that the teacher gave, whatever they hold.
    """
    owners, own = dict(named), set(named.values())
    alone: dict[str, list[Read]] = defaultdict(list)
    mixed, concerned = [], set()
    for one in read:
        owner = named.get(one.place)
        if owner:
            is_clear = owner in one.proven or one.place in settled
            concerned |= set() if is_clear else one.proven & students.keys()
            continue
        fitting = _fitting(one, students) - own
        concerned |= one.signs & students.keys()
        if len(fitting) == 1:
            alone[fitting.pop()].append(one)
        elif fitting:
            mixed.append((one, fitting))
    shared = {
        student
        for student, ones in alone.items()
        if len({one.deposit.depositor for one in ones}) > 1
    }
    for student in alone.keys() - shared:
        owners |= dict.fromkeys((one.place for one in alone[student]), student)
    for one, fitting in mixed:
        left = fitting - set(owners.values()) - shared
        if len(left) == 1:
            owners[one.place] = left.pop()
    return Owners(owners, concerned - set(owners.values()))


def _fitting(one: Read, students: Mapping[str, Student]) -> set[str]:
    """The students whose a deposit may be: nobody's of the class where it names a stranger too."""
    if one.signs - students.keys():
        return set()
    return {name for name in one.signs if not is_of_another(one.deposit, students[name])}


def is_of_another(deposit: Deposit, student: Student) -> bool:
    """Whether Moodle's number, or failing that its name, says that a deposit is somebody else's.

    One name is another's when each has a word of its own, and they share one at most: brothers and
    sisters do.

    >>> marc = Student("e1", "Morel", "Marc")
    >>> is_of_another(Deposit("Marc A. Morel", "101"), marc), is_of_another(Deposit("x"), marc)
    (False, False)
    >>> is_of_another(Deposit("Zoé Denis", "102"), marc), is_of_another(Deposit("L. Morel"), marc)
    (True, False)
    """
    if not deposit.participant:
        return False
    if student.participant:
        return deposit.participant != student.participant
    names = folded(deposit.name), folded(f"{student.first_name} {student.last_name}")
    theirs: set[str] = set()
    listed: set[str] = set()
    for words in WORDS:
        one, other = (set(re.findall(words, name)) - {HIDDEN_NAME} for name in names)
        if one and other:
            theirs, listed = theirs | one, listed | other
    common = theirs & listed
    return common not in (theirs, listed) and len(common) < 2


def letters(name: str) -> str:
    """The letters and digits of a name, which tell it however it is written.

    >>> letters("Projet d’Ada_2") == letters("projet D'ADA 2")
    True
    """
    return re.sub(r"[\W_]", "", folded(name))


def folded(name: str) -> str:
    """A name without capitals, accents and signs that nobody sees.

    >>> folded("Zoé\u200b LE\u00adGOFF")
    'zoe legoff'
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(one for one in letters if unicodedata.category(one) not in ("Mn", "Cf"))
