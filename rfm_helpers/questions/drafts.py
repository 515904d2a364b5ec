"""The strategy that a learner wrote in lesson 1, found again later."""

from __future__ import annotations

from pathlib import Path

from rfm_helpers.analysis.strategy.forms import FIELDS, read_statement, readable_fields
from rfm_helpers.catalog import Statement
from rfm_helpers.questions.answers import AnswerStore

EXERCISE = "mon_plan"
PART = "brouillon"
#: Where the strategy builder keeps the draft.
KEY = f"{EXERCISE}/{PART}"


def load_strategy_draft(folder: Path | None = None) -> Statement | None:
    """The draft that the learner wrote with the strategy builder; None before they wrote one.

    Numbers and dates that cannot be read are left out.

    Args:
        folder: where the answers are; by default that of the learner.

    >>> import tempfile
    >>> load_strategy_draft(Path(tempfile.mkdtemp())) is None
    True
    """
    kept = AnswerStore(EXERCISE, folder).answers
    fields = {name: kept.get(f"{PART}/{name}", "") for name in FIELDS}
    if not any(fields.values()):
        return None
    return read_statement(readable_fields(fields)[0])
