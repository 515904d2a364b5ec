"""Writing a strategy: the repair of a vague statement, and the builder whose draft is kept."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, boxed, button, labelled, step, wrapped
from rfm_helpers.activities.cards import Judged
from rfm_helpers.activities.number_fields import NumberField, cleared_if_refused
from rfm_helpers.activities.strategy.statement_form import (
    NEEDED,
    WHAT,
    StatementForm,
    judge,
    panels,
    segments_of,
)
from rfm_helpers.analysis.segments import segment_profile
from rfm_helpers.analysis.strategy.forms import NAMES, statement_sentence
from rfm_helpers.analysis.strategy.priorities import revenue_at_stake
from rfm_helpers.analysis.strategy.statements import CRITERIA
from rfm_helpers.analysis.strategy.targets import INDICATORS, measure_target
from rfm_helpers.catalog import Statement, Target
from rfm_helpers.catalog.statements import load_statements
from rfm_helpers.datasets import COURSE_DATE
from rfm_helpers.french.numbers import euros, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.plots.stakes import StakeFigure
from rfm_helpers.plots.style import picture
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.drafts import KEY
from rfm_helpers.tables.columns import require_columns

if TYPE_CHECKING:
    import pandas as pd

Verdicts = dict[str, tuple[Outcome, str]]
REACT = 0.1
_TO_START = dict.fromkeys(CRITERIA, (Outcome.NOT_STARTED, "À vous."))


class StatementRepair(Judged):
    """A vague statement to rewrite in fields; feedback by characteristic."""

    purpose = "réparer l’énoncé"

    def __init__(self, segmented: pd.DataFrame, as_of: dt.date) -> None:
        super().__init__(button("Vérifier", "Vérifier l’énoncé réparé", main=True))
        require_columns(segmented.columns, NEEDED, WHAT)
        self._data, self._as_of = segmented, as_of
        self._drill = load_statements().repair
        self.form = StatementForm(segments_of(segmented))
        self.sentence_area = w.HTML()
        self.show(
            w.HTML(self._task_html()),
            wrapped(self.form.segment, self.form.indicator),
            self.form.unit_area,
            wrapped(self.form.start, self.form.goal, self.form.by),
            self.form.means,
            self.check_button,
            self.message_area,
            self.sentence_area,
            self.feedback,
        )
        self.refresh()
        self.live_in(self)

    def _task_html(self) -> str:
        return boxed(
            french(
                f"<strong>L’énoncé à réparer :</strong> {escape(self._drill.text)}"
                f"<br><strong>Le problème :</strong> {escape(self._drill.problem)}"
            )
        )

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """Every field but the problem, which is given."""
        return {name: field for name, field in self.form.fields.items() if name != "probleme"}

    @property
    def inputs(self) -> tuple[w.Widget, ...]:
        """The same fields: all are judged."""
        return tuple(self.kept_fields.values())

    @property
    def statement(self) -> Statement:
        """The statement repaired so far, without what cannot be read."""
        return self.form.read(probleme=self._drill.problem)

    @property
    def value(self) -> dict[str, str]:
        """What the fields hold, as typed."""
        return {name: field.value for name, field in self.kept_fields.items()}

    @property
    def results(self) -> Verdicts:
        """The outcome of each characteristic with its explanation, once verified."""
        if not self.verified:
            return {}
        if not any(self.value.values()):
            return _TO_START
        return judge(self.statement, self._data, self._as_of, self._unfaithful())

    def _unfaithful(self) -> dict[str, list[str]]:
        """Where the repair says something else than the statement did."""
        found: dict[str, list[str]] = {}
        segment, indicator = self.form.segment.value, self.form.indicator.value
        if indicator and INDICATORS[indicator].score != self._drill.score:
            found[CRITERIA[0]] = [self._drill.wrong_score]
        if segment:
            target = Target(segment=segment)
            if measure_target(self._data, target, "recence_mediane") > self._drill.latest:
                found[CRITERIA[1]] = [self._drill.not_recent]
        return found

    def refresh(self) -> None:
        """Show the statement as a sentence, and its feedback if it was verified."""
        self.form.show_unit()
        self.sentence_area.value = boxed(escape(statement_sentence(self.statement)))
        super().refresh()
        self.form.check()

    def verdict(self) -> str:
        """A panel for each characteristic."""
        return panels(self.results)

    def fallback(self) -> dict[str, str]:
        """The statement to repair."""
        return {"text/html": self._task_html()}


class StrategyBuilder(Activity):
    """Segment → problem → objective → means → a draft in a sentence, judged as it is written."""

    purpose = "construire votre stratégie"

    def __init__(
        self,
        segmented: pd.DataFrame,
        as_of: dt.date,
        react: float,
        customer: str,
        **yardsticks: Any,
    ):
        super().__init__()
        self._yardsticks = yardsticks
        require_columns(segmented.columns, [customer, *NEEDED], WHAT)
        self._data, self._as_of, self._react, self._customer = segmented, as_of, react, customer
        profile = segment_profile(segmented, customer=customer)
        #: The shares that the learner assumed, by segment (per cent).
        self._shares: dict[str, float] = {}
        self._profile = profile.set_index("segment").to_dict("index")
        self._figure = StakeFigure(self.stakes_for("", react))
        self._build_fields()
        self.refresh()
        self._wire()

    def _build_fields(self) -> None:
        self.form = StatementForm(segments_of(self._data))
        wide = labelled(width="22em", max_width="99%")
        self.share = NumberField(
            "Part supposée qui réagit (en %)", 0, 100, step=1, value=100 * self._react, **wide
        )
        self.weight_area, self.map_area, self.now_area = w.HTML(), w.HTML(), w.HTML()
        self.sentence_area, self.feedback = w.HTML(), w.HTML()
        self._lay_out(self.form)

    def _lay_out(self, form: StatementForm) -> None:
        self.show(
            step("1. Quel segment ?"),
            wrapped(form.segment, self.share),
            self.weight_area,
            self.map_area,
            step("2. Quel problème ?"),
            form.problem,
            step("3. Quel objectif ?"),
            form.indicator,
            self.now_area,
            form.unit_area,
            wrapped(form.start, form.anyway, form.goal, form.by),
            step("4. Quels moyens ?"),
            form.means,
            step("Votre brouillon"),
            self.sentence_area,
            self.message_area,
            self.feedback,
        )

    def _wire(self) -> None:
        written = [field for field in self.form.fields.values() if field is not self.form.segment]
        self.react([self.form.segment], self._new_segment)
        self.react([self.share], self._assume)
        self.react(written, self._write)

    # --- state ------------------------------------------------------------------------------

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The fields of the statement, and the assumed share."""
        return {**self.form.fields, "part_supposee": self.share}

    @property
    def value(self) -> dict[str, Any]:
        """What the fields hold, as typed, and the assumed share (0–1)."""
        return {**self.form.texts, "part_supposee": self.share.read() / 100}

    @property
    def statement(self) -> Statement:
        """The statement written so far, without what cannot be read."""
        return self.form.read()

    def stakes_for(self, segment: str, share: float) -> pd.DataFrame:
        """Revenue at stake of every segment: the share is assumed for that one only."""
        shares = dict.fromkeys(segments_of(self._data), self._react)
        if segment:
            shares[segment] = share
        return revenue_at_stake(self._data, shares, customer=self._customer)

    @property
    def results(self) -> Verdicts:
        """The outcome of each characteristic, with its explanation."""
        if not any(self.form.texts.values()):
            return _TO_START
        return judge(self.statement, self._data, self._as_of, **self._yardsticks)

    # --- screen -----------------------------------------------------------------------------

    def _new_segment(self) -> None:
        """Another segment starts from the common assumption, or from what was assumed for it."""
        with self.asleep():
            self.share.value = self._shares.get(self.form.segment.value, 100 * self._react)
        self.refresh()

    def _assume(self) -> None:
        self._shares[self.form.segment.value] = self.share.value
        self._weigh()

    def refresh(self) -> None:
        """Show the draft, then the weight of the segment."""
        self._write()
        self._weigh()

    def _weigh(self) -> None:
        with cleared_if_refused(self.map_area, self.weight_area):
            share = self.share.read() / 100
        segment = self.form.segment.value
        stakes = self.stakes_for(segment, share)
        png = self._figure.png(stakes, segment or None)
        self.map_area.value = picture(png, self._figure.alternative)
        self.weight_area.value = announced(self._weight_html(stakes))

    def _weight_html(self, stakes: pd.DataFrame) -> str:
        segment = self.form.segment.value
        if not segment:
            return french(f"<p>La figure suppose {percent(self._react)} partout : choisissez.</p>")
        weight = self._profile[segment]
        stake = stakes.set_index("segment").loc[segment]
        return french(
            f"<p><strong>{escape(segment)}</strong> : {several(int(weight['clients']), 'client')} "
            f"({percent(weight['part_clients'], 1)} de la base), "
            f"{euros(weight['chiffre_affaires'])} de chiffre d’affaires sur la période "
            f"({percent(weight['part_ca'], 1)}).<br>"
            f"<strong>En jeu : {euros(stake['chiffre_affaires_en_jeu'])}</strong>, si "
            f"{escape(stake['hypothese'])}. C’est une hypothèse : changez la part et comparez.</p>"
        )

    def _write(self) -> None:
        self.form.show_unit()
        self.now_area.value = f"<p>{escape(self._now())}</p>"
        self.sentence_area.value = boxed(escape(statement_sentence(self.statement)))
        self.feedback.value = announced(panels(self.results))
        self.form.check()

    def _now(self) -> str:
        """What the data say today of the segment and the indicator chosen."""
        segment, name = self.form.segment.value, self.form.indicator.value
        if not (segment and name):
            return "Choisissez un segment et un indicateur pour lire sa valeur d’aujourd’hui."
        now = measure_target(self._data, Target(segment=segment), name)
        indicator = INDICATORS[name]
        return french(f"Dans les données, pour ce segment, {NAMES[name]} : {indicator.show(now)}.")

    def fallback(self) -> dict[str, str]:
        """The revenue at stake of every segment."""
        png = self._figure.png(self.stakes_for("", self._react))
        return {"text/html": picture(png, self._figure.alternative)}


def repair_strategy(
    segmented: pd.DataFrame, *, as_of: dt.date = COURSE_DATE, key: str = ""
) -> StatementRepair:
    """Rewrite a vague statement of lesson 1, so that it has the three characteristics.

    Args:
        segmented: the table that `assign_segments` gave, with the columns of `rfm_table` and
            `score_rfm`.
        as_of: the date at which the scores were computed.
        key: where to keep the fields ("01_strategie/reparation"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the fields, `statement` what they say, `results` the verdicts.

    Raises:
        CourseError: a column is missing.
    """
    return StatementRepair(segmented, as_of).kept(key)


def strategy_builder(
    segmented: pd.DataFrame,
    *,
    as_of: dt.date = COURSE_DATE,
    react: float = REACT,
    past: pd.DataFrame | None = None,
    cycle_days: int = 1,
    customer: str = "client_id",
    key: str = KEY,
) -> StrategyBuilder:
    """Build a strategy step by step; `load_strategy_draft` gives its draft to later lessons.

    Args:
        segmented: the table of `assign_segments`, with the columns of `rfm_table` and `score_rfm`.
        as_of: the date at which the scores were computed.
        react: the assumed share of customers who react (0–1), before the learner changes it.
        past: customers of an earlier date, from `compare_dates`, with their segment: what comes
            anyway is judged by them.
        cycle_days: the trade's purchase cycle (`purchase_cycle`).
        customer: column of the customers.
        key: where to keep the draft; an empty one keeps nothing.

    Returns:
        The activity: `value` holds the fields, `statement` what they say, `results` the verdicts.

    Raises:
        CourseError: a column is missing, or a segment is not of the grid.
    """
    yardsticks = {"past": past, "cycle_days": cycle_days}
    return StrategyBuilder(segmented, as_of, react, customer, **yardsticks).kept(key)
