"""Free texts that two students share in part, whatever signs were slipped between their letters."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rfm_helpers.catalog.assignments import Sheet, SheetQuestion
from rfm_helpers.teacher.results import Graded, Student

#: Words in a row that count as a passage, and the share of the shorter text that they cover.
PASSAGE = 4
FEWEST_PASSAGES = 15
ALIKE = 0.4
MOST_PAIRS = 30
#: Beyond this many writers of one passage, each is compared with the first alone.
MOST_WRITERS = 10
MOST_COMPARED = 15_000
MOST_WORDS = 25

#: Cyrillic, Greek and rare Latin letters that a reader takes for ordinary ones.
_LOOK_ALIKE = str.maketrans(
    "АВСЕНІЈКМОРЅТУХасеһіјорѕухԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυıɑɡ",
    "ABCEHIJKMOPSTYXacehijopsyxdqwABEZHIKMNOPTYXaivopuiag",
)
_UNSEEN = {"Cf", "Mn", "Me"}


@dataclass(frozen=True)
class SimilarTexts:
    """Two texts alike: the share of the shorter one found in the other, and its longest part."""

    question: str
    students: tuple[Student, Student]
    share: float
    passage: str


def similar_texts(sheet: Sheet, results: Iterable[Graded]) -> list[SimilarTexts]:
    """Pairs of free texts that share passages of four words, the most alike first, 30 at most.

    Case, accents, invisible signs and look-alike letters make no difference. Texts are looked up
    by passage, not pair by pair, so that time grows with the number of words.
    """
    results = tuple(results)
    found: list[tuple[float, SheetQuestion, Graded, Graded]] = []
    for question in sheet.questions:
        if question.mode == "free":
            for (one, other), share in _alike(results, question.id):
                found.append((share, question, results[one], results[other]))
    found.sort(key=lambda pair: -pair[0])
    return [
        SimilarTexts(
            question.title,
            (one.student, other.student),
            share,
            _longest(one.texts[question.id], other.texts[question.id]),
        )
        for share, question, one, other in found[:MOST_PAIRS]
    ]


def _alike(results: Sequence[Graded], question: str) -> Iterator[tuple[tuple[int, int], float]]:
    """The places of two texts, with the share of the shorter one's passages that both hold."""
    writers: dict[tuple[str, ...], list[int]] = defaultdict(list)
    lengths: dict[int, int] = {}
    for place, graded in enumerate(results):
        passages = set(_passages(_words(graded.texts.get(question, ""))))
        if len(passages) >= FEWEST_PASSAGES:
            lengths[place] = len(passages)
            for passage in passages:
                writers[passage].append(place)
    shared: Counter[tuple[int, int]] = Counter()
    for places in writers.values():
        shared.update(pairs(places))
    for (one, other), count in sorted(shared.items()):
        share = count / min(lengths[one], lengths[other])
        if share >= ALIKE:
            yield (one, other), share


def pairs(places: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Who is compared with whom, among the writers of one passage."""
    if len(places) <= MOST_WRITERS:
        return combinations(places, 2)
    return ((places[0], place) for place in places[1:])


def _written(text: str) -> list[str]:
    """The words as they are seen.

    >>> _written("L’Offre off\u00adert\u200be")
    ['L', 'Offre', 'offerte']
    """
    composed = unicodedata.normalize("NFKC", text[:MOST_COMPARED])
    seen = (letter for letter in composed if unicodedata.category(letter) not in _UNSEEN)
    return re.findall(r"\w+", "".join(seen))


def _words(text: str) -> list[str]:
    """The words as they are compared, without accents or capitals.

    >>> _words("Été оffеrt")
    ['ete', 'offert']
    """
    words = " ".join(_written(text)).translate(_LOOK_ALIKE)
    letters = unicodedata.normalize("NFKD", words).casefold()
    return "".join(one for one in letters if unicodedata.category(one) not in _UNSEEN).split()


def _passages(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + PASSAGE]) for i in range(len(words) - PASSAGE + 1)]


def _longest(one: str, other: str) -> str:
    """The longest run of the first text's passages that the other holds too."""
    words = _words(one)
    held = set(_passages(_words(other)))
    start = length = run = 0
    for place, passage in enumerate(_passages(words)):
        run = run + 1 if passage in held else 0
        if run > length:
            start, length = place - run + 1, run
    found = _written(one)[start : start + length + PASSAGE - 1]
    return " ".join(found[:MOST_WORDS]) + (" …" if len(found) > MOST_WORDS else "")
