"""The lists of customers that a learner kept in lessons 9 to 11, found again later."""

from __future__ import annotations

from pathlib import Path

from rfm_helpers.questions.answers import AnswerStore

LIST = "liste"
#: Where lesson 11 keeps the list that was signed, with its name and its reason.
SIGNING, SIGNATURE = "11_relation_client", "signature"
BY_VALUE = "09_valeur_client/places"


def load_places(key: str = BY_VALUE, *, folder: Path | None = None) -> list[str] | None:
    """The customers whom the learner gave the places to; None before he did.

    Args:
        folder: where the answers are; by default that of the learner.
        key: where he kept them: with the scale of lesson 9, or with the tree of lesson 10
            ("10_ciblage/arbre").

    >>> import tempfile
    >>> load_places(folder=Path(tempfile.mkdtemp())) is None
    True
    """
    exercise, part = key.split("/")
    kept = AnswerStore(exercise, folder).answers.get(f"{part}/{LIST}")
    return [str(client) for client in kept] if isinstance(kept, list) and kept else None
