"""Questions that went from one lesson to another, so that their answers follow them."""

from __future__ import annotations

from collections.abc import Iterable

#: Under which answers a question is, beside its own name: "temoin/a", "temoin.verified".
_PARTS = ("/", ".")

#: Where the answers to some questions, or to all those below them, were kept before.
MOVED: dict[str, tuple[str, tuple[str, ...]]] = {
    "08_mesurer": (
        "07_rentabilite",
        (
            "temoin",
            "tornade",
            "partage",
            "segments",
            "assistant",
            "paris/meme_code",
            "paris/rentable",
            "quiz/hausse_ou_reponse",
            "quiz/temoin",
            "quiz/tornade",
            "quiz/conversion",
            "quiz/partage",
            "quiz/assistant",
        ),
    ),
    "08_exercices": (
        "07_exercices",
        ("hausse_de_la_matinee", "roi_de_la_matinee", "conclusion_du_temoin"),
    ),
}


def former_place(exercise: str) -> str:
    """Where some of an exercise's answers were kept before; empty when they never moved.

    >>> former_place("08_mesurer"), former_place("03_calcul_rfm")
    ('07_rentabilite', '')
    """
    return MOVED.get(exercise, ("", ()))[0]


def moved_questions(exercise: str, questions: Iterable[str]) -> list[str]:
    """Of the questions in the former place of an exercise, those that came to it.

    >>> moved_questions("08_mesurer", ["temoin/a", "quiz/temoin.verified", "retour/cout"])
    ['temoin/a', 'quiz/temoin.verified']
    """
    _, names = MOVED.get(exercise, ("", ()))
    below = tuple(name + part for name in names for part in _PARTS)
    return [one for one in questions if one in names or one.startswith(below)]
