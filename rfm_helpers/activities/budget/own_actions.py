"""The learner's own actions in the cost workshop: the means of the plan, and any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any

import ipywidgets as w
import pandas as pd

from rfm_helpers.activities.base import Activity, button, labelled, wrapped
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.analysis.budget.plan import Budget, make_budget, plan_budget
from rfm_helpers.analysis.budget.typed_lines import BLANK, is_blank, line_state
from rfm_helpers.analysis.strategy.forms import target_name
from rfm_helpers.catalog import Plan, Statement, load_case
from rfm_helpers.catalog.plans import one_line
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.inputs import parse_number
from rfm_helpers.questions.plan import OWN_ACTIONS, PlanAction

LONGEST = 80
NO_MEANS = (
    "Votre plan n’a pas encore de moyens (ils s’écrivent {where}) : partez de "
    "l’exemple, les actions des diapositives, ou nommez ci-dessous une action à vous."
)
WHERE = "en leçon 5, ou en leçon 1"
MEANS = "Les moyens de votre plan, pour {target} : chiffrez-les, ou ajoutez une action."
NO_NAME = "Écrivez d’abord le nom de l’action, puis ajoutez-la."
TWICE = "L’action « {title} » est déjà dans la liste : choisissez-la, ou changez ce nom."
TOO_MANY = f"{len(OWN_ACTIONS)} actions à vous suffisent : retirez-en une d’abord."
EXAMPLE = "Exemple : {title}"
#: Who may benefit from an action.
PEOPLE = {
    "(à choisir)": "",
    "invités": "invités",
    "présents": "présents",
    "utilisateurs": "utilisateurs",
}


class OwnActions:
    """The actions that the learner named, by their place, and the fields that name them."""

    def __init__(
        self,
        activity: Activity,
        statement: Statement,
        show: Callable[[str], None],
        where: str = WHERE,
    ) -> None:
        """Offer the means of a statement; `show` is called with each action added or renamed."""
        self._activity, self._where = activity, where
        self.titles: dict[str, str] = {}
        self._taken = {one.title.casefold() for one in load_case().strategy.actions}
        self._show, self._target = show, ""
        self.name = TypedText(
            description=french("Une action à vous :"),
            placeholder="un appel, une visite de l’atelier…",
            **labelled(width="32em", max_width="99%"),
        )
        self.add_button = button("Ajouter à mon plan")
        self.rename_button = button("Renommer", "Donner ce nom à l’action choisie")
        self.remove_button = button("Retirer de mon plan", "Retirer l’action choisie")
        self.note = w.HTML()
        self.means: dict[str, w.Button] = {}
        self.means_box = wrapped()
        activity.react([self.name], lambda: None)
        activity.checks(self.add_button, self._add_typed, [self.name])
        self.widget = w.VBox(
            [
                self.note,
                self.means_box,
                wrapped(self.name, self.add_button, self.rename_button, self.remove_button),
            ]
        )
        self.offer(statement)

    def offer(self, statement: Statement) -> None:
        """Offer the means of a statement, one button each."""
        self._target = target_name(statement.target)
        names = _named(statement)
        if names != [*self.means]:
            self.means = {means: self._opener(means) for means in names}
            self.means_box.children = tuple(self.means.values())
        self.refresh("")

    def _opener(self, means: str) -> w.Button:
        one = button(french(f"Chiffrer : {means}"))
        one.layout.max_width = "99%"
        one.on_click(self._activity.guarded(partial(self.add, means)))
        return one

    @property
    def options(self) -> dict[str, str]:
        """The actions to choose from, by what is read: the learner's own, then the example's."""
        own = {title: name for name, title in self.titles.items()}
        example = {EXAMPLE.format(title=a.title): a.id for a in load_case().strategy.actions}
        return own | {french(label): name for label, name in example.items()}

    def add(self, title: str) -> None:
        """Put an action in the plan, in the first free place."""
        free = next((name for name in OWN_ACTIONS if name not in self.titles), None)
        if free is None:
            raise CourseError(TOO_MANY)
        self.titles[free] = self._checked(title)
        self._show(free)

    def _add_typed(self) -> None:
        self.add(self.name.value)
        self.name.value = ""

    def rename(self, name: str) -> None:
        """Give an action the name typed."""
        self.titles[name] = self._checked(self.name.value, renamed=name)
        self.name.value = ""
        self._show(name)

    def _checked(self, title: str, renamed: str = "") -> str:
        """A title that no action but the one renamed has."""
        title = str(one_line(title))[:LONGEST].strip()
        if not title:
            raise CourseError(NO_NAME)
        others = {one.casefold() for name, one in self.titles.items() if name != renamed}
        if title.casefold() in self._taken | others:
            raise CourseError(TWICE.format(title=title))
        return title

    def put(self, titles: Mapping[str, object]) -> None:
        """Show these names again."""
        self.titles = {
            name: title for name, title in titles.items() if isinstance(title, str) and title
        }

    def refresh(self, chosen: str) -> None:
        """Offer the means that are no action yet, and what can be done to the action chosen."""
        held = {title.casefold() for title in self.titles.values()}
        for means, one in self.means.items():
            one.layout.display = "none" if means.casefold() in held else ""
        target = f"« {self._target} »" if self._target else "les clients que vous viserez"
        none = NO_MEANS.format(where=self._where)
        text = MEANS.format(target=target) if self.means else none
        self.note.value = f'<p style="margin:4px 0">{french(text)}</p>'
        for one in (self.rename_button, self.remove_button):
            one.layout.display = "" if chosen in self.titles else "none"


def _named(statement: Statement) -> list[str]:
    """The means of a statement as actions are named, each once."""
    titles = (str(one_line(means))[:LONGEST].strip() for means in statement.means)
    return list({title.casefold(): title for title in titles if title}.values())[: len(OWN_ACTIONS)]


# --- the budget of these actions ------------------------------------------------------------------


def learner_budget(actions: Iterable[PlanAction]) -> Budget:
    """The budget of the learner's actions and of the case's: every line begun.

    Args:
        actions: as typed; those of the case that are absent cost nothing, and one whose name the
            learner took is left out.

    Returns:
        The budget; a line that lacks something is counted with what can be read in it.

    >>> line = {"libelle": "Fleurs", "quantite": "2", "cout_unitaire": "40"}
    >>> budget = learner_budget([PlanAction("mienne_1", "Bouquet", lines=(line,))])
    >>> budget.lines["libelle"].tolist(), len(budget.actions)
    (['Fleurs'], 9)
    """
    given = {one.id: one for one in actions}
    bare = _bare_budget()
    example = bare.actions.assign(id=[one.id for one in load_case().strategy.actions])
    own = pd.DataFrame(
        [
            {"strategie": "Ma stratégie", "sous_strategie": "Mes actions",
             "action": one.title, "id": one.id}
            for one in given.values() if one.own
        ]
    )  # fmt: skip
    named = {one.title.casefold() for one in given.values() if one.own}
    costed = [name for name, one in given.items() if one.costed]
    free = ~example["action"].str.casefold().isin(named) | example["id"].isin(costed)
    table = pd.concat([own, example[free]], ignore_index=True)
    people = [given.get(name, PlanAction("", "")) for name in table["id"]]
    table["qui"] = [one.who for one in people]
    table["beneficiaires"] = [people_counted(one.count)[0] for one in people]
    lines = [
        {**line_state(typed).record, "action": title}
        for name, title in zip(table["id"], table["action"], strict=True)
        for typed in begun(given[name].lines if name in given else ())
    ]
    return make_budget(bare.plan if own.empty else "Mon budget", table, pd.DataFrame(lines))


@cache
def _bare_budget() -> Budget:
    """The budget of the case's actions before any line is theirs."""
    case = load_case()
    return plan_budget(Plan(title=f"Budget : {case.title}", strategies=(case.strategy,)))


def begun(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines in which something was typed."""
    return [BLANK | dict(line) for line in lines if not is_blank(line)]


def people_counted(text: str) -> tuple[int | None, str]:
    """How many people a field counts; None, and why, when it does not count any.

    >>> people_counted("20"), people_counted("")
    ((20, ''), (None, ''))
    >>> people_counted("2,5")[1]
    '« 2,5 » bénéficiaires : écrivez un nombre entier, 1 au moins.'
    """
    if not text.strip():
        return None, ""
    try:
        count = parse_number(text)
    except CourseError as error:
        return None, str(error)
    if count < 1 or count != int(count):
        return None, f"« {text.strip()} » bénéficiaires : écrivez un nombre entier, 1 au moins."
    return int(count), ""
