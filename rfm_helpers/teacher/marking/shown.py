"""A student's answer in a few words, as a person reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rfm_helpers.analysis.strategy.forms import FIELDS, read_statement, readable_fields
from rfm_helpers.analysis.strategy.forms import statement_sentence as _sentence
from rfm_helpers.french.words import french, several
from rfm_helpers.questions.exercise import FRAME
from rfm_helpers.questions.model import is_empty
from rfm_helpers.teacher.results import TABLE

LONGEST, LONGEST_FORM = 200, 1_500


def shown(value: Any, form: str = "") -> str:
    """An answer in a few words: a value, how many rows a table has, what a form says.

    Args:
        value: the answer, as JSON (untrusted).
        form: the form that was filled in (see `SheetQuestion.form`), if it was one.

    >>> shown(None), shown("2 350 €"), shown(["a", "b"])
    ('', '2 350 €', 'a, b')
    >>> line = {"libelle": "Timbres", "quantite": "40", "cout_unitaire": "1,39"}
    >>> shown({"lignes": [line]}, "costs")
    'Timbres\xa0: 40 à 1,39\xa0€'
    """
    if is_empty(value):
        return ""
    if isinstance(value, Mapping) and form in FORMS:
        return _cut(FORMS[form](value), LONGEST_FORM)
    if isinstance(value, Mapping):
        return _table(value)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return _cut(text, LONGEST)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _table(value: Mapping[str, Any]) -> str:
    frame = value.get(FRAME)
    rows = frame.get("data") if isinstance(frame, Mapping) else None
    return french(TABLE.format(several(len(rows), "ligne"))) if isinstance(rows, list) else "?"


def _statement(value: Mapping[str, Any]) -> str:
    texts = {name: text if isinstance(text := value.get(name), str) else "" for name in FIELDS}
    return _sentence(read_statement(readable_fields(texts)[0]))


def _costs(value: Mapping[str, Any]) -> str:
    lines = value.get("lignes")
    return "\n".join(_line(one) for one in lines if isinstance(one, Mapping)) if lines else ""


def _line(typed: Mapping[str, Any]) -> str:
    texts = {name: str(text).strip() for name, text in typed.items() if text is not None}

    def of(name: str) -> str:
        return texts.get(name) or "…"

    cost = f"{of('libelle')} : {of('quantite')} à {of('cout_unitaire')} € {texts.get('taxe', '')}"
    source = [texts[name] for name in ("source", "date_source", "fiabilite") if texts.get(name)]
    return french(f"{cost.strip()} ({', '.join(source)})" if source else cost.strip())


FORMS: dict[str, Callable[[Mapping[str, Any]], str]] = {"statement": _statement, "costs": _costs}
