"""Comparing one's own strategy with the one proposed for a case, criterion by criterion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from rfm_helpers.activities.base import (
    Activity,
    announced,
    button,
    labelled,
    stacked,
    step,
    wrapped,
)
from rfm_helpers.activities.strategy.statement_form import (
    NEEDED,
    WHAT,
    StatementForm,
    judge,
    segments_of,
)
from rfm_helpers.activities.typed import TypedArea
from rfm_helpers.activities.undoing import Undo
from rfm_helpers.analysis.strategy.forms import FIELDS, statement_sentence
from rfm_helpers.analysis.strategy.statements import CRITERIA
from rfm_helpers.analysis.strategy.targets import both_levels, read_rule, target_customers
from rfm_helpers.catalog import Statement, Strategy, load_case
from rfm_helpers.datasets import COURSE_DATE
from rfm_helpers.french.numbers import euros, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.answers import AnswerStore
from rfm_helpers.questions.drafts import EXERCISE, PART
from rfm_helpers.questions.model import outcome_panel, panel
from rfm_helpers.tables.columns import require_columns

if TYPE_CHECKING:
    import pandas as pd

MINE, THEIRS, BOTH = "la mienne", "celle des diapositives", "un mélange des deux"
MEANS = "les moyens répondent au problème"
ASPECTS = (*CRITERIA, MEANS)
NO_DRAFT = (
    "Vous n’avez pas encore de brouillon : écrivez votre stratégie ici, ou construisez-la dans la "
    "leçon 1."
)
DRAFT_TAKEN = "Votre brouillon de la leçon 1 a remplacé ce que vous aviez écrit ici."
TEXTS_BACK = "Ce que vous aviez écrit ici est revenu."
_ON_MEANS = {
    MINE: "Lequel de vos moyens répond à ce que Marc a vécu en boutique ? Gardez celui-là en "
    "premier.",
    THEIRS: "Trois sous-stratégies sur quatre vendent ; une seule répare l’accueil, et le budget "
    "des diapositives l’oublie. Par laquelle commenceriez-vous ?",
    BOTH: "Bien : dites alors dans quel ordre. On ne vend pas à un client fâché avant de lui "
    "avoir répondu.",
}
_Verdict = tuple[Outcome, str]


class StrategyComparison(Activity):
    """One's own statement beside the proposed one: verdicts on both, and which one to keep."""

    purpose = "comparer votre stratégie avec celle des diapositives"

    def __init__(
        self,
        segmented: pd.DataFrame,
        scored: pd.DataFrame,
        as_of: dt.date,
        proposed: Strategy,
        **yardsticks: Any,
    ) -> None:
        super().__init__()
        self._yardsticks = yardsticks
        require_columns(segmented.columns, NEEDED, WHAT)
        self._segmented, self._scored = both_levels(segmented, scored), scored
        self._as_of = as_of
        self._proposed = proposed
        self._theirs = judge(proposed.statement, scored, as_of)
        self.form = StatementForm(segments_of(segmented), rules=True)
        self.choices = {
            aspect: w.Dropdown(
                options={"(à choisir)": "", **{n.capitalize(): n for n in (MINE, THEIRS, BOTH)}},
                value="",
                description=french("Je garde :"),
                tooltip=f"Je garde, pour {aspect}",
                **labelled(width="20em", max_width="100%"),
            )
            for aspect in ASPECTS
        }
        self.why = TypedArea(
            description=french("Ma conclusion :"),
            placeholder="ce que je garde, ce que je change, et pourquoi",
            rows=3,
            **labelled(width="46em", max_width="100%"),
        )
        self.draft_button = button("Reprendre mon brouillon de la leçon 1")
        self.undo = Undo(self)
        self.mine_area, self.theirs_area = w.HTML(), w.HTML()
        self.verdicts = {aspect: (w.HTML(), w.HTML(), w.HTML()) for aspect in ASPECTS}
        self._lay_out()
        self.refresh()
        self.react([*self.form.fields.values(), *self.choices.values(), self.why], self.refresh)
        self.draft_button.on_click(self.guarded(self.take_draft))

    def _lay_out(self) -> None:
        form = self.form
        self.show(
            step("1. Votre stratégie pour Marc et ses semblables"),
            self.draft_button,
            self.undo.widget,
            form.segment,
            form.problem,
            form.indicator,
            form.unit_area,
            wrapped(form.start, form.anyway, form.goal, form.by),
            form.means,
            self.message_area,
            step("2. Les deux énoncés"),
            wrapped(stacked(self.mine_area), stacked(self.theirs_area)),
            step("3. Critère par critère : que gardez-vous ?"),
            *(self._row(aspect) for aspect in ASPECTS),
            step("4. Votre conclusion"),
            self.why,
        )

    def _row(self, aspect: str) -> w.VBox:
        mine, theirs, advice = self.verdicts[aspect]
        title = w.HTML(f'<p style="margin:10px 0 0"><strong>{escape(_titled(aspect))}</strong></p>')
        sides = wrapped(stacked(mine), stacked(theirs))
        return w.VBox([title, sides, self.choices[aspect], advice])

    # --- state ------------------------------------------------------------------------------

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The fields of the statement, what is kept of each, and the conclusion."""
        chosen = {f"garde_{rank}": field for rank, field in enumerate(self.choices.values(), 1)}
        return {**self.form.fields, **chosen, "conclusion": self.why}

    @property
    def value(self) -> dict[str, Any]:
        """The statement as typed, what is kept of each aspect, and the conclusion."""
        kept = {aspect: field.value for aspect, field in self.choices.items()}
        return {**self.form.texts, "garde": kept, "conclusion": self.why.value}

    @property
    def statement(self) -> Statement:
        """The learner's statement, without what cannot be read."""
        return self.form.read()

    @property
    def results(self) -> dict[str, dict[str, _Verdict]]:
        """The verdicts on the three characteristics: "la mienne" and "celle des diapositives"."""
        to_start = dict.fromkeys(CRITERIA, (Outcome.NOT_STARTED, "À vous : écrivez la vôtre."))
        if not self._begun:
            return {MINE: to_start, THEIRS: self._theirs}
        mine = judge(self.statement, self._segmented, self._as_of, **self._yardsticks)
        return {MINE: mine, THEIRS: self._theirs}

    @property
    def _begun(self) -> bool:
        return any(text.strip() for text in self.form.texts.values())

    def take_draft(self) -> None:
        """Put the draft of lesson 1 in the fields, or say that there is none."""
        answers = AnswerStore(EXERCISE).answers
        texts = {name: answers.get(f"{PART}/{name}", "") for name in FIELDS}
        if not any(texts.values()):
            self.tell(NO_DRAFT)
            return
        if texts["segment"] not in segments_of(self._segmented) and not read_rule(texts["segment"]):
            texts["segment"] = ""
        self._replace(texts, DRAFT_TAKEN)

    def _replace(self, texts: Mapping[str, str], said: str) -> None:
        """Put texts in the fields; « Annuler » brings back those that were there."""
        before = self.form.texts
        with self.asleep():
            for name, field in self.form.fields.items():
                field.value = texts[name]
        if any(before.values()) and before != texts:
            self.undo.offer(said, lambda: self._replace(before, TEXTS_BACK))
        self.refresh()

    def restore(self, answers: Mapping[str, Any]) -> None:
        """Show these fields again."""
        self.undo.forget()
        super().restore(answers)

    # --- screen -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show both statements, the verdicts on both, and what the choices call for."""
        self.form.show_unit()
        results = self.results
        self.mine_area.value = panel("La vôtre", self._mine_text())
        self.theirs_area.value = panel("Celle des diapositives", self._theirs_text())
        for criterion in CRITERIA:
            mine, theirs, _ = self.verdicts[criterion]
            mine.value = _side("la vôtre", results[MINE][criterion])
            theirs.value = _side("celle des diapositives", results[THEIRS][criterion])
        self._show_means()
        for aspect in ASPECTS:
            self.verdicts[aspect][2].value = self._advice_html(aspect, results)
        self.form.check()

    def _mine_text(self) -> str:
        if not self._begun:
            return "Remplissez les champs ci-dessus, ou reprenez votre brouillon."
        statement = self.statement
        lines = [statement_sentence(statement)]
        if self.form.segment.value:
            lines.append(self._weight(statement, self._segmented))
        return "\n".join(lines)

    def _theirs_text(self) -> str:
        statement = self._proposed.statement
        return french(
            f"Le problème : {statement.problem} L’objectif : {statement.objective.text} "
            f"La cible : {statement.target.text}\n{self._weight(statement, self._scored)}"
        )

    def _weight(self, statement: Statement, table: pd.DataFrame) -> str:
        customers = target_customers(table, statement.target)
        spent = customers["montant_total"].sum()
        share = spent / table["montant_total"].sum()
        return french(
            f"Dans la base : {several(len(customers), 'client')}, {euros(round(spent))} "
            f"dépensés sur la période, {percent(share, 1)} du chiffre d’affaires."
        )

    def _show_means(self) -> None:
        mine, theirs, _ = self.verdicts[MEANS]
        own = self.statement.means
        mine.value = panel("La vôtre", "\n".join(own) or "Aucun moyen pour le moment.")
        theirs.value = panel("Celle des diapositives", "\n".join(self._proposed.statement.means))

    def _advice_html(self, aspect: str, results: Mapping[str, Mapping[str, _Verdict]]) -> str:
        choice = self.choices[aspect].value
        if not choice:
            return ""
        if aspect == MEANS:
            text = _ON_MEANS[choice]
        else:
            sides = (MINE, THEIRS) if choice == BOTH else (choice,)
            kept = [results[side][aspect][0] for side in sides]
            text = _advice(choice, kept)
        return announced(panel("Votre choix : " + choice, french(text)))

    def fallback(self) -> dict[str, str]:
        """The proposed statement and the verdicts on it."""
        verdicts = "".join(_side(_titled(name), found) for name, found in self._theirs.items())
        return {"text/html": panel("Celle des diapositives", self._theirs_text()) + verdicts}


def _advice(choice: str, outcomes: list[Outcome]) -> str:
    """What to say to a choice, from the verdicts on what is kept."""
    if Outcome.NOT_STARTED in outcomes:
        return "Votre énoncé est encore vide : que comparez-vous ?"
    if all(outcome is Outcome.SUCCESS for outcome in outcomes):
        return "Ce que vous gardez passe ce critère. Dites en une phrase pourquoi, plus bas."
    if choice == BOTH and Outcome.SUCCESS in outcomes:
        return "L’un des deux passe ce critère : qu’allez-vous lui emprunter, exactement ?"
    return "Ce que vous gardez a encore un point à revoir : le réparez-vous dans votre énoncé ?"


def _side(title: str, verdict: _Verdict) -> str:
    outcome, text = verdict
    return outcome_panel(outcome, title, text)


def _titled(aspect: str) -> str:
    return aspect[0].upper() + aspect[1:]


def compare_strategies(
    segmented: pd.DataFrame,
    scored: pd.DataFrame,
    *,
    as_of: dt.date = COURSE_DATE,
    past: pd.DataFrame | None = None,
    cycle_days: int = 1,
    key: str = "",
) -> StrategyComparison:
    """Compare one's own strategy with the one proposed for Marc Morel, criterion by criterion.

    The fields begin with the draft of lesson 1, when there is one and nothing was written here.

    Args:
        segmented: the table that `assign_segments` gave, on four levels (the learner's target).
        scored: the table that `score_rfm` gave on five levels (the proposed target).
        as_of: the date at which the scores were computed.
        past: customers of an earlier date, from `compare_dates`, with their segment and their
            codes on five levels (`both_levels`): what comes anyway is judged by them.
        cycle_days: the trade's purchase cycle (`purchase_cycle`).
        key: where to keep the fields ("mon_plan/strategie"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the fields, `statement` what they say, `results` the verdicts
        on both.

    Raises:
        CourseError: a column is missing.
    """
    proposed = load_case("marc_morel").strategy
    yardsticks = {"past": past, "cycle_days": cycle_days}
    activity = StrategyComparison(segmented, scored, as_of, proposed, **yardsticks).kept(key)
    if activity.keeper is not None and not activity.keeper.restored:
        activity.guarded(activity.take_draft)(None)
        activity.tell("")
    return activity
