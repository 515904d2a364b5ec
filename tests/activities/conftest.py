"""Quicker figures: that their pictures are right is tested in ``tests/plots``."""

from __future__ import annotations

from typing import Any

import pytest

from rfm_helpers.plots.style import CourseFigure


@pytest.fixture(autouse=True)
def no_computed_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the computed layout, which takes half of the time of a figure's drawing."""
    made = CourseFigure.__init__

    def make(self: CourseFigure, *args: Any, **options: Any) -> None:
        made(self, *args, **options | {"layout": None})

    monkeypatch.setattr(CourseFigure, "__init__", make)
