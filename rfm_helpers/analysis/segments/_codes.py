"""RFM codes: the scores they hold, and the grids that name them."""

from __future__ import annotations

from collections.abc import Sequence


def scores_of(code: str) -> tuple[int, ...]:
    """The scores that a code holds, R first.

    >>> scores_of("244"), scores_of("10-3-7")
    ((2, 4, 4), (10, 3, 7))
    """
    return tuple(int(score) for score in (code.split("-") if "-" in code else code))


def code_of(scores: Sequence[int], levels: int) -> str:
    """The code that holds these scores; beyond 9 levels the scores are parted by hyphens.

    >>> code_of((2, 4, 4), levels=4), code_of((10, 3, 7), levels=10)
    ('244', '10-3-7')
    """
    return ("-" if levels > 9 else "").join(str(score) for score in scores)
