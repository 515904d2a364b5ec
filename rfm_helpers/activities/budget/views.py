"""What stands beside the cost workshop and follows it: sources, costs left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import Activity, announced, bullets, button, wrapped
from rfm_helpers.activities.budget.rows import VERDICT, cost_sheet, research_mark
from rfm_helpers.activities.budget.workshop import MOST_LINES, CostWorkshop
from rfm_helpers.analysis.budget.plan import roll_up
from rfm_helpers.analysis.budget.typed_lines import TRACED, is_blank, line_state
from rfm_helpers.catalog import load_case
from rfm_helpers.french.numbers import euros
from rfm_helpers.french.words import french
from rfm_helpers.plots.tables import show_table
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import outcome_panel

SOURCED = (
    "Chaque prix a une source, une date et une fiabilité : quelqu’un d’autre peut le vérifier. "
    "Les lignes de fiabilité faible sont celles à surveiller."
)


class _View(Activity):
    """A second look at a workshop: it shows the same lines, which the workshop keeps."""

    def __init__(self, workshop: CostWorkshop) -> None:
        super().__init__()
        self.workshop = workshop
        self.export_button = button("Écrire mon budget en fichier Excel")
        self.export_button.on_click(workshop.guarded(self._export))

    def _export(self) -> None:
        self.workshop.export()

    @property
    def value(self) -> Any:
        """The workshop's lines."""
        return self.workshop.value

    @property
    def saved_area(self) -> list[w.Widget]:
        """Where the workshop says that it saved."""
        keeper = self.workshop.keeper
        return [] if keeper is None else [keeper.area]


class CostResearch(_View):
    """Each line of the action chosen with its price, source, date and reliability."""

    purpose = "noter vos sources"

    def __init__(self, workshop: CostWorkshop) -> None:
        super().__init__(workshop)
        names = [*TRACED, VERDICT]
        self.sheet = cost_sheet("Vos sources", names, most=MOST_LINES, full="", fixed=True)
        self.summary_area = w.HTML()
        workshop.show_in(self.sheet, research_mark)
        workshop.follow(self.refresh)
        workshop.refresh()
        self.show(
            workshop.action,
            self.sheet,
            self.summary_area,
            self.export_button,
            workshop.message_area,
            *self.saved_area,
        )

    def refresh(self) -> None:
        """Say how many lines can be checked."""
        self.summary_area.value = announced(self._summary())

    @property
    def results(self) -> tuple[int, int]:
        """How many lines begun of the action can be checked, and how many there are."""
        lines = [typed for typed in self.workshop.current if not is_blank(typed)]
        states = [line_state(typed) for typed in lines]
        return sum(not (state.remarks or state.flags) for state in states), len(states)

    def _summary(self) -> str:
        good, count = self.results
        if not count:
            return french("Aucune ligne commencée : dressez d’abord votre liste de coûts.")
        title = f"Lignes vérifiables : {good} sur {count}"
        if good < count:
            return outcome_panel(Outcome.REVIEW, title, "Lisez les remarques sous chaque ligne.")
        return outcome_panel(Outcome.SUCCESS, title, french(SOURCED))

    def fallback(self) -> dict[str, str]:
        """What is to be noted for each line."""
        what = "<p>Pour chaque ligne : un prix, sa source, sa date, sa fiabilité.</p>"
        return {"text/html": french(what)}


class LeftOutCosts(_View):
    """The actions that the case's table leaves out: what each costs so far, and its lines."""

    purpose = "chiffrer ce que le tableau oublie"

    def __init__(self, workshop: CostWorkshop, actions: Iterable[str]) -> None:
        super().__init__(workshop)
        self.actions = tuple(actions)
        self.buttons = {name: self._opener(name) for name in self.actions}
        self.table_area = w.HTML()
        workshop.follow(self.refresh)
        self.refresh()
        self.show(
            self.table_area,
            wrapped(*self.buttons.values()),
            workshop.editor,
            self.export_button,
            workshop.message_area,
            *self.saved_area,
        )

    def _opener(self, name: str) -> w.Button:
        opener = button(french(f"Chiffrer : {self.workshop.titles[name]}"))

        def choose() -> None:
            self.workshop.action.value = name

        opener.on_click(self.workshop.guarded(choose))
        return opener

    def refresh(self) -> None:
        """Show how far each action is."""
        self.table_area.value = announced(self._table())

    @property
    def progress(self) -> pd.DataFrame:
        """One row per action left out: its lines and its cost without VAT."""
        budget = self.workshop.budget
        names = [self.workshop.titles[name] for name in self.actions]
        costs = roll_up(budget).query("niveau == 'action'").set_index("action")["cout_ht"]
        lines = budget.lines.groupby("action").size()
        return pd.DataFrame(
            {
                "Action": names,
                "Lignes": [int(lines.get(name, 0)) for name in names],
                "Coût HT": [float(costs[name]) for name in names],
            }
        )

    def _table(self) -> str:
        table = self.progress
        done = int((table["Lignes"] > 0).sum())
        total = euros(float(table["Coût HT"].sum()), 2)
        caption = french(
            f"Ce que le tableau oublie : {done} sur {len(table)} chiffrées, {total} HT"
        )
        return show_table(table, caption, formats={"Coût HT": "euros"})._repr_html_()

    def fallback(self) -> dict[str, str]:
        """The actions to budget."""
        return {"text/html": bullets(self.workshop.titles[name] for name in self.actions)}


def research_costs(workshop: CostWorkshop) -> CostResearch:
    """Note the price, source, date and reliability of each line listed.

    Args:
        workshop: the output of `list_costs`; it keeps what is noted.

    Returns:
        The activity: `results` counts the lines that can be checked.

    >>> from rfm_helpers.activities.budget.workshop import list_costs
    >>> research_costs(list_costs("soiree_privee")).results
    (0, 0)
    """
    return CostResearch(workshop)


def cost_left_out(workshop: CostWorkshop) -> LeftOutCosts:
    """Budget the actions that the case's table leaves out.

    Args:
        workshop: the output of `list_costs`; it keeps the lines.

    Returns:
        The activity: `progress` says how far each action is.

    >>> from rfm_helpers.activities.budget.workshop import list_costs
    >>> len(cost_left_out(list_costs()).progress)
    4
    """
    return LeftOutCosts(workshop, load_case().table.left_out)
