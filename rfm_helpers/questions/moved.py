"""Questions that went from one file of answers to another, so that their answers follow them."""

from __future__ import annotations

from collections.abc import Iterable

#: Under which answers a question is, beside its own name: "temoin/a", "temoin.verified".
_PARTS = ("/", ".")

#: Where the answers to some questions, or to all those below them, were kept before.
MOVED: dict[str, dict[str, tuple[str, ...]]] = {
    "mon_plan": {
        "01_strategie": ("brouillon",),
        "05_marc_morel": ("strategie",),
        "06_budgetisation": ("couts",),
    },
    "08_mesurer": {
        "07_rentabilite": (
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
    },
    "08_exercices": {
        "07_exercices": ("hausse_de_la_matinee", "roi_de_la_matinee", "conclusion_du_temoin"),
    },
}


def former_places(exercise: str) -> tuple[str, ...]:
    """Where some of an exercise's answers were kept before; none when they never moved.

    >>> former_places("08_mesurer"), former_places("03_calcul_rfm")
    (('07_rentabilite',), ())
    """
    return tuple(MOVED.get(exercise, ()))


def moved_questions(exercise: str, former: str, questions: Iterable[str]) -> list[str]:
    """Of the questions in a former place of an exercise, those that came to it.

    >>> kept = ["temoin/a", "quiz/temoin.verified", "retour/cout"]
    >>> moved_questions("08_mesurer", "07_rentabilite", kept)
    ['temoin/a', 'quiz/temoin.verified']
    """
    names = MOVED[exercise][former]
    below = tuple(name + part for name in names for part in _PARTS)
    return [one for one in questions if one in names or one.startswith(below)]
