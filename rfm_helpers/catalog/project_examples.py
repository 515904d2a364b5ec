"""Finished final projects to read (``project_examples/``): a good one, and one to correct."""

from __future__ import annotations

from functools import cache
from typing import Any, Self

from pydantic import Field, model_validator

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml
from rfm_helpers.catalog.project import load_final_project
from rfm_helpers.errors import CourseError

PROJECT_EXAMPLES = CATALOG / "project_examples"


class Flaw(CatalogModel):
    """A flaw put in on purpose: what one reads, why it is one, what would mend it.

    ``said`` is a part of the remark by which a machine finds it; empty where only a reader does.
    """

    id: Identifier
    step: Identifier
    seen: Text
    why: Text
    mend: Text
    said: str


class ProjectExample(CatalogModel):
    """A project as its authors would have saved it, and the flaws put into it."""

    title: Text
    intro: Text
    answers: dict[str, Any] = Field(min_length=1)
    flaws: tuple[Flaw, ...] = ()

    @model_validator(mode="after")
    def _placed(self) -> Self:
        steps = {step.id for step in load_final_project().steps}
        for flaw in self.flaws:
            if flaw.step not in steps:
                raise ValueError(f"le défaut « {flaw.id} » est d’une étape inconnue")
        return self


def project_example_names() -> list[str]:
    """The examples.

    >>> project_example_names()
    ['a_corriger', 'abouti']
    """
    return sorted(path.stem for path in PROJECT_EXAMPLES.glob("*.yaml"))


@cache
def load_project_example(name: str) -> ProjectExample:
    """An example of a final project: "abouti", or "a_corriger".

    Args:
        name: the example.

    Returns:
        Its answers, which `rfm_helpers.questions.project.read_project` reads, and its flaws.

    Raises:
        CourseError: there is no such example, or its file does not hold one.

    >>> load_project_example("abouti").flaws
    ()
    """
    if name not in project_example_names():
        known = " ou ".join(f"« {one} »" for one in project_example_names())
        raise CourseError(f"Il n’y a pas de projet « {name} » : choisissez {known}.")
    return load_yaml(PROJECT_EXAMPLES / f"{name}.yaml", ProjectExample)
