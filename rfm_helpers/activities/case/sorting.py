"""Sorting sentences among a few answers: a diagnosis, or claims to check."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, button, labelled
from rfm_helpers.catalog.drills import Drill, DrillChoice, DrillItem, load_drill
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import outcome_panel

VERIFIED = "verified"


class SortingCard:
    """One sentence on the screen: its answer and what is said of it."""

    def __init__(
        self, item: DrillItem, choices: tuple[DrillChoice, ...], label: str, rank: int
    ) -> None:
        self._rank, self._title = rank, w.HTML()
        self.show_item(item)
        self._labels = {choice.id: choice.label for choice in choices}
        self.field = w.Dropdown(
            options={"(à choisir)": "", **{choice.label: choice.id for choice in choices}},
            value="",
            description=french(f"{label} :"),
            tooltip=f"{label}, phrase {rank}",
            **labelled(width="30em", max_width="100%"),
        )
        self.feedback = w.HTML()
        self.widget = w.VBox([self._title, self.field, self.feedback])

    def show_item(self, item: DrillItem) -> None:
        """Put a sentence on the card; what was verified of the one before is forgotten."""
        self.item, self.verified = item, False
        self._title.value = (
            f'<p style="max-width:46em;margin:12px 0 2px"><strong>{self._rank}.</strong> '
            f"{escape(item.text)}</p>"
        )

    @property
    def outcome(self) -> Outcome:
        """What became of the answer, once verified."""
        if not self.verified or not self.field.value:
            return Outcome.NOT_STARTED
        return Outcome.SUCCESS if self.field.value in self.item.right else Outcome.REVIEW

    def show_feedback(self) -> None:
        """Say what the answer is worth, or take that away when it was not verified."""
        choice = self.field.value
        panel = ""
        if self.verified and choice:
            title = f"« {self._labels[choice]} »"
            panel = announced(outcome_panel(self.outcome, title, self.item.feedback[choice]))
        self.feedback.value = panel


class Sorter(Activity):
    """Sentences sorted one by one; each answer gets its own feedback, once all are verified."""

    def __init__(self, drill: Drill, *, label: str, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose
        self.cards = {
            item.id: SortingCard(item, drill.choices, label, rank)
            for rank, item in enumerate(drill.items, 1)
        }
        self.check_button = button("Vérifier", main=True)
        self.check_button.tooltip = "Vérifier les réponses données"
        self.summary_area = w.HTML()
        for card in self.cards.values():
            self._wire(card)
        self.check_button.on_click(self.guarded(self.verify))
        self.refresh()
        self.show(
            *(card.widget for card in self.cards.values()),
            self.check_button,
            self.summary_area,
            self.message_area,
        )

    def _wire(self, card: SortingCard) -> None:
        def forget() -> None:
            card.verified = False
            card.show_feedback()
            self._summarise()

        self.react([card.field], forget)

    def verify(self) -> None:
        """Judge the answers given so far; the others stay open."""
        for card in self.cards.values():
            card.verified = bool(card.field.value)
        self.refresh()

    def refresh(self) -> None:
        """Show the feedback of what was verified, and how far the learner is."""
        for card in self.cards.values():
            card.show_feedback()
        self._summarise()

    def _summarise(self) -> None:
        self.summary_area.value = announced(f"<strong>{self.summary}</strong>")

    @property
    def summary(self) -> str:
        """How far the learner is: « Réponses vérifiées : 4 sur 9. À revoir : 1. »."""
        verified = [card.outcome for card in self.cards.values() if card.verified]
        return french(
            f"Réponses vérifiées : {len(verified)} sur {len(self.cards)}. "
            f"À revoir : {verified.count(Outcome.REVIEW)}."
        )

    @property
    def value(self) -> dict[str, str]:
        """The answers, by sentence; empty where there is none."""
        return {name: card.field.value for name, card in self.cards.items()}

    @property
    def results(self) -> dict[str, Outcome]:
        """The outcomes of the answers verified so far."""
        return {name: card.outcome for name, card in self.cards.items() if card.verified}

    def state(self) -> dict[str, Any]:
        """Each answer, and whether it was verified."""
        return {name: [card.field.value, card.verified] for name, card in self.cards.items()}

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these answers again, with the feedback of those that were verified."""
        for name, card in self.cards.items():
            answer, verified = answers[name]
            known = answer in card.item.feedback
            card.field.value = answer if known else ""
            card.verified = known and verified is True
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The sentences as a list, to read before running the cell."""
        items = "".join(f"<li>{escape(card.item.text)}</li>" for card in self.cards.values())
        return {"text/html": f"<ol>{items}</ol><p>Exécutez cette cellule pour {self.purpose}.</p>"}


def diagnose_case(*, key: str = "") -> Sorter:
    """Sort what is said of Marc Morel: a strength, a point to improve, or not in the data.

    Args:
        key: where to keep the answers ("05_marc_morel/diagnostic"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    >>> diagnose_case().value["silence"]
    ''
    """
    drill = load_drill("05_diagnostic")
    return Sorter(drill, label="Votre diagnostic", purpose="poser votre diagnostic").kept(key)


def spot_slips(*, key: str = "") -> Sorter:
    """Check the slides' claims on Marc Morel: which hold, and which are to be corrected?

    Args:
        key: where to keep the answers ("05_marc_morel/relecture"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the answers, `results` the outcomes of those verified.

    >>> len(spot_slips().value)
    8
    """
    return Sorter(load_drill("05_lapsus"), label="Votre avis", purpose="relire").kept(key)
