"""From cost to return: the return explorer, the discount trap and the control group."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import (
    Activity,
    Judged,
    announced,
    button,
    labelled,
    picture,
    stacked,
    wrapped,
)
from rfm_helpers.analysis.campaign import (
    Campaign,
    break_even,
    campaign_account,
    compare_groups,
    discount_price,
    incremental_margin,
    roi,
)
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, number, percent, points
from rfm_helpers.french.words import french
from rfm_helpers.plots.live_campaign import DiscountFigure, ReturnFigure, UpliftFigure
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import outcome_panel

FREE = "vos propres valeurs"
SECTION_DISCOUNT = "Le vrai prix d’une remise de 15 %"
#: By input of `Campaign`: label, highest value, step, whether it is a share shown as a percentage.
INPUTS = {
    "reached": ("Clients touchés", 10_000.0, 1.0, False),
    "uplift": ("Hausse de réponse (points)", 300.0, 0.5, True),
    "basket": ("Panier moyen (€ HT)", 20_000.0, 50.0, False),
    "margin_rate": ("Taux de marge (%)", 95.0, 1.0, True),
    "cost": ("Coût de l’action (€ HT)", 1_000_000.0, 100.0, False),
    "discount": ("Remise (%)", 90.0, 1.0, True),
    "baseline": ("Venues de toute façon (%)", 300.0, 1.0, True),
}
#: The inputs that also have a slider, and how far it goes.
SLIDERS = {"uplift": 60.0, "margin_rate": 95.0, "discount": 50.0}


class ReturnExplorer(Activity):
    """The inputs of an action → its account, ROI and break-even, on a live figure."""

    purpose = "explorer la rentabilité"

    def __init__(self, actions: Mapping[str, Campaign]) -> None:
        if not actions:
            raise CourseError("Aucune action à explorer : donnez-en une au moins.")
        super().__init__()
        self._actions = dict(actions)
        self._figure = ReturnFigure()
        self._filling = False
        self.action = w.Dropdown(
            options=[*self._actions, FREE],
            description=french("Partir de :"),
            **labelled(width="auto"),
        )
        self.fields = {name: number_field(name) for name in INPUTS}
        self.figure_area, self.result_area, self.account_area = w.HTML(), w.HTML(), w.HTML()
        self._fill()
        self._draw()
        self._lay_out()
        self.react([self.action], self._take)
        self.react(self.fields.values(), self._change)

    def _lay_out(self) -> None:
        inputs = wrapped(
            *(
                stacked(field, *([_slider(name, field)] if name in SLIDERS else []), basis="15em")
                for name, field in self.fields.items()
            )
        )
        self.show(
            wrapped(
                stacked(self.action, inputs, self.message_area, basis="20em"),
                stacked(self.result_area, self.figure_area, basis="26em", grow=2),
            ),
            self.account_area,
        )

    def _take(self) -> None:
        self._fill()
        self._draw()

    def _fill(self) -> None:
        """Put the values of the action chosen in the fields."""
        if self.action.value == FREE:
            return
        campaign = self._actions[self.action.value]
        self._filling = True
        for name, field in self.fields.items():
            field.value = round(getattr(campaign, name) * factor(name), 2)
        self._filling = False

    def _change(self) -> None:
        if self._filling:
            return
        if self.action.value != FREE:
            self._filling = True
            self.action.value = FREE
            self._filling = False
        self._draw()

    @property
    def campaign(self) -> Campaign:
        """The action on the screen."""
        return Campaign(**{name: field.value / factor(name) for name, field in self.fields.items()})

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
        self._draw()

    def _draw(self) -> None:
        campaign = self.campaign
        self.png = self._figure.update(campaign)
        self.figure_area.value = picture(self.png, self._figure.alternative)
        self.result_area.value = status_lines(self.sentences)
        self.account_area.value = _account(campaign)

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The action started from and every input."""
        return {"action": self.action, **self.fields}

    def fallback(self) -> dict[str, Any]:
        """The figure of the inputs on the screen."""
        return {"image/png": self.png}


class DiscountTrap(Judged):
    """Bet on what a discount takes in extra orders, then see it."""

    purpose = "parier sur une remise"

    def __init__(self, rates: Mapping[str, float]) -> None:
        if not rates:
            raise CourseError("Aucun taux de marge à essayer : donnez-en un au moins.")
        super().__init__()
        self._figure = DiscountFigure()
        wide = labelled(width="26em", max_width="100%")
        self.rate = w.Dropdown(
            options={f"{name} ({percent(rate, 1)})": rate for name, rate in rates.items()},
            description=french("Taux de marge :"),
            **wide,
        )
        self.discount = w.BoundedFloatText(
            value=15, min=1, max=90, step=1, description=french("Remise (%) :"), **wide
        )
        self.bet = w.BoundedIntText(
            value=0,
            min=0,
            max=10_000,
            description=french("Votre pari, en commandes au lieu de 100 :"),
            **wide,
        )
        self.check_button = button("Vérifier mon pari", main=True)
        self.feedback, self.figure_area = w.HTML(), w.HTML()
        self.outcome = Outcome.NOT_STARTED
        self.show(
            self.rate,
            self.discount,
            self.bet,
            self.check_button,
            self.feedback,
            self.figure_area,
            self.message_area,
        )
        self.react([self.rate, self.discount, self.bet], self.forget)
        self.check_button.on_click(self.guarded(self.verify))

    @property
    def value(self) -> dict[str, float]:
        """The margin rate and the discount (shares), and the bet (orders instead of 100)."""
        return {
            "margin_rate": self.rate.value,
            "discount": self.discount.value / 100,
            "bet": self.bet.value,
        }

    def refresh(self) -> None:
        """Show the feedback and the curve of a bet that was verified."""
        self.outcome, text = self._judge() if self._verified else (Outcome.NOT_STARTED, "")
        self.feedback.value = (
            announced(outcome_panel(self.outcome, "Votre pari", text)) if text else ""
        )
        shown = self.outcome is not Outcome.NOT_STARTED
        self.figure_area.value = self._curve() if shown else ""

    def _curve(self) -> str:
        png = self._figure.update(self.discount.value / 100, self.rate.value)
        return picture(png, self._figure.alternative)

    def _judge(self) -> tuple[Outcome, str]:
        if not self.bet.value:
            return Outcome.NOT_STARTED, french(
                "Écrivez un nombre de commandes : combien en faut-il pour gagner autant qu’avec "
                "100 commandes sans remise ? S’il n’y en a aucun, écrivez 10\u202f000."
            )
        discount, rate, bet = self.discount.value / 100, self.rate.value, self.bet.value
        price = discount_price(discount, rate)
        if price.value is None:
            right = bet == self.bet.max
            advice = "" if right else " Avez-vous comparé la remise au taux de marge ?"
            return (Outcome.SUCCESS if right else Outcome.REVIEW), french(f"{price}{advice}")
        needed = math.ceil(round(100 * (1 + price.value), 9))
        if abs(bet - needed) <= 0.05 * needed:
            return Outcome.SUCCESS, french(
                f"{price} Remarquez : la remise de {percent(discount)} enlève "
                f"{percent(discount / rate)} de la marge de chaque commande."
            )
        return Outcome.REVIEW, french(_discount_mistake(bet, needed, discount))

    def state(self) -> dict[str, Any]:
        """The fields, and whether the bet was verified."""
        return {
            "rate": self.rate.label,
            "discount": self.discount.value,
            "bet": self.bet.value,
            "verified": self._verified,
        }

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show this bet again, with its feedback if it was verified."""
        if answers["rate"] in [label for label, _ in _pairs(self.rate)]:
            self.rate.label = answers["rate"]
        self.discount.value = answers["discount"]
        self.bet.value = answers["bet"]
        self._verified = answers["verified"] is True
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The question, to read before running the cell."""
        return {
            "text/html": "<p>Combien de commandes avec une remise de 15\u00a0% rapportent autant "
            "que 100\u00a0commandes sans remise\u00a0?</p>"
            f"<p>Exécutez cette cellule pour {self.purpose}.</p>"
        }


class ControlGroup(Activity):
    """Two rows of numbers → the uplift, its interval and what one may conclude."""

    purpose = "comparer les deux groupes"

    def __init__(self, counts: tuple[int, int, int, int]) -> None:
        super().__init__()
        self._figure = UpliftFigure()
        names = {
            "reached": "Clients touchés",
            "responded": "dont ont commandé",
            "control": "Clients du groupe témoin",
            "control_responded": "dont ont commandé (témoin)",
        }
        responded, reached, control_responded, control = counts
        start = dict(zip(names, (reached, responded, control, control_responded), strict=True))
        self.fields = {
            name: w.BoundedIntText(
                value=start[name],
                min=0,
                max=10_000_000,
                description=french(f"{label} :"),
                **labelled(width="auto"),
            )
            for name, label in names.items()
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
        self.figure_area.value = self.result_area.value = ""
        self._draw()

    def _draw(self) -> None:
        counts = {name: field.value for name, field in self.fields.items()}
        self.found = compare_groups(**counts)
        self.png = self._figure.update(self.found)
        self.figure_area.value = picture(self.png, self._figure.alternative)
        self.result_area.value = status_lines(self.sentences)

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

    def fallback(self) -> dict[str, Any]:
        """The figure of the numbers on the screen."""
        return {"image/png": self.png}


def factor(name: str) -> int:
    """By what a field multiplies an input of a campaign: a share is shown as a percentage."""
    return 100 if INPUTS[name][3] else 1


def number_field(name: str) -> w.BoundedFloatText:
    """A field for an input of a campaign."""
    label, highest, step, _ = INPUTS[name]
    lowest = -50.0 if name == "margin_rate" else 0.0
    return w.BoundedFloatText(
        min=lowest,
        max=highest,
        step=step,
        description=french(f"{label} :"),
        **labelled(width="auto"),
    )


def _slider(name: str, field: w.BoundedFloatText) -> w.FloatSlider:
    """A slider tied to a number field, which says what it is and shows the value."""
    slider = w.FloatSlider(
        min=0, max=SLIDERS[name], step=field.step, readout=False, layout=w.Layout(width="auto")
    )
    slider.tooltip = INPUTS[name][0]

    def place() -> float:
        """Where the slider stands for the field: a multiple of its step, within its ends."""
        step = float(field.step)
        nearest: float = round(field.value / step) * step
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


def status_lines(sentences: list[str]) -> str:
    """Sentences as paragraphs, announced when they change."""
    items = "".join(f'<p style="margin:6px 0">{escape(french(text))}</p>' for text in sentences)
    return announced(items)


def _account(campaign: Campaign) -> str:
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
    caption = '<caption style="text-align:left;font-weight:600">Le compte de l’action</caption>'
    return f"<table>{caption}<tbody>{''.join(rows)}</tbody></table>"


def _discount_mistake(bet: float, needed: int, discount: float) -> str:
    """The likely mistake behind a bet, as a question."""
    where = f" Relisez « {SECTION_DISCOUNT} »."
    simple = {round(100 * (1 + discount)), round(100 / (1 - discount))}
    if round(bet) in simple:
        return (
            "Avez-vous fait porter la remise sur le prix ? Elle se prend tout entière sur la "
            f"marge.{where}"
        )
    if bet < 100:
        return f"Chaque commande rapporte moins : en faut-il moins, ou plus de 100 ?{where}"
    if bet < needed:
        return f"Plus que cela. Que reste-t-il de la marge d’une commande, après la remise ?{where}"
    return f"Moins que cela. Divisez la marge sans remise par la marge qui reste.{where}"


def _pairs(field: w.Dropdown) -> list[tuple[str, Any]]:
    return list(field.options.items()) if isinstance(field.options, dict) else list(field.options)


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


def discount_trap(rates: Mapping[str, float], *, key: str = "") -> DiscountTrap:
    """Bet on the orders that a discount takes to earn as much as before.

    Args:
        rates: margin rates to try (shares), by name.
        key: where to keep the bet ("07_rentabilite/remise"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the bet, `outcome` what it is worth once verified.

    Raises:
        CourseError: no margin rate.

    >>> discount_trap({"Montres": 0.43}).value["discount"]
    0.15
    """
    return DiscountTrap(rates).kept(key)


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
