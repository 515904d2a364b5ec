"""The learner's budget: list every cost of an action, research each, fill in what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, button, labelled, wrapped
from rfm_helpers.activities.budget.own_actions import (
    PEOPLE,
    WHERE,
    OwnActions,
    begun,
    learner_budget,
)
from rfm_helpers.activities.budget.places import LinePlaces, Past, offer_back
from rfm_helpers.activities.budget.rows import TOTAL, cost_mark, cost_sheet
from rfm_helpers.activities.budget.said import NO_LINE, judge_costs, totals_text
from rfm_helpers.activities.keeping import put
from rfm_helpers.activities.sheets.sheet import Mark, Sheet
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.budget.plan import Budget
from rfm_helpers.analysis.budget.typed_lines import COSTED, LABELS, line_state
from rfm_helpers.catalog import Statement, load_case
from rfm_helpers.documents.budget import write_budget
from rfm_helpers.documents.text import made
from rfm_helpers.documents.workbook import set_aside
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french, several
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.answers import answers_folder
from rfm_helpers.questions.model import outcome_panel
from rfm_helpers.questions.plan import OWN_ACTIONS, PlanAction, load_plan

MOST_LINES = 15
FILE_NAME = "06_budget.xlsx"
FULL = f"{MOST_LINES} lignes suffisent ici : regroupez-en deux, ou continuez dans le fichier Excel."
NO_ACTION = "Choisissez l’action à chiffrer : ses lignes de coût s’écriront ici."
EXPORTED = (
    "Votre budget est écrit dans « {name} » ({folder}). Ouvrez-le avec Excel ou "
    "LibreOffice : ses totaux sont des formules."
)
EARLIER = " Celui d’avant est gardé dans « {name} »."
TO_MEND = " À revoir : {count}, écrite{s} et marquée{s} dans la colonne « À revoir »."


class CostWorkshop(Activity):
    """The learner's actions and a case's: the lines and beneficiaries of each; totals follow."""

    purpose = "dresser votre liste de coûts"
    #: Where the means of the learner's strategy are written.
    where = WHERE

    def __init__(self, action: str, statement: Statement) -> None:
        super().__init__()
        self._case = {one.id: one.title for one in load_case().strategy.actions}
        self.own = OwnActions(self, statement, self._show_own, self.where)
        places = (*OWN_ACTIONS, *self._case)
        self._lines = {name: LinePlaces(name, MOST_LINES) for name in places}
        self._sheets: list[tuple[Sheet, Callable[[dict[str, Any]], Mark]]] = []
        self.people: dict[str, list[str]] = {name: ["", ""] for name in places}
        self.verified: set[str] = set()
        self._listeners: list[Any] = []
        #: The workbook as it was written last: one that is otherwise was changed, or is older.
        self._written = b""
        self._build_fields(action)
        self._lay_out()
        self._wire()
        self.refresh()

    def _build_fields(self, action: str) -> None:
        self.action = w.Dropdown(
            options={"(à choisir)": "", **self.own.options},
            value=action if action in self.titles else "",
            description=french("Action :"),
            **labelled(width="36em", max_width="100%"),
        )
        self.who = w.Dropdown(
            options=PEOPLE, description=french("Qui en profite :"), **labelled(width="18em")
        )
        self.count = TypedText(
            description=french("Combien :"), placeholder="20", **labelled(width="12em")
        )
        self.sheet = cost_sheet("Vos lignes de coût", [*COSTED, TOTAL], most=MOST_LINES, full=FULL)
        self.check_button = button("Vérifier ma liste", main=True)
        self.total_area, self.feedback = w.HTML(), w.HTML()
        self.undo = Undo(self)

    def _wire(self) -> None:
        self.react([self.action], self.refresh)
        self.own.rename_button.on_click(self.guarded(self._rename_own))
        self.own.remove_button.on_click(self.guarded(self._remove_own))
        self.react([self.who, self.count], self._show_totals, first=self._keep_people)
        self.show_in(self.sheet, cost_mark)
        self.checks(self.check_button, self.verify, [self.count])

    def _lay_out(self) -> None:
        self.people_row = wrapped(self.who, self.count)
        #: What several views show: the lines of the action chosen and their totals.
        self.editor = w.VBox(
            [
                self.own.widget,
                self.action,
                self.sheet,
                self.undo.widget,
                self.people_row,
                self.check_button,
                self.total_area,
                self.feedback,
            ],
            layout=w.Layout(width="100%"),
        )
        self.show(self.editor, self.message_area)

    # --- what the learner does --------------------------------------------------------------

    @property
    def titles(self) -> dict[str, str]:
        """The actions by their place: the learner's own, then the case's."""
        return self.own.titles | self._case

    def _show_own(self, name: str) -> None:
        """Choose an action that was just named."""
        self._offer_actions()
        self.action.value = name
        self.refresh()
        self.action.focus()

    def _offer_actions(self) -> None:
        """Let the learner choose among the actions that there are now."""
        chosen, options = self.action.value, {"(à choisir)": "", **self.own.options}
        if options != self.action.options:
            with self.asleep():
                self.action.options = options
                self.action.value = chosen if chosen in self.titles else ""

    def _rename_own(self) -> None:
        """Give an action of the learner's own another name; « Annuler » brings the old one back."""
        name = self.action.value
        before = self.own.titles[name]
        self.own.rename(name)

        def back() -> None:
            self.own.titles[name] = before
            self._show_own(name)

        self.undo.offer(f"« {before} » s’appelle maintenant « {self.own.titles[name]} ».", back)

    def _remove_own(self) -> None:
        """Take an action of the learner's own away, with its lines; « Annuler » brings it back."""
        name = self.action.value
        title, put_back = self.own.titles[name], self._take_out(name)
        self.refresh()

        def back() -> None:
            put_back()
            self._show_own(name)

        self.undo.offer(f"Action retirée de votre plan : « {title} ».", back)

    def _take_out(self, name: str) -> Callable[[], None]:
        """Empty the place of an action.

        Returns:
            What fills it again.
        """
        title, lines, people = self.own.titles.pop(name), self._lines[name], self.people[name]
        self._lines[name], self.people[name] = LinePlaces(name, MOST_LINES), ["", ""]
        self.verified.discard(name)

        def back() -> None:
            self.own.titles[name] = title
            self._lines[name], self.people[name] = lines, people

        return back

    @property
    def typed(self) -> dict[str, list[dict[str, Any]]]:
        """The lines of every action, as typed."""
        return {name: places.typed for name, places in self._lines.items()}

    @property
    def current(self) -> list[dict[str, Any]]:
        """The lines of the action chosen, as typed."""
        return self.typed.get(self.action.value, [])

    def show_in(self, sheet: Sheet, judge: Callable[[dict[str, Any]], Mark]) -> None:
        """Have a table show the lines of the action chosen, with marks, and change them."""
        self._sheets.append((sheet, judge))
        self.react([sheet], self._show_totals, first=lambda: self._take_in(sheet))

    def _take_in(self, sheet: Sheet) -> None:
        """Keep what was changed in a table; « Annuler » brings back what it replaced at once."""
        action, rows = self.action.value, sheet.value
        places = self._lines.get(action)
        change = places.change(rows) if places else None
        if places is None or change is None:
            self._show_rows()
            return
        if change.added and self.keeper is not None:  # another notebook's lines keep their places
            self.keeper.catch_up(self._places(action))
        labels = _labels(places.typed)
        past = places.apply(change)
        if _labels(places.typed) != labels:
            self._unsay()
        offer_back(self.undo, sheet, past, lambda: self._put_back(action, past))
        self._show_rows()

    def _put_back(self, action: str, past: list[Past]) -> None:
        """Show lines again as they were."""
        if not self._lines[action].put_back(past):
            raise CourseError(FULL)
        self.action.value = action
        self._unsay()
        self.refresh()

    def _unsay(self) -> None:
        """Take the verdict away: it is about another list than the one on the screen."""
        self.verified.discard(self.action.value)
        self.feedback.value = ""

    def verify(self) -> None:
        """Say which kinds of cost may be missing."""
        if not self.action.value:
            raise CourseError(NO_ACTION)
        self.verified.add(self.action.value)
        self._show_totals()

    def _keep_people(self) -> None:
        if self.action.value:
            self.people[self.action.value] = [self.who.value, self.count.value]

    # --- what the screen shows --------------------------------------------------------------

    def refresh(self) -> None:
        """Show the lines of the action chosen, and what follows from them."""
        self._offer_actions()
        self.own.refresh(self.action.value)
        self.people_row.layout.display = "flex" if self.action.value else "none"
        who, count = self.people.get(self.action.value, ["", ""])
        with self.asleep():
            put(self.who, who)
            put(self.count, count)
        self._show_rows()
        self._show_totals()

    def _show_rows(self) -> None:
        """Have the tables show the lines of the action chosen."""
        places = self._lines.get(self.action.value)
        with self.asleep():
            for sheet, _ in self._sheets:
                sheet.most, sheet.full = (MOST_LINES, FULL) if places else (0, french(NO_ACTION))
                if places:
                    places.show(sheet)
                else:
                    sheet.put({})

    def _show_totals(self) -> None:
        for sheet, judge in self._sheets:
            sheet.mark(judge)
        self.total_area.value = announced(self.summary)
        shown = self.action.value in self.verified
        self.feedback.value = announced(self._feedback()) if shown else ""
        for listener in self._listeners:
            listener()

    def follow(self, listener: Any) -> None:
        """Have another view called whenever the lines change."""
        self._listeners.append(listener)

    @property
    def summary(self) -> str:
        """The totals of the action chosen, in words."""
        if not self.action.value:
            return french(NO_ACTION)
        if not self.current:
            return french(NO_LINE)
        name = self.action.value
        return totals_text(self.titles[name], self.current, self.budget, self.people[name][1])

    def _feedback(self) -> str:
        outcome, text = self.judge()
        title = f"Votre liste de coûts : {self.titles[self.action.value]}"
        return outcome_panel(outcome, title, text)

    def judge(self) -> tuple[Outcome, str]:
        """The verdict on the list of the action chosen."""
        return judge_costs(self.action.value, self.current)

    # --- the budget -------------------------------------------------------------------------

    @property
    def budget(self) -> Budget:
        """The learner's budget: every line begun, of every action."""
        return learner_budget(
            PlanAction(name, title, who, count, tuple(self.typed[name]))
            for name, title in self.titles.items()
            for who, count in [self.people[name]]
        )

    @property
    def remarks(self) -> list[str]:
        """What is to be mended in each line of `budget`; empty for a line that is complete."""
        lines = [typed for name in self.titles for typed in begun(self.typed[name])]
        return [" ".join(line_state(typed).remarks) for typed in lines]

    def export(self) -> Path:
        """Write the budget as a workbook beside the answers, and say where it is."""
        budget = self.budget
        if budget.lines.empty:
            raise CourseError(NO_LINE)
        folder = made(answers_folder())
        remarks, path = self.remarks, folder / FILE_NAME
        earlier = None if self._written == _content(path) else set_aside(path)
        write_budget(budget, path, remarks=remarks)
        self._written = _content(path)
        text = EXPORTED.format(name=path.name, folder="/".join(folder.parts[-2:]))
        text += EARLIER.format(name=earlier.name) if earlier else ""
        wrong = sum(map(bool, remarks))
        if wrong:
            text += TO_MEND.format(count=several(wrong, "ligne"), s="s" * (wrong > 1))
        self.tell(text, warning=wrong > 0)
        return path

    # --- what is kept -----------------------------------------------------------------------

    @property
    def value(self) -> dict[str, list[dict[str, Any]]]:
        """The lines of every action that has some, as typed."""
        return {name: lines for name, lines in self.typed.items() if lines}

    def state(self) -> dict[str, Any]:
        """The action chosen; each action's lines one by one, so that two notebooks can merge."""
        state: dict[str, Any] = {"action": self.action.value, "a_nommer": self.own.name.value}
        for name, places in self._lines.items():
            if name in OWN_ACTIONS:
                state[f"{name}/titre"] = self.own.titles.get(name, "")
            state[f"{name}/qui"] = list(self.people[name])
            state[f"{name}/verified"] = name in self.verified
            state[f"{name}/ordre"] = places.kept_order
            copies = [None if line is None else dict(line) for line in places.lines]
            state |= zip(self._places(name), copies, strict=True)
        return state

    def _places(self, action: str) -> list[str]:
        """Under which questions the lines of an action are kept."""
        return [f"{action}/{rank}" for rank in range(1, MOST_LINES + 1)]

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these lines again."""
        self.undo.forget()
        self.own.put({name: answers[f"{name}/titre"] for name in OWN_ACTIONS})
        self._offer_actions()
        put(self.action, answers["action"])
        put(self.own.name, answers["a_nommer"])
        for name in self._lines:
            lines = [answers[place] for place in self._places(name)]
            self._lines[name].put(lines, answers[f"{name}/ordre"])
            who, count = answers[f"{name}/qui"]
            self.people[name] = [str(who), str(count)]
        self.verified = {name for name in self._lines if answers[f"{name}/verified"] is True}
        self.refresh()

    def fallback(self) -> dict[str, str]:
        """The headings of the table to fill in."""
        heads = (LABELS[name] for name in COSTED)
        cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
        return {"text/html": f"<table><tr>{cells}</tr></table>"}


def _labels(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """The labels of lines, whatever their order."""
    return sorted(str(line["libelle"]) for line in lines)


def _content(path: Path) -> bytes:
    """What a file holds; nothing when there is none."""
    return path.read_bytes() if path.exists() else b""


def list_costs(action: str = "", *, key: str = "") -> CostWorkshop:
    """List the costs of an action, line by line: one of the learner's own, or of Marc Morel's case.

    The means of the plan's strategy are offered as actions.

    Args:
        action: the action shown first ("soiree_privee"); an empty one lets the learner choose.
        key: where to keep the lines ("mon_plan/couts"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the lines typed by action, `budget` the learner's budget.

    >>> list_costs("soiree_privee").summary.startswith("Aucune ligne")
    True
    """
    return CostWorkshop(action, load_plan().statement).kept(key)
