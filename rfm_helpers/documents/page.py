"""Pages for a browser: one file each, in which everything is escaped and nothing can run."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from rfm_helpers import palette
from rfm_helpers.documents.text import clean, cut, decimal
from rfm_helpers.french.numbers import percent
from rfm_helpers.french.words import french, several


def render(template: str, **context: Any) -> bytes:
    """A page made from a template of ``documents/templates``, as UTF-8."""
    return _environment().get_template(template).render(context).encode("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("rfm_helpers.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
    )
    environment.globals["palette"] = palette
    environment.filters |= {
        "cut": lambda text: cut(clean(text)),
        "decimal": decimal,
        "french": french,
        "percent": percent,
        "several": several,
    }
    return environment
