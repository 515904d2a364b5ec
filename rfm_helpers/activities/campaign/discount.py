"""The true price of a discount."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import button, labelled
from rfm_helpers.activities.cards import Judged
from rfm_helpers.activities.number_fields import NumberField
from rfm_helpers.analysis.campaign.account import discount_price
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import number, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.plots.live_campaign import DiscountFigure
from rfm_helpers.plots.style import picture
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import outcome_panel

#: What one writes for « no number of orders is enough ».
NEVER = 10_000
SECTION_DISCOUNT = "Le vrai prix d’une remise de 15 %"


class DiscountTrap(Judged):
    """Bet on what a discount takes in extra orders, then see it."""

    purpose = "parier sur une remise"

    def __init__(self, rates: Mapping[str, float]) -> None:
        if not rates:
            raise CourseError("Aucun taux de marque à essayer : donnez-en un au moins.")
        super().__init__(button("Vérifier mon pari", main=True))
        self._figure = DiscountFigure()
        self._build_fields(rates)
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
        self.live_in(self)

    def _build_fields(self, rates: Mapping[str, float]) -> None:
        wide = labelled(width="26em", max_width="100%")
        self.rate = w.Dropdown(
            options={f"{name} ({percent(rate, 1)})": rate for name, rate in rates.items()},
            description=french("Taux de marque :"),
            **wide,
        )
        self.discount = NumberField("Remise (%)", 1, 90, step=1, value=15, **wide)
        label = "Votre pari, en commandes au lieu de 100"
        self.bet = NumberField(label, 0, NEVER, whole=True, **wide)
        self.figure_area = w.HTML()

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The rate, the discount and the bet."""
        return self.rate, self.discount, self.bet

    @property
    def value(self) -> dict[str, float]:
        """The margin rate and the discount (shares), and the bet (orders instead of 100)."""
        return {
            "margin_rate": self.rate.value,
            "discount": self.discount.read() / 100,
            "bet": self.bet.read(),
        }

    def refresh(self) -> None:
        """Show the feedback and the curve of a bet that was verified."""
        self.outcome = Outcome.NOT_STARTED
        super().refresh()
        shown = self.outcome is not Outcome.NOT_STARTED
        self.figure_area.value = self._curve() if shown else ""
        self._check()

    def _check(self) -> None:
        """Refuse numbers out of their bounds (`CourseError`)."""
        for field in (self.discount, self.bet):
            field.read()

    def verdict(self) -> str:
        """What the bet is worth."""
        self.outcome, text = self._judge()
        return outcome_panel(self.outcome, "Votre pari", text)

    def _curve(self) -> str:
        png = self._figure.update(self.discount.read() / 100, self.rate.value)
        return picture(png, self._figure.alternative)

    def _judge(self) -> tuple[Outcome, str]:
        discount, rate, bet = self.discount.read() / 100, self.rate.value, self.bet.read()
        if not bet:
            return Outcome.NOT_STARTED, french(
                "Écrivez un nombre de commandes : combien en faut-il pour gagner autant qu’avec "
                f"100 commandes sans remise ? S’il n’y en a aucun, écrivez {number(NEVER)}."
            )
        price = discount_price(discount, rate)
        if price.value is None:
            right = bet == NEVER
            advice = "" if right else " Avez-vous comparé la remise au taux de marque ?"
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
        fields = {"rate": self.rate.label, "discount": self.discount.value, "bet": self.bet.value}
        return super().state() | fields

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show this bet again, with its feedback if it was verified."""
        if answers["rate"] in self.rate.options:
            self.rate.label = answers["rate"]
        self.discount.value = answers["discount"]
        self.bet.value = answers["bet"]
        super().restore(answers)

    def fallback(self) -> dict[str, str]:
        """The question, to read before running the cell."""
        return {
            "text/html": french(
                "<p>Combien de commandes avec une remise de 15 % rapportent autant "
                f"que {several(100, 'commande')} sans remise ?</p>"
            )
        }


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
