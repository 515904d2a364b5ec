"""What the course says of Python's errors, kept as a YAML file (``hints.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Annotated

from pydantic import Field

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Pattern, load_yaml


class Advice(CatalogModel):
    """One French sentence for one kind of error.

    ``error`` names an exception class (its subclasses count); ``pattern`` and ``written`` are
    regular expressions, searched in Python's message and in the line that it cannot read, its
    comment left out; ``hint`` may hold ``{facts}``.
    """

    error: str
    pattern: Pattern = ""
    written: Pattern = ""
    hint: Annotated[str, Field(min_length=1)]

    def sentence(self, error: BaseException, facts: Mapping[str, str]) -> str | None:
        """The hint, its facts filled in; None when it is for another error or lacks a fact.

        >>> Advice(error="ArithmeticError", hint="À {line}.").sentence(ZeroDivisionError(), {})
        """
        if self.error not in {kind.__name__ for kind in type(error).__mro__}:
            return None
        found = re.search(self.pattern, str(error))
        code = (getattr(error, "text", None) or "").partition("#")[0]
        if found is None or not re.search(self.written, code):
            return None
        known = {**facts, **found.groupdict()}
        needed = {name for _, name, _, _ in Formatter().parse(self.hint) if name}
        return self.hint.format_map(known) if needed <= known.keys() else None


class AdviceList(CatalogModel):
    """The whole file: the first advice that suits an error is the one given."""

    hints: tuple[Advice, ...]


@cache
def load_advice() -> tuple[Advice, ...]:
    """Every advice, in the order of the file.

    >>> load_advice()[0].error
    'NameError'
    """
    return load_yaml(CATALOG / "hints.yaml", AdviceList).hints
