"""Customer types beyond scores (``customer_types.yaml``)."""

from __future__ import annotations

from functools import cache
from typing import Literal, Self

from pydantic import (
    Field,
    model_validator,
)

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml, refusal

Visibility = Literal["oui", "en partie", "non"]


class CustomerType(CatalogModel):
    """A customer type of source 001: a rule on data beyond R, F and M, or why there is none.

    ``rule`` is a :meth:`pandas.DataFrame.query` expression on the customer features table;
    ``rule_text`` says it in French; ``why_not`` says what the data cannot tell, and ``survey`` what
    would have to be asked, and of whom.
    """

    id: Identifier
    name: Text
    situation: Text
    treatment: Text
    visible: Visibility
    rule: Text | None
    rule_text: Text | None
    why_not: Text | None
    survey: Text | None = None

    @model_validator(mode="after")
    def _rule_or_reason(self) -> Self:
        if (self.visible == "non") != (self.rule is None):
            raise refusal("rule", f"« {self.name} » doit avoir une règle, ou bien « visible: non »")
        if (self.rule is None) != (self.rule_text is None):
            raise refusal("rule_text", "« rule » et « rule_text » vont ensemble")
        if (self.visible == "oui") != (self.why_not is None):
            raise refusal(
                "why_not",
                "« why_not » dit ce que les données ne montrent pas, sauf si « visible: oui »",
            )
        if (self.survey is None) != (self.why_not is None):
            raise refusal("survey", "`survey` dit comment savoir ce que « why_not » ne sait pas")
        return self


class CustomerTypes(CatalogModel):
    """The file of the customer types."""

    source: Text
    types: tuple[CustomerType, ...] = Field(min_length=1)


@cache
def load_customer_types() -> tuple[CustomerType, ...]:
    """The nine customer types of source 001, in its order.

    >>> [kind.name for kind in load_customer_types() if kind.rule is None]
    ['Clients somnambules']
    """
    return load_yaml(CATALOG / "customer_types.yaml", CustomerTypes).types
