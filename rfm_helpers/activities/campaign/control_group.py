"""A group reached beside its control group."""

from __future__ import annotations

import ipywidgets as w

from rfm_helpers.activities.base import Activity, labelled, stacked, wrapped
from rfm_helpers.activities.campaign.inputs import sentence_lines
from rfm_helpers.activities.number_fields import NumberField, cleared_if_refused
from rfm_helpers.analysis.campaign.uplift import compare_groups
from rfm_helpers.french.numbers import number, points
from rfm_helpers.plots.live_campaign import UpliftFigure
from rfm_helpers.plots.style import picture


class ControlGroup(Activity):
    """Two rows of numbers → the uplift, its interval and what one may conclude."""

    purpose = "comparer les deux groupes"

    def __init__(self, counts: tuple[int, int, int, int]) -> None:
        super().__init__()
        self._figure = UpliftFigure()
        responded, reached, control_responded, control = counts
        self.fields = {
            "reached": _count_field("Clients touchés", reached),
            "responded": _count_field("dont ont commandé", responded),
            "control": _count_field("Témoins tirés au sort", control),
            "control_responded": _count_field("dont ont commandé (témoin)", control_responded),
        }
        self.result_area, self.figure_area = w.HTML(), w.HTML()
        self._draw()
        fields = list(self.fields.values())
        self.show(
            wrapped(stacked(*fields[:2], basis="19em"), stacked(*fields[2:], basis="19em")),
            self.figure_area,
            self.result_area,
            self.message_area,
        )
        self.react(fields, self.refresh)

    @property
    def value(self) -> dict[str, float]:
        """The uplift and the two ends of its interval (shares)."""
        return {"uplift": self.found.uplift, "low": self.found.low, "high": self.found.high}

    def refresh(self) -> None:
        """Compare again; with counts that do not fit, the picture goes away."""
        with cleared_if_refused(self.figure_area, self.result_area):
            self._draw()

    def _draw(self) -> None:
        counts = {name: int(field.read()) for name, field in self.fields.items()}
        self.found = compare_groups(**counts, at_random=True)
        self.png = self._figure.update(self.found)
        self.figure_area.value = picture(self.png, self._figure.alternative)
        self.result_area.value = sentence_lines(self.sentences)

    @property
    def sentences(self) -> list[str]:
        """The two shares, the uplift, and what one may conclude."""
        found = self.found
        rates = (
            f"Sur 100 clients touchés, {number(100 * found.reached_rate, 1)} ont commandé ; "
            f"sur 100 témoins, {number(100 * found.control_rate, 1)}."
        )
        if found.low > 0:
            advice = (
                "Tout l’intervalle est au-dessus de zéro : retenez l’effet, et son bas "
                f"({points(found.low)}) si vous êtes prudent. Cela ne vaut que "
                "si le hasard a fait les groupes."
            )
        elif found.high < 0:
            advice = "Tout l’intervalle est sous zéro : l’action a éloigné des clients."
        else:
            advice = (
                "Zéro est dans l’intervalle : ne dites ni que l’action a un effet, ni qu’elle "
                "n’en a pas. Il faut plus de clients, ou une action qui change davantage."
            )
        return [rates, str(found), advice]

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The four numbers."""
        return dict(self.fields)

    def fallback(self) -> dict[str, str]:
        """The figure of the numbers on the screen."""
        return {"text/html": self.figure_area.value}


def _count_field(label: str, value: int) -> NumberField:
    return NumberField(label, 0, 10_000_000, whole=True, value=value, **labelled(width="auto"))


def control_group(
    counts: tuple[int, int, int, int] = (45, 100, 33, 100), *, key: str = ""
) -> ControlGroup:
    """Compare customers reached with a control group: uplift, interval, conclusion.

    Args:
        counts: to start with: customers reached who ordered, customers reached, customers of the
            control group who ordered, customers of the control group.
        key: where to keep the numbers ("07_rentabilite/temoin"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the uplift and its interval.

    Raises:
        CourseError: as `compare_groups`.

    >>> round(control_group((56, 70, 48, 80)).value["uplift"], 2)
    0.2
    """
    return ControlGroup(counts).kept(key)
