"""A student's variant of an assignment: parameters and data that follow from the course key."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from rfm_helpers.catalog.assignments import load_sheet
from rfm_helpers.questions.model import Check

if TYPE_CHECKING:
    import pandas as pd

#: The key of the example that the course shows: it is public, and no student's.
EXAMPLE_KEY = "exemple"
EXAMPLE_STUDENT = ""


@dataclass(frozen=True, eq=False)
class Variant:
    """What one student works on: values of the parameters cell, and data by file name.

    A variant equals itself and no other: it can be the key of a cache.
    """

    assignment: str
    student: str
    parameters: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]


class Given(Protocol):
    """A student's earlier answers, from which later ones follow."""

    def table(self, question: str) -> pd.DataFrame | None:
        """The table given to a question; None when there is none that can be used."""

    def value(self, question: str) -> Any:
        """The answer given to a question as plain Python; None when there is none."""


class Kit(Protocol):
    """What an assignment is made of, on the teacher's side (``assignments/<name>/kit.py``)."""

    CHECKS: Mapping[str, Callable[[Variant, Given], Check]]
    FORMATS: Mapping[str, Mapping[str, Any]]

    def parameters(self, rng: np.random.Generator) -> dict[str, Any]:
        """The values of a variant, by their name in the parameters cell."""

    def tables(
        self, rng: np.random.Generator, parameters: Mapping[str, Any]
    ) -> dict[str, pd.DataFrame]:
        """The data of a variant, by file name."""


def load_kit(assignment: str) -> Kit:
    """The kit of an assignment.

    Raises:
        CourseError: there is no such assignment.
    """
    load_sheet(assignment)
    return cast(Kit, import_module(f"rfm_helpers.teacher.assignments.{assignment}.kit"))


def _digest(key: str, *parts: str) -> bytes:
    return hmac.new(key.encode(), "\x1f".join(parts).encode(), hashlib.sha256).digest()


def _generator(key: str, *parts: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(_digest(key, *parts)))


def token(assignment: str, student: str, key: str) -> str:
    """What proves that a notebook was made for a student; it says nothing of the key."""
    return _digest(key, assignment, student, "token").hex()[:32]


@lru_cache(maxsize=16)
def make_variant(assignment: str, student: str, key: str, *, hidden: bool = False) -> Variant:
    """A student's variant, or the hidden one: the same parameters on other data.

    The same assignment, student and key always give the same variant, those of a moment ago the
    very same; without the key, nothing can be told of it.
    """
    kit = load_kit(assignment)
    parameters = kit.parameters(_generator(key, assignment, student, "parameters"))
    data = _generator(key, assignment, student, "hidden" if hidden else "data")
    return Variant(assignment, student, parameters, kit.tables(data, parameters))


def data_files(variant: Variant) -> dict[str, bytes]:
    """The files of a variant's data folder, by name."""
    formats = load_kit(variant.assignment).FORMATS
    return {name: _csv(table, **formats.get(name, {})) for name, table in variant.tables.items()}


def _csv(table: pd.DataFrame, encoding: str = "utf-8", **options: Any) -> bytes:
    text: str = table.to_csv(index=False, lineterminator="\n", **options)
    return text.encode(encoding)


def write_data(variant: Variant, folder: Path) -> None:
    """Write the files of a variant's data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in data_files(variant).items():
        (folder / name).write_bytes(content)
