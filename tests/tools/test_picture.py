"""README's picture: of which page it is taken, and when a newly taken one replaces it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from support.course import load_tool

picture = load_tool("picture")


def taken(*, digit: str = "4", tint: int = 255) -> bytes:
    """A screen with one digit and one tinted pixel."""
    screen = Image.new("RGB", (1400, 900), "white")
    ImageDraw.Draw(screen).text((700, 450), digit, fill="black")
    screen.putpixel((0, 0), (tint, tint, tint))
    file = io.BytesIO()
    screen.save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(picture, "TARGET", tmp_path / "apercu.png")
    return tmp_path / "apercu.png"


def test_a_pixel_that_is_rounded_otherwise_changes_nothing(target: Path) -> None:
    assert not picture.shows_the_same(taken())
    target.write_bytes(taken())
    assert picture.shows_the_same(taken(tint=250))


def test_one_digit_makes_another_picture(target: Path) -> None:
    target.write_bytes(taken())
    assert not picture.shows_the_same(taken(digit="7"))


@pytest.mark.parametrize("page", ["", "/tree/notebooks/00_bienvenue.ipynb"])
def test_it_is_taken_of_its_lesson_whatever_opens_first(page: str) -> None:
    address = picture.of_lesson(f"http://localhost:8888/lab{page}?token=a")
    assert address == f"http://localhost:8888/lab/tree/notebooks/{picture.LESSON}?token=a"
