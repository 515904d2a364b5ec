"""What the learner's plan brings back: its campaigns, beside the example's, on the explorer."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import announced, button
from rfm_helpers.activities.campaign.explorer import ReturnExplorer
from rfm_helpers.activities.campaign.inputs import INPUTS, factor
from rfm_helpers.activities.campaign.planned import (
    PlannedCampaign,
    TypedOver,
    house_terms,
    plan_campaigns,
    show_if_several,
)
from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.french.words import french
from rfm_helpers.plots.live_campaign import ReturnFigure
from rfm_helpers.plots.style import picture
from rfm_helpers.questions.plan import CHOICE, EXAMPLE, load_plan

CHANGED = "Changé par vous : {names}. Le reste suit votre plan."
BACK = "Les valeurs du plan ont remplacé les vôtres."


class PlanReturn(ReturnExplorer):
    """The explorer on the plan: what the learner types over a value stays, the rest follows."""

    purpose = "calculer ce que rapporte votre plan"
    further = ()

    def __init__(self, planned: Mapping[str, PlannedCampaign]) -> None:
        self._planned = dict(planned)
        self._over = TypedOver({})
        self.source_area = w.HTML()
        self.follow_button = button("Reprendre les valeurs de mon plan")
        super().__init__({one.label: one.campaign for one in planned.values()})
        show_if_several(self.action)
        self.follow_button.on_click(self.guarded(self._follow))

    def _lay_out(self) -> None:
        super()._lay_out()
        self.widget.children = (
            *self.widget.children[:1],
            self.source_area,
            self.follow_button,
            *self.widget.children[1:],
        )

    @property
    def place(self) -> str:
        """The place of the campaign on the screen."""
        return next(n for n, one in self._planned.items() if one.label == self.action.value)

    def _take(self) -> None:
        self.undo.forget()
        self._fill()
        self._draw()

    def _fill(self) -> None:
        """Put the campaign's values in the fields, then what was typed over them."""
        self._over.fields = self.fields
        campaign = self._planned[self.place].campaign
        values = {name: round(getattr(campaign, name) * factor(name), 2) for name in self.fields}
        with self.asleep():
            self._over.fill(self.place, values)

    def _change(self) -> None:
        self._over.note(self.place)
        self._draw()

    def _follow(self) -> None:
        """Let every value follow the plan again; « Annuler » brings back what was typed."""
        place, typed = self.place, self._over.typed[self.place]
        self._over.typed[place] = {}
        self._fill()
        self._draw()

        def back() -> None:
            self._over.typed[place] = typed
            self.action.value = self._planned[place].label
            self._fill()
            self._draw()

        self.undo.offer(BACK, back)

    def _draw(self) -> None:
        names = ", ".join(
            INPUTS[name][0] for name in self._over.typed[self.place] if name in INPUTS
        )
        changed = f"<br>{escape(french(CHANGED.format(names=names)))}" if names else ""
        source = escape(french(self._planned[self.place].source))
        self.source_area.value = announced(f"<p>{source}{changed}</p>")
        self.follow_button.layout.display = "" if names else "none"
        super()._draw()

    def state(self) -> dict[str, Any]:
        """The campaign chosen, and what was typed over each."""
        return {CHOICE: self.place} | self._over.state()

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show the campaign chosen again, as the plan has it now and with what was typed."""
        self._over.restore(answers)
        chosen = self._planned.get(answers[CHOICE]) or next(iter(self._planned.values()))
        self.action.value = chosen.label
        self._take()

    def fallback(self) -> dict[str, str]:
        """The figure of the example, for a notebook carries no one's plan away."""
        figure = ReturnFigure()
        png = figure.update(self._planned[EXAMPLE].campaign)
        return {"text/html": picture(png, figure.alternative)}


def plan_return(
    orders: pd.DataFrame, example: Campaign, *, key: str = "", **files: pd.DataFrame
) -> PlanReturn:
    """See what the learner's plan brings back, and change what it supposes.

    Without a plan it starts from the example and says so; what is changed there is the learner's.

    Args:
        orders: the house's order lines, with their `marge`.
        example: the course's campaign.
        key: where to keep the inputs ("mon_plan/retour"); an empty one keeps nothing.
        files: `people`, `complaints` and `contacts`, for the customers who may be contacted.

    Returns:
        The activity: `campaign` is the one on the screen, `value` what it brings back.

    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=4000)
    >>> plan_return(pd.DataFrame(), spring).value["roi"]
    0.25
    """
    planned = plan_campaigns(load_plan(), example, house_terms(orders, **files))
    return PlanReturn(planned).kept(key)
