"""The fields of a strategy statement, and the feedback on each of the three characteristics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import ipywidgets as w

from rfm_helpers.activities.base import labelled
from rfm_helpers.activities.strategy.target_field import TargetField
from rfm_helpers.activities.typed import TypedArea, TypedText
from rfm_helpers.analysis.strategy.forms import FIELDS, UNITS, read_statement, readable_fields
from rfm_helpers.analysis.strategy.statements import CRITERIA, check_statement
from rfm_helpers.analysis.strategy.targets import INDICATORS
from rfm_helpers.catalog import Statement, load_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french
from rfm_helpers.questions import Outcome
from rfm_helpers.questions.model import outcome_panel

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("segment", "R", "F", "M", "code_rfm", "recence", "frequence", "montant_total")
WHAT = "la table des segments"
_NO_CHOICE = "(à choisir)"


class StatementForm:
    """The fields of a strategy: what it aims at, three values and a date, its means."""

    def __init__(self, segments: Iterable[str], *, rules: bool = False) -> None:
        """Lay the fields out; with `rules`, a strategy may aim at a rule on the scores too."""
        self.segment: w.Widget = (
            TargetField(segments)
            if rules
            else _choice("Segment visé :", {name: name for name in segments}, "21em")
        )
        self.problem = _area("Le problème :", "ce que les données montrent, et que vous changerez")
        labels = {one.label[0].upper() + one.label[1:]: name for name, one in INDICATORS.items()}
        self.indicator = _choice("Indicateur :", labels, "34em")
        self.unit_area = w.HTML()
        self.start = _line("Aujourd’hui :", "un nombre", "16em")
        self.anyway = _line("Sans nous :", "un nombre", "15em")
        self.goal = _line("Visé :", "un nombre", "13em")
        self.by = _line("D’ici au :", "jj/mm/aaaa", "14em")
        self.means = _area("Les moyens :", "un moyen par ligne")

    @property
    def fields(self) -> dict[str, w.Widget]:
        """The fields, by the name under which they are kept (`FIELDS`)."""
        fields = (
            self.segment, self.problem, self.indicator, self.start, self.anyway, self.goal,
            self.by, self.means,
        )  # fmt: skip
        return dict(zip(FIELDS, fields, strict=True))

    @property
    def texts(self) -> dict[str, str]:
        """What the fields hold, as typed."""
        return {name: field.value for name, field in self.fields.items()}

    def read(self, **given: str) -> Statement:
        """The statement that the fields hold, without what cannot be read in them.

        Args:
            given: texts that no field holds, by their names.
        """
        return read_statement(readable_fields(self.texts | given)[0])

    def check(self) -> None:
        """Say which fields cannot be read.

        Raises:
            CourseError: a number or a date that is none.
        """
        defects = readable_fields(self.texts)[1]
        if defects:
            raise CourseError(" ".join(defects))

    def show_unit(self) -> None:
        """Say in which unit the three values are written.

        It is no part of their labels: a label that changes empties a field being typed in.
        """
        unit = UNITS.get(self.indicator.value)
        self.unit_area.value = f"<p>Écrivez les trois valeurs en {unit}.</p>" if unit else ""


def segments_of(segmented: pd.DataFrame) -> list[str]:
    """The segments that have customers, in the order of the grid."""
    held = set(segmented["segment"])
    return [name for name in load_grid("onze").names if name in held]


def judge(
    statement: Statement,
    segmented: pd.DataFrame,
    as_of: dt.date,
    further: Mapping[str, list[str]] | None = None,
    *,
    past: pd.DataFrame | None = None,
    cycle_days: int = 1,
) -> dict[str, tuple[Outcome, str]]:
    """The outcome of each characteristic, with why: the points that fail, or those that hold.

    Args:
        statement: the statement to judge.
        segmented: the customers by whom it is measured.
        as_of: the date at which their scores were computed.
        further: more that is to be reviewed, by characteristic.
        past: customers of an earlier date, as for `check_statement`.
        cycle_days: the trade's purchase cycle.
    """
    points = check_statement(statement, segmented, as_of, past=past, cycle_days=cycle_days)
    found: dict[str, tuple[Outcome, str]] = {}
    for criterion in CRITERIA:
        of_it = points[points["critere"] == criterion]
        failing = of_it.loc[~of_it["verdict"], "explication"].tolist()
        failing += (further or {}).get(criterion, [])
        outcome = Outcome.REVIEW if failing else Outcome.SUCCESS
        found[criterion] = (outcome, french("\n".join(failing or of_it["explication"])))
    return found


def panels(verdicts: Mapping[str, tuple[Outcome, str]]) -> str:
    """The verdicts as HTML, one panel for each characteristic."""
    return "".join(
        outcome_panel(outcome, criterion[0].upper() + criterion[1:], text)
        for criterion, (outcome, text) in verdicts.items()
    )


def _choice(label: str, options: Mapping[str, str], width: str) -> w.Dropdown:
    return w.Dropdown(
        options={_NO_CHOICE: "", **options},
        value="",
        description=french(label),
        **labelled(width=width, max_width="99%"),
    )


def _line(label: str, placeholder: str, width: str) -> TypedText:
    return TypedText(
        description=french(label),
        placeholder=placeholder,
        **labelled(width=width, max_width="99%"),
    )


def _area(label: str, placeholder: str) -> TypedArea:
    return TypedArea(
        description=french(label),
        placeholder=placeholder,
        rows=2,
        **labelled(width="46em", max_width="99%"),
    )
