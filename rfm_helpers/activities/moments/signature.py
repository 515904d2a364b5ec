"""Three colleagues' lists for the same places, and a signature under one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import button, labelled
from rfm_helpers.activities.cards import Judged
from rfm_helpers.activities.typed import TypedArea
from rfm_helpers.analysis.moments.lists import compare_name_lists
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french, several
from rfm_helpers.plots.tables import show_table
from rfm_helpers.questions.model import panel
from rfm_helpers.questions.places import LIST

HEADINGS = {"liste": "Liste", "noms": "Noms", "restent": "À qui l’on peut écrire",
            "seuls": "Dans aucune autre"}  # fmt: skip
CHOOSE = "Choisissez une liste avant de signer."
SAY_WHY = "Dites pourquoi, en une phrase, avant de signer."


class ListSigner(Judged):
    """A list and a reason → a signature, and what the director will ask about it."""

    purpose = "signer une liste"

    def __init__(
        self,
        lists: Mapping[str, Sequence[str]],
        may_write: Collection[str],
        questions: Mapping[str, str],
    ) -> None:
        super().__init__(button("Signer", main=True))
        self._lists = {name: list(customers) for name, customers in lists.items()}
        self._table = compare_name_lists(self._lists, may_write).set_index("liste")
        self._may_write, self._questions = set(may_write), dict(questions)
        self.choice = w.Dropdown(
            options={"(à choisir)": "", **{french(name): name for name in self._lists}},
            value="",
            description=french("Je signe :"),
            **labelled(width="26em", max_width="100%"),
        )
        self.reason = TypedArea(
            description=french("Parce que :"),
            placeholder="ce que cette liste sait, et ce qu’elle ne sait pas",
            rows=3,
            **labelled(width="46em", max_width="100%"),
        )
        self.show(w.HTML(self.table), self.choice, self.reason, self.check_button,
                  self.message_area, self.feedback)  # fmt: skip
        self.live_in(self)

    @property
    def table(self) -> str:
        """The lists side by side."""
        shown = show_table(self._table.reset_index(), "Trois listes pour les mêmes places",
                           headings=HEADINGS)  # fmt: skip
        return str(shown._repr_html_())

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The list and the reason."""
        return self.choice, self.reason

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The list and the reason."""
        return {"choix": self.choice, "raison": self.reason}

    @property
    def value(self) -> dict[str, Any] | None:
        """The list signed, why, and its customers; None as long as nothing is signed."""
        if not self.verified:
            return None
        name = self.choice.value
        return {"list": name, "reason": self.reason.value, "customers": self._lists[name]}

    def verify(self) -> None:
        """Sign, once a list is chosen and a reason is given."""
        if not self.choice.value:
            raise CourseError(CHOOSE)
        if not self.reason.value.strip():
            raise CourseError(SAY_WHY)
        super().verify()

    def verdict(self) -> str:
        """What was signed, whom it leaves out, and what will be asked."""
        row = self._table.loc[self.choice.value]
        free = row["noms"] - row["restent"]
        text = (
            f"{several(row['restent'], 'courrier')} "
            f"{'part' if row['restent'] < 2 else 'partent'} ; "
            f"{several(free, 'place')} {'va' if free < 2 else 'vont'} aux suivants de la liste, "
            "passés par le même tri, la veille de l’envoi.\n"
            f"La directrice vous demandera : {self._questions[self.choice.value]}"
        )
        return panel(french(f"Signé : {self.choice.value.lower()}"), french(text))

    def state(self) -> dict[str, Any]:
        """The choice, the reason, whether it was signed, and the customers of a signed list."""
        signed = self._lists[self.choice.value] if self.verified else []
        return super().state() | {LIST: signed}

    def fallback(self) -> dict[str, str]:
        """The lists side by side."""
        return {"text/html": self.table}


def sign_list(
    lists: Mapping[str, Sequence[str]],
    may_write: Collection[str],
    questions: Mapping[str, str],
    *,
    key: str = "",
) -> ListSigner:
    """Compare several lists for the same places, and sign one of them.

    Args:
        lists: customers by the name of their list.
        may_write: the customers to whom a letter may be sent.
        questions: by list, what will be asked of who signs it.
        key: where to keep the choice, the reason and the customers
            ("11_relation_client/signature"); an empty one keeps nothing.

    Returns:
        The activity: `value` is None until a list is signed, then it holds the list, the reason and
        the customers.

    Raises:
        CourseError: as `compare_name_lists`.

    >>> sign_list({"x": ["A"], "y": ["B"]}, {"A"}, {"x": "?", "y": "?"}).value is None
    True
    """
    return ListSigner(lists, may_write, questions).kept(key)
