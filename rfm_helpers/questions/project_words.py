"""What the questions and answers of a final project are called where two versions are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rfm_helpers.analysis.budget.typed_lines import LABELS
from rfm_helpers.analysis.campaign.account import INPUT_NAMES
from rfm_helpers.analysis.strategy.forms import NAMES
from rfm_helpers.catalog import load_case
from rfm_helpers.catalog.assessment import load_assessment
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.french.numbers import number
from rfm_helpers.french.words import as_written, french
from rfm_helpers.questions.project import text_of

#: What a strategy, a competitor or an action is known by.
_KNOWN_BY = {"strategies": "segment", "concurrents": "nom", "couts": "titre"}


def question_name(question: str, answers: Mapping[str, Any]) -> str:
    """What a question is called: its part, the thing that it is about, its field.

    Args:
        question: as the file of answers has it.
        answers: those of the project, which name its strategies, competitors and actions.

    >>> question_name("concurrents/1/forces", {"concurrents/1/nom": "Lancel"})
    'Un concurrent («\\xa0Lancel\\xa0»)\\xa0: forces'
    """
    part, *rest = question.split("/")
    thing = _thing(part, rest[:-1], answers)
    named = load_final_project().parts.get(part, part)
    named += f" (« {as_written(thing)} »)" if thing else ""
    return french(f"{named} : {_field(question, rest[-1], answers)}" if rest else named)


def _thing(part: str, inner: list[str], answers: Mapping[str, Any]) -> str:
    """The name of what a question is about: a strategy, a competitor, an action, a slide."""
    if not inner:
        return ""
    slides = {slide.id: slide.title for slide in load_final_project().slides}
    criteria = {one.id: one.title for one in load_assessment().criteria}
    actions = {one.id: one.title for one in load_case().strategy.actions}
    known = text_of(answers, f"{part}/{inner[0]}/{_KNOWN_BY.get(part, '')}")
    titles = slides | criteria | actions
    return known or titles.get(inner[0], inner[0].rpartition("_")[2])


def _field(question: str, field: str, answers: Mapping[str, Any]) -> str:
    if field.isdigit():
        line = answers.get(question)
        label = str(line.get("libelle") or "") if isinstance(line, Mapping) else ""
        return f"ligne « {as_written(label or field)} »"
    aspects = {aspect.id: aspect.title for _, aspect in load_assessment().aspects}
    return load_final_project().fields.get(field) or aspects.get(field, field)


def answer_text(value: object) -> str:
    """An answer as its reader knows it: one line for each thing that it holds.

    >>> answer_text({"libelle": "Fleurs", "unite": "", "taux_tva": 0.2})
    'Libellé\\xa0: Fleurs\\nTVA\\xa0: 0,2'
    >>> answer_text([{"segment": "Champions", "clients": 190}])
    'Champions\\xa0: 190'
    """
    if isinstance(value, Mapping):
        if "segment" in value:
            return french(f"{value['segment']} : {answer_text(value.get('clients'))}")
        named = {_piece(str(name)): answer_text(one) for name, one in value.items()}
        return "\n".join(french(f"{name} : {text}") for name, text in named.items() if text)
    if isinstance(value, list):
        parts = [text for one in value if (text := answer_text(one))]
        return ("\n" if any(isinstance(one, Mapping) for one in value) else ", ").join(parts)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return number(value, next((d for d in (0, 1) if value == round(value, d)), 2))
    return NAMES.get(value, value) if isinstance(value, str) else ""


def _piece(name: str) -> str:
    return LABELS.get(name) or INPUT_NAMES.get(name, name)
