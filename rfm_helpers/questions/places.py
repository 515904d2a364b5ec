"""The list of customers that a learner kept in lesson 9, found again later."""

from __future__ import annotations

from pathlib import Path

from rfm_helpers.questions.answers import AnswerStore

EXERCISE, PART, LIST = "09_valeur_client", "places", "liste"


def load_places(folder: Path | None = None) -> list[str] | None:
    """The customers whom the learner gave the places to in lesson 9; None before he did.

    Args:
        folder: where the answers are; by default that of the learner.

    >>> import tempfile
    >>> load_places(Path(tempfile.mkdtemp())) is None
    True
    """
    kept = AnswerStore(EXERCISE, folder).answers.get(f"{PART}/{LIST}")
    return [str(client) for client in kept] if isinstance(kept, list) and kept else None
