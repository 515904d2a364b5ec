"""The return explorer: from an action's inputs to its account, its ROI and its break-even."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, labelled, stacked, wrapped
from rfm_helpers.activities.campaign.inputs import (
    INPUTS,
    SLIDERS,
    factor,
    make_slider,
    number_field,
    sentence_lines,
)
from rfm_helpers.activities.number_fields import cleared_if_refused
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.campaign.account import (
    Campaign,
    break_even,
    campaign_account,
    incremental_margin,
    roi,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, number
from rfm_helpers.french.words import french
from rfm_helpers.plots.live_campaign import ReturnFigure
from rfm_helpers.plots.style import picture

FREE = "vos propres valeurs"
REPLACED = "Les valeurs de cette action ont remplacé les vôtres."


class ReturnExplorer(Activity):
    """The inputs of an action → its account, ROI and break-even, on a live figure."""

    purpose = "explorer la rentabilité"
    #: What may be chosen beside the actions.
    further: tuple[str, ...] = (FREE,)
    #: Whether the learner changed a value since an action was chosen.
    _own = False

    def __init__(self, actions: Mapping[str, Campaign]) -> None:
        if not actions:
            raise CourseError("Aucune action à explorer : donnez-en une au moins.")
        super().__init__()
        self._actions = dict(actions)
        self._figure = ReturnFigure()
        self.action = w.Dropdown(
            options=[*self._actions, *self.further],
            description=french("Partir de :"),
            **labelled(width="auto"),
        )
        self.fields = {name: number_field(name) for name in INPUTS}
        self.figure_area, self.result_area, self.account_area = w.HTML(), w.HTML(), w.HTML()
        self.undo = Undo(self)
        self._fill()
        self._draw()
        self._lay_out()
        self.react([self.action], self._take)
        self.react(self.fields.values(), self._change)

    def _lay_out(self) -> None:
        for field in self.fields.values():
            field.add_class("rfm-above")
        inputs = wrapped(
            *(
                stacked(
                    field, *([make_slider(name, field)] if name in SLIDERS else []), basis="15em"
                )
                for name, field in self.fields.items()
            )
        )
        self.show(
            wrapped(
                stacked(self.action, self.undo.widget, inputs, self.message_area, basis="20em"),
                stacked(self.result_area, self.figure_area, basis="26em", grow=2),
            ),
            self.account_area,
        )

    def _take(self) -> None:
        before = {name: field.value for name, field in self.fields.items()}
        self._fill()
        self._draw()
        if self._own and self.action.value != FREE:
            self.undo.offer(REPLACED, lambda: self._put_back(before))
        self._own = False

    def _put_back(self, values: Mapping[str, float]) -> None:
        """Show values of the learner's own again."""
        with self.asleep():
            for name, value in values.items():
                self.fields[name].value = value
        self._change()

    def _fill(self) -> None:
        """Put the values of the action chosen in the fields."""
        if self.action.value == FREE:
            return
        campaign = self._actions[self.action.value]
        with self.asleep():
            for name, field in self.fields.items():
                field.value = round(getattr(campaign, name) * factor(name), 2)

    def _change(self) -> None:
        with self.asleep():
            self.action.value = FREE
        self._own = True
        self._draw()

    @property
    def campaign(self) -> Campaign:
        """The action on the screen."""
        return Campaign(
            **{name: field.read() / factor(name) for name, field in self.fields.items()}
        )

    @property
    def value(self) -> dict[str, Any]:
        """Margin (euros), ROI and break-even (shares, or nothing where they do not exist)."""
        campaign = self.campaign
        margin = incremental_margin(campaign)
        return {
            "margin": margin,
            "roi": roi(margin, campaign.cost).value,
            "break_even": break_even(campaign).value,
        }

    @property
    def sentences(self) -> list[str]:
        """What follows from the inputs: the margin, the ROI, the break-even."""
        campaign = self.campaign
        margin = incremental_margin(campaign)
        return [
            f"Marge incrémentale : {euros(margin)}, pour un coût de {euros(campaign.cost)}.",
            str(roi(margin, campaign.cost)),
            str(break_even(campaign)),
        ]

    def refresh(self) -> None:
        """Redraw for the fields on the screen."""
        self.undo.forget()
        self._own = self.action.value == FREE
        self._draw()

    def _draw(self) -> None:
        with cleared_if_refused(self.figure_area, self.result_area, self.account_area):
            campaign = self.campaign
        self.png = self._figure.update(campaign)
        self.figure_area.value = picture(self.png, self._figure.alternative)
        self.result_area.value = sentence_lines(self.sentences)
        self.account_area.value = account_html(campaign)

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The action started from and every input."""
        return {"action": self.action, **self.fields}

    def fallback(self) -> dict[str, str]:
        """The figure of the inputs on the screen."""
        return {"text/html": self.figure_area.value}


def account_html(campaign: Campaign) -> str:
    """The account of an action, as a table with a caption."""
    rows: list[str] = []
    account = campaign_account(campaign)
    for line, value in zip(account["ligne"].tolist(), account["valeur"].tolist(), strict=True):
        shown = euros(value) if rows else number(value, 1)
        strong = "font-weight:600;" if line in {"Marge incrémentale", "Gain net"} else ""
        rows.append(
            f'<tr style="{strong}"><th scope="row" style="text-align:left;font-weight:inherit;'
            f'padding:2px 16px 2px 0">{escape(line)}</th>'
            f'<td style="text-align:right;padding:2px 0">{shown}</td></tr>'
        )
    title = french("Le compte de l’action, en € HT")
    caption = f'<caption style="text-align:left;font-weight:600">{title}</caption>'
    return f"<table>{caption}<tbody>{''.join(rows)}</tbody></table>"


def return_explorer(actions: Mapping[str, Campaign], *, key: str = "") -> ReturnExplorer:
    """Change the inputs of an action and see its margin, its ROI and its break-even.

    Args:
        actions: the actions that one may start from, by name.
        key: where to keep the inputs ("07_rentabilite/retour"); an empty one keeps nothing.

    Returns:
        The activity: `campaign` is the action on the screen, `value` what it brings back.

    Raises:
        CourseError: no action.

    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=4000)
    >>> return_explorer({"Printemps": spring}).value["roi"]
    0.25
    """
    return ReturnExplorer(actions).kept(key)
