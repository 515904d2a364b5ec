"""The fields in which a campaign's inputs are set."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import labelled, status_lines
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french

#: By input of `Campaign`: label, highest value, step, whether it is a share shown as a percentage.
INPUTS = {
    "reached": ("Clients touchés", 10_000.0, 1.0, False),
    "uplift": ("Hausse de réponse (points)", 300.0, 0.5, True),
    "basket": ("Panier moyen (€ HT)", 20_000.0, 50.0, False),
    "margin_rate": ("Taux de marque (%)", 95.0, 1.0, True),
    "cost": ("Coût de l’action (€ HT)", 1_000_000.0, 100.0, False),
    "discount": ("Remise (%)", 90.0, 1.0, True),
    "baseline": ("Venues de toute façon (%)", 1_000.0, 1.0, True),
}
#: The inputs that also have a slider, and how far it goes.
SLIDERS = {"uplift": 60.0, "margin_rate": 95.0, "discount": 50.0}


def factor(name: str) -> int:
    """By what a field multiplies an input of a campaign: a share is shown as a percentage."""
    return 100 if INPUTS[name][3] else 1


def number_field(name: str) -> NumberField:
    """A field for an input of a campaign."""
    label, highest, step, _ = INPUTS[name]
    lowest = -50.0 if name == "margin_rate" else 0.0
    return NumberField(label, lowest, highest, step=step, **labelled(width="auto"))


def make_slider(name: str, field: NumberField) -> w.FloatSlider:
    """A slider tied to a number field, which says what it is and shows the value."""
    slider = w.FloatSlider(
        min=0, max=SLIDERS[name], step=field.step, readout=False, layout=w.Layout(width="auto")
    )
    slider.tooltip = INPUTS[name][0]

    def place() -> float:
        """Where the slider stands for the field: a multiple of its step, within its ends."""
        try:
            nearest = round(field.read() / field.step) * field.step
        except CourseError:
            return float(slider.value)
        return min(max(nearest, 0.0), SLIDERS[name])

    def follow(_: object = None) -> None:
        slider.value = place()

    def lead(change: dict[str, Any]) -> None:
        if not math.isclose(place(), change["new"], abs_tol=1e-6):
            field.value = round(change["new"], 2)

    follow()
    field.observe(follow, names="value")
    slider.observe(lead, names="value")
    return slider


def sentence_lines(sentences: Iterable[str]) -> str:
    """What follows from the inputs, as paragraphs that are announced when they change."""
    return status_lines(escape(french(sentence)) for sentence in sentences)
