"""The inputs of an action between two ends each: which matters most, and the risk of a loss."""

from __future__ import annotations

import math
from collections.abc import Mapping

import ipywidgets as w

from rfm_helpers.activities.base import Activity, stacked, wrapped
from rfm_helpers.activities.campaign.inputs import INPUTS, factor, number_field, sentence_lines
from rfm_helpers.activities.number_fields import NumberField, cleared_if_refused
from rfm_helpers.analysis.campaign.account import Campaign, input_fields
from rfm_helpers.analysis.campaign.uncertainty import Range, simulate_roi, tornado
from rfm_helpers.french.words import french
from rfm_helpers.plots.live_campaign import TornadoFigure
from rfm_helpers.plots.style import picture

ENDS = ("Au plus bas :", "Au plus haut :")


class TornadoExplorer(Activity):
    """The ends of each range → the tornado of the net gain and the interval of the ROI."""

    purpose = "chercher l’hypothèse qui compte le plus"

    def __init__(self, campaign: Campaign, ranges: Mapping[str, Range]) -> None:
        super().__init__()
        ranges = input_fields(ranges)
        tornado(campaign, ranges)  # refuses what no field could show
        self._campaign = campaign
        self._figure = TornadoFigure(len(ranges))
        self.fields = {name: tuple(_end_field(name, end) for end in ENDS) for name in ranges}
        for name, fields in self.fields.items():
            for field, value, outwards in zip(
                fields, ranges[name], (math.floor, math.ceil), strict=True
            ):
                shown = outwards(round(100 * value * factor(name), 6)) / 100
                field.lowest = min(field.lowest, shown)
                field.highest = max(field.highest, shown)
                field.value = shown
        self.result_area, self.figure_area = w.HTML(), w.HTML()
        self._draw()
        self.show(
            wrapped(*(_group(name, fields) for name, fields in self.fields.items())),
            self.figure_area,
            self.result_area,
            self.message_area,
        )
        self.react(self.kept_fields.values(), self.refresh)

    @property
    def ranges(self) -> dict[str, Range]:
        """The lowest and highest value of each input."""
        return {
            name: (low.read() / factor(name), high.read() / factor(name))
            for name, (low, high) in self.fields.items()
        }

    @property
    def value(self) -> dict[str, float]:
        """How far each input moves the net gain (euros), the widest first."""
        table = tornado(self._campaign, self.ranges)
        return dict(zip(table["champ"], table["ecart"], strict=True))

    def refresh(self) -> None:
        """Compute again; with ranges that do not fit, the picture goes away."""
        with cleared_if_refused(self.figure_area, self.result_area):
            self._draw()

    def _draw(self) -> None:
        ranges = self.ranges
        simulation = simulate_roi(self._campaign, ranges)
        self.png = self._figure.update(tornado(self._campaign, ranges))
        self.figure_area.value = picture(self.png, self._figure.alternative)
        self.result_area.value = sentence_lines([self._figure.alternative, str(simulation)])

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """Both ends of each range."""
        return {
            f"{name}_{end}": field
            for name, fields in self.fields.items()
            for end, field in zip(("bas", "haut"), fields, strict=True)
        }

    def fallback(self) -> dict[str, str]:
        """The figure of the ranges on the screen."""
        return {"text/html": self.figure_area.value}


def _end_field(name: str, end: str) -> NumberField:
    field = number_field(name)
    field.label = f"{INPUTS[name][0]}, {end.removesuffix(' :').lower()}"
    field.description = french(end)
    field.tooltip = field.label
    return field


def _group(name: str, fields: tuple[w.Widget, ...]) -> w.Widget:
    title = w.HTML(f"<strong>{INPUTS[name][0]}</strong>")
    return stacked(title, *fields, basis="14em")


def tornado_explorer(
    campaign: Campaign, ranges: Mapping[str, Range], *, key: str = ""
) -> TornadoExplorer:
    """Change the ends of each range; see which input matters most, and the risk of a loss.

    Args:
        campaign: the action, with the most likely values.
        ranges: lowest and highest value, by field of `Campaign` or by its name in `campagne`.
        key: where to keep the ends ("07_rentabilite/tornade"); an empty one keeps nothing.

    Returns:
        The activity: `value` gives how far each input moves the net gain (euros).

    Raises:
        CourseError: as `rfm_helpers.analysis.campaign.uncertainty.tornado` and `simulate_roi`.

    >>> spring = Campaign(reached=200, uplift=0.05, basket=1000, margin_rate=0.5, cost=4000)
    >>> ranges = {"cost": (3500, 5000), "uplift": (0.02, 0.08)}
    >>> tornado_explorer(spring, ranges).value
    {'uplift': 6000.0, 'cost': 1500.0}
    """
    return TornadoExplorer(campaign, ranges).kept(key)
