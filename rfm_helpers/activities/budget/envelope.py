"""Choosing three actions for a segment whose costs hold in an envelope."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from rfm_helpers.activities.base import announced, labelled, ruled, wrapped
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.segments.actions import ActionChooser
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.analysis.budget.lines import cost_lines, line_costs, refused_columns
from rfm_helpers.catalog import Action, load_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.french.words import french, several
from rfm_helpers.inputs import parse_number
from rfm_helpers.questions import Outcome

if TYPE_CHECKING:
    import pandas as pd

MARC = "À ne pas perdre"
REACHED, EACH, ONCE = "Clients touchés", "Coût par client, HT (€)", "Coût fixe, HT (€)"
#: How the fields name the columns of the two lines that they make.
LABELS = ({"quantite": REACHED, "cout_unitaire": EACH}, {"cout_unitaire": ONCE})


class ActionCost:
    """What one action costs: the customers reached, the cost of each, what is paid once."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self.reached = _field(REACHED, "14em", "40")
        self.each = _field(EACH, "18em", "5,00")
        self.once = _field(ONCE, "16em", "0")
        self.total_area = w.HTML()
        title = w.HTML(
            f'<p style="max-width:46em;margin:8px 0 0"><strong>{escape(action.text)}</strong></p>'
        )
        self.widget = ruled(title, wrapped(self.reached, self.each, self.once), self.total_area)

    @property
    def fields(self) -> tuple[TypedText, TypedText, TypedText]:
        """The three fields."""
        return self.reached, self.each, self.once

    @property
    def typed(self) -> list[str]:
        """What the three fields hold."""
        return [field.value for field in self.fields]

    @property
    def customers(self) -> float:
        """The customers reached (`CourseError` if that is no number)."""
        return parse_number(self.reached.value)

    @property
    def cost(self) -> float | None:
        """What the action costs without VAT; None as long as a field is empty.

        Raises:
            CourseError: a number that cannot be read, or is refused.
        """
        if not all(text.strip() for text in self.typed):
            return None
        reached, each, once = (parse_number(text) for text in self.typed)
        line = {"action": "Action", "taxe": "HT"}
        lines = [
            line | {"libelle": "Par client", "quantite": reached, "cout_unitaire": each},
            line | {"libelle": "Coût fixe", "quantite": 1, "cout_unitaire": once},
        ]
        for record, names in zip(lines, LABELS, strict=True):
            for reason in refused_columns(record, names).values():
                raise CourseError(f"{reason}.")
        return float(line_costs(cost_lines(lines))["cout_ht"].sum())

    @property
    def known(self) -> float | None:
        """The cost, None too when a number cannot be read."""
        try:
            return self.cost
        except CourseError:
            return None

    def show(self) -> None:
        """Say what the action costs, or what is missing."""
        try:
            cost = self.cost
            text = "" if cost is None else f"{euros(cost, 2)} HT"
        except CourseError as error:
            text = f"◐ {escape(str(error))}"
        self.total_area.value = text


class EnvelopeChooser(ActionChooser):
    """A segment and its actions → three of them, their costs, and what is left of an envelope."""

    purpose = "choisir trois actions et les chiffrer"

    def __init__(
        self, sizes: Mapping[str, int], segment: str, envelope: float, section: str
    ) -> None:
        self.sizes = sizes
        self.envelope = envelope
        self.costs: dict[str, ActionCost] = {}
        self.costs_box = w.VBox(layout=w.Layout(width="100%"))
        self.total_area = w.HTML()
        super().__init__(segment, section)
        names = [name for name in load_grid("onze").names if name != MARC and sizes.get(name)]
        self.segment.options = names
        self.segment.value = segment
        self._propose()
        self.show(
            self.segment, self.situation, self._list, self.costs_box, self.check_button,
            self.total_area, self.feedback, self.message_area,
        )  # fmt: skip

    def _propose(self) -> None:
        super()._propose()
        size = number(self.sizes.get(self.segment.value, 0))
        self.situation.value += french(
            f"<p>{size} clients que l’on peut contacter, et une enveloppe de "
            f"{euros(self.envelope)} HT.</p>"
        )

    def forget(self) -> None:
        """Take the feedback away, and show the actions ticked with their costs."""
        super().forget()
        self.costs_box.children = [self._cost_of(action).widget for action in self.chosen]
        self._show_total()

    def _cost_of(self, action: Action) -> ActionCost:
        if action.text not in self.costs:
            cost = self.costs[action.text] = ActionCost(action)
            self.react(cost.fields, self.forget, first=self.unsay)
            self.enters(cost.fields, self.verify)
        return self.costs[action.text]

    @property
    def total(self) -> float | None:
        """What the actions ticked cost; None as long as the cost of one is not known."""
        costs = [self._cost_of(action).known for action in self.chosen]
        known = [cost for cost in costs if cost is not None]
        return round(sum(known), 2) if costs and len(known) == len(costs) else None

    def _show_total(self) -> None:
        for action in self.chosen:
            self._cost_of(action).show()
        known = [cost.known for cost in map(self._cost_of, self.chosen)]
        total = round(sum(cost for cost in known if cost is not None), 2)
        text = ""
        if self.chosen:
            over = total > self.envelope
            gap = euros(abs(self.envelope - total), 2)
            text = f"Total : {euros(total, 2)} HT. {'Dépassement' if over else 'Reste'} : {gap}."
        if None in known:
            text += f" À chiffrer encore : {several(known.count(None), 'action')}."
        self.total_area.value = announced(f"<strong>{french(text)}</strong>")

    def judge(self) -> tuple[Outcome, str]:
        """The verdict on the actions ticked, then on what they cost."""
        outcome, message = super().judge()
        if outcome is not Outcome.SUCCESS:
            return outcome, message
        total = self.total
        if total is None:
            return Outcome.REVIEW, (
                "Les trois actions conviennent. Que coûte chacune ? Remplissez les trois "
                "cases de chaque action (0 s’il n’y a pas de coût fixe) ; un ◐ marque celles qui "
                "ne se lisent pas."
            )
        doubt = self._doubt(total)
        if doubt:
            return Outcome.REVIEW, doubt
        return Outcome.SUCCESS, (
            f"{message} Total : {euros(total, 2)} HT, sous l’enveloppe. "
            "D’où viennent vos coûts ? Notez une source pour chacun."
        )

    def _doubt(self, total: float) -> str:
        """What to ask about costs that all are given; empty when there is nothing to ask."""
        size = self.sizes.get(self.segment.value, 0)
        most = max(self._cost_of(action).customers for action in self.chosen)
        if most > size:
            return (
                f"Avez-vous compté les clients que l’on peut contacter ? Il y en a {number(size)}, "
                f"et une action en touche {number(most)}."
            )
        if not total:
            return "Tout est gratuit ? Comptez au moins le temps de ceux qui font le travail."
        if total > self.envelope:
            return (
                f"Le total dépasse l’enveloppe de {euros(total - self.envelope, 2)}. Toucher moins "
                "de clients, ou remplacer une action ?"
            )
        return ""

    @property
    def value(self) -> dict[str, Any]:
        """The segment, the actions ticked and, for each, what its three fields hold."""
        costs = {action.text: self._cost_of(action).typed for action in self.chosen}
        return {**super().value, "costs": costs}

    def state(self) -> dict[str, Any]:
        """The choice, and the costs typed for every action."""
        return {**super().state(), "costs": {t: cost.typed for t, cost in self.costs.items()}}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Tick the actions again, with their costs."""
        choice, costs = answers["choice"], answers["costs"]
        self.costs = {}
        super().restore({"choice": {**choice, "verified": False}})
        offered = {one.text: one for sheet in self._sheets.values() for one in sheet.actions}
        for action in (offered[text] for text in costs if text in offered):
            for field, text in zip(self._cost_of(action).fields, costs[action.text], strict=False):
                put(field, text)
        self.forget()
        if choice.get("verified") is True:
            self.verify()


def _field(label: str, width: str, placeholder: str) -> TypedText:
    return TypedText(
        description=french(f"{label} :"),
        placeholder=placeholder,
        **labelled(width=width, max_width="100%", margin="2px 12px 2px 0"),
    )


def envelope_chooser(
    segmented: pd.DataFrame,
    segment: str = "Bientôt dormants",
    *,
    envelope: float = 3000,
    section: str = "Trois actions, une enveloppe",
    key: str = "",
) -> EnvelopeChooser:
    """Choose three actions for a segment, cost them, and keep within an envelope.

    Args:
        segmented: customers who may be contacted (`contact_list`) and their `segment`.
        segment: the segment shown first; any of the eleven but Marc Morel's.
        envelope: euros without VAT.
        section: the section of the lesson to reread.
        key: where to keep the choice ("06_budgetisation/enveloppe"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the actions and their costs, `total` what they cost.

    Raises:
        CourseError: the column `segment` is missing, or nobody is in the segment.

    >>> import pandas as pd
    >>> envelope_chooser(pd.DataFrame({"segment": ["Bientôt dormants"]})).total is None
    True
    """
    if "segment" not in segmented:
        raise CourseError("La colonne « segment » manque : donnez la table de assign_segments.")
    sizes = {str(name): int(count) for name, count in segmented["segment"].value_counts().items()}
    if segment == MARC or not sizes.get(segment):
        raise CourseError(
            f"Le segment « {segment} » ne convient pas ici : choisissez-en un "
            "autre, qui a des clients."
        )
    return EnvelopeChooser(sizes, segment, envelope, section).kept(key)
