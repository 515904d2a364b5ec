"""The score explorer: change how customers are scored, and see what moves."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import AbstractContextManager
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from rfm_helpers.activities.base import Activity, labelled, stacked, status_lines, wrapped
from rfm_helpers.activities.number_fields import NumberField, cleared_if_refused
from rfm_helpers.activities.typed import TypedText
from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_cuts, score_rfm
from rfm_helpers.analysis.versions import compare_scores
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, long_date, number, percent
from rfm_helpers.french.words import french, several
from rfm_helpers.inputs import parse_number
from rfm_helpers.plots.live_scores import ScoreFigure
from rfm_helpers.plots.style import picture
from rfm_helpers.plots.tables import show_table
from rfm_helpers.tables.columns import OrderColumns
from rfm_helpers.tables.rows import find_customer, unknown_customer

if TYPE_CHECKING:
    import pandas as pd

METHODS = {
    "quantiles": "quantile",
    "effectifs égaux": "equal_size",
    "seuils choisis": "thresholds",
    "emboîtés": "nested",
}
AMOUNTS = {"montant total (RFM)": "montant_total", "panier moyen (RFA)": "panier_moyen"}
DIMENSIONS = {"R": ("recence", "jours"), "F": ("frequence", "commandes"), "M": ("", "euros")}
MARC = "C-0360"
MONTHS_BACK = 24
FIRST_DAYS = 180
# Between two thresholds; a comma with no space after it is that of a decimal number.
_SEPARATOR = re.compile(r";|,\s")


class ScoreExplorer(Activity):
    """Method, levels, reference date and amount → heatmap, cuts, sizes, and who changes code."""

    purpose = "explorer les scores"

    def __init__(self, data: pd.DataFrame, columns: dict[str, str], levels: int) -> None:
        super().__init__()
        self._columns = columns
        self._customer = columns["customer"]
        self._orders = None if _is_rfm_table(data) else data
        self._tables: dict[dt.date | None, pd.DataFrame] = {}
        self._typed: dict[tuple[str, int, str], str] = {}
        dates: dict[str, dt.date | None] = {"toute la table": None}
        if self._orders is None:
            self._tables[None] = data
        else:
            dates = _reference_dates(data, columns)
        self._start = next(iter(dates.values()))
        self._figure = ScoreFigure()
        self._build_fields(dates, levels)
        self._lay_out()
        self._propose_thresholds()
        self._score()
        self._reference = self.scored
        self._draw()
        self._wire()

    # --- fields -----------------------------------------------------------------------------

    def _build_fields(self, dates: dict[str, dt.date | None], levels: int) -> None:
        wide = labelled(width="auto")
        self.method = w.Dropdown(options=METHODS, description=french("Méthode :"), **wide)
        label = "Nombre de niveaux (2 à 10)"
        self.levels = NumberField(label, 2, 10, whole=True, value=levels, **wide)
        self.as_of = w.Dropdown(options=dates, description=french("Date de référence :"), **wide)
        self.monetary = w.Dropdown(options=AMOUNTS, description=french("M mesure :"), **wide)
        self.thresholds = {
            dimension: TypedText(
                description=french(f"Seuils de {dimension} ({unit}) :"),
                **wide,
            )
            for dimension, (_, unit) in DIMENSIONS.items()
        }
        known = (self._table()[self._customer] == MARC).any()
        self.customer = TypedText(
            value=MARC if known else "",
            description=french("Client suivi :"),
            placeholder="un identifiant",
            **wide,
        )
        hint = w.HTML(french("<small>Du plus petit au plus grand, séparés par « ; ».</small>"))
        self._threshold_box = w.VBox([*self.thresholds.values(), hint])
        self.figure_area, self.cuts_area, self.facts_area = w.HTML(), w.HTML(), w.HTML()

    def _lay_out(self) -> None:
        controls = [self.method, self._threshold_box, self.levels, self.as_of, self.monetary]
        if self._orders is None:
            controls.remove(self.as_of)
        self.show(
            wrapped(
                stacked(*controls, self.customer, self.message_area, self.facts_area, basis="19em"),
                stacked(self.figure_area, basis="26em", grow=2),
            ),
            self.cuts_area,
        )

    def _wire(self) -> None:
        self.react([self.levels], lambda: self._rescale("RFM"))
        self.react([self.monetary], lambda: self._rescale("M"))
        self.react([self.method, self.as_of, self.customer], self.refresh)
        self.react(self.thresholds.values(), self._write_thresholds)

    def _rescale(self, dimensions: str) -> None:
        """New levels or another amount: the thresholds of these dimensions no longer fit.

        They come after the picture where it does without them.
        """
        self._check_levels()
        if self.method.value == "thresholds":
            self._propose_thresholds(dimensions)
            self.refresh()
        else:
            self.refresh()
            self._propose_thresholds(dimensions)

    def _write_thresholds(self) -> None:
        """Remember what was typed: other levels, then the same again, bring it back."""
        levels = self._check_levels()
        for dimension, field in self.thresholds.items():
            self._typed[dimension, levels, self._column(dimension)] = field.value
        self.refresh()

    def _propose_thresholds(self, dimensions: str = "RFM") -> None:
        """What was typed for these levels, or round thresholds near the cuts of the quantiles."""
        levels, monetary = int(self.levels.read()), self.monetary.value
        table = self._table()
        scored = score_rfm(table, levels=levels, customer=self._customer, monetary=monetary)
        with self.asleep():
            for dimension in dimensions:
                edges = _round_edges(scored[dimension], table[self._column(dimension)], levels)
                text = french(" ; ".join(number(edge) for edge in edges))
                place = dimension, levels, self._column(dimension)
                self.thresholds[dimension].value = self._typed.get(place, text)

    # --- state ------------------------------------------------------------------------------

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """Every setting, and the customer followed."""
        names = ("method", "levels", "as_of", "monetary", "customer")
        thresholds = {f"thresholds_{d}": field for d, field in self.thresholds.items()}
        return {name: getattr(self, name) for name in names} | thresholds

    @property
    def value(self) -> dict[str, Any]:
        """The settings of `scored`, and the customer followed.

        Keys: method, levels, as_of (ISO date), monetary, thresholds, customer.
        """
        return {**self._settings, "customer": self.customer.value.strip() or None}

    def _column(self, dimension: str) -> str:
        return DIMENSIONS[dimension][0] or str(self.monetary.value)

    def _read_thresholds(self) -> dict[str, list[float]]:
        levels = int(self.levels.read())
        wanted = levels - 1
        edges: dict[str, list[float]] = {}
        for dimension, field in self.thresholds.items():
            found = [parse_number(text) for text in _SEPARATOR.split(field.value) if text.strip()]
            if len(found) != wanted:
                raise CourseError(
                    f"Pour {levels} niveaux, il faut {several(wanted, 'seuil')} de "
                    f"{dimension}, et l’on en lit {len(found)} : séparez-les par « ; »."
                )
            if sorted(set(found)) != found:
                raise CourseError(
                    f"Seuils de {dimension} – écrivez-les du plus petit au plus grand, chacun une "
                    "fois, séparés par « ; »."
                )
            edges[dimension] = found
        return edges

    def _table(self) -> pd.DataFrame:
        """Recency, frequency and amounts at the reference date chosen (computed once each)."""
        day = self.as_of.value
        if day not in self._tables:
            orders, names = self._orders, self._columns
            assert orders is not None
            if day != self._start:
                zone = {"date": names["date"], "timezone": names["timezone"]}
                orders = orders_until(orders, day, **zone)
            self._tables[day] = rfm_table(orders, as_of=day, **names)
        return self._tables[day]

    def _score(self) -> None:
        """Score with the fields on the screen; settings that do not fit change nothing."""
        method, day = self.method.value, self.as_of.value
        thresholds = self._read_thresholds() if method == "thresholds" else None
        self.scored = score_rfm(
            self._table(),
            levels=int(self.levels.read()),
            method=method,
            thresholds=thresholds,
            customer=self._customer,
            monetary=self.monetary.value,
        )
        self._settings = {
            "method": method,
            "levels": int(self.levels.read()),
            "as_of": None if day is None else day.isoformat(),
            "monetary": self.monetary.value,
            "thresholds": thresholds,
        }

    # --- screen -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Score again and redraw; with settings that do not fit, the results go away."""
        self._threshold_box.layout.display = "flex" if self.method.value == "thresholds" else "none"
        with self._cleared_if_refused():
            self._score()
        self._draw()

    def _check_levels(self) -> int:
        """The number of levels; one that does not fit takes the results away (`CourseError`)."""
        with self._cleared_if_refused():
            return int(self.levels.read())

    def _cleared_if_refused(self) -> AbstractContextManager[None]:
        return cleared_if_refused(self.figure_area, self.cuts_area, self.facts_area)

    def _draw(self) -> None:
        self._threshold_box.layout.display = "flex" if self.method.value == "thresholds" else "none"
        self.png = self._figure.update(self.scored, self._settings["levels"])
        self.figure_area.value = picture(self.png, self._figure.alternative)
        cuts = score_cuts(self.scored, monetary=self.monetary.value)
        self.cuts_area.value = _cuts_table(cuts, self._settings["levels"])
        self._tell_facts()

    def _tell_facts(self) -> None:
        sentences = [self.change_sentence, self._customer_sentence()]
        self.facts_area.value = status_lines(filter(None, sentences))

    @property
    def change_sentence(self) -> str:
        """How many customers have another code than with the starting settings."""
        if self.scored is self._reference:
            return f"{number(len(self.scored))} clients. C’est le réglage de départ."
        before = self._reference.attrs["rfm_levels"]
        levels = self._settings["levels"]
        if before != levels:
            return french(
                f"{number(len(self.scored))} clients. Les codes sont sur {levels} "
                f"niveaux au lieu de {before} : ils ne se comparent pas un à un."
            )
        versions = {"départ": self._reference, "réglage": self.scored}
        code, *scores = (
            compare_scores(versions, by=by, customer=self._customer).iloc[0]
            for by in ("code_rfm", "R", "F", "M")
        )
        parts = ", ".join(
            f"{name} : {number(row['changent'])}"
            for name, row in zip(DIMENSIONS, scores, strict=True)
        )
        return french(
            f"{number(code['changent'])} clients sur {number(code['clients'])} "
            f"({percent(code['part'], 1)}) changent de code depuis le réglage de départ ({parts})."
        )

    def _followed(self) -> str:
        """The customer followed, as the table writes the id; empty when there is none."""
        ids = self._reference[self._customer]
        if not self.customer.value.strip():
            return ""
        found = find_customer(ids, self.customer.value)
        if found is None:
            self.tell(str(unknown_customer(self.customer.value, ids)))
            return ""
        with self.asleep():
            self.customer.value = str(found)
        return str(found)

    def _customer_sentence(self) -> str:
        wanted = self._followed()
        if not wanted:
            return ""
        row = self.scored[self.scored[self._customer].astype(str) == wanted]
        if row.empty:
            self.tell(f"Le client « {wanted} » n’avait encore rien acheté à cette date.")
            return ""
        found = row.iloc[0]
        name = "Marc Morel" if wanted == MARC else wanted
        amount = euros(found[self.monetary.value])
        times = number(found["frequence"]) + (
            " commandes" if found["frequence"] > 1 else " commande"
        )
        return french(
            f"<strong>{escape(name)} : code "
            f"{found['code_rfm']}</strong> sur {self._settings['levels']} niveaux "
            f"(récence {number(found['recence'])} jours, {times}, {amount})."
        )

    def fallback(self) -> dict[str, str]:
        """The heatmap of the current settings."""
        return {"text/html": self.figure_area.value}


def _is_rfm_table(data: pd.DataFrame) -> bool:
    return {"recence", "frequence", "montant_total"} <= set(data.columns)


def _reference_dates(orders: pd.DataFrame, columns: dict[str, str]) -> dict[str, dt.date | None]:
    """The day after the last order, then the ends of the months before it, by their names."""
    import pandas as pd

    days = orders[columns["date"]]
    if not isinstance(days.dtype, pd.DatetimeTZDtype):
        days = pd.to_datetime(days)
    else:
        days = days.dt.tz_convert(columns["timezone"])
    first, last = days.min().date(), days.max().date()
    ends = pd.date_range(end=last, periods=MONTHS_BACK, freq="ME")[::-1]
    earliest = first + dt.timedelta(days=FIRST_DAYS)
    past = [end.date() for end in ends if earliest <= end.date() < last]
    return {long_date(day): day for day in (last + dt.timedelta(days=1), *past)}


def _round_edges(scores: pd.Series, values: pd.Series, levels: int) -> list[float]:
    """The value at which each score above 1 begins, rounded to two digits, increasing."""
    smaller_is_better = scores.name == "R"
    edges: list[float] = []
    for score in range(levels, 1, -1) if smaller_is_better else range(2, levels + 1):
        group = values[scores >= score]
        edge = float(group.max() if smaller_is_better else group.min()) if len(group) else 0.0
        rounded = round(edge, min(0, 2 - len(str(int(edge)))))
        edges.append(max(rounded, edges[-1] + 1 if edges else 1.0))
    return edges


def _cuts_table(cuts: pd.DataFrame, levels: int) -> str:
    """One row per score, best first: its range and its customers on each dimension."""
    import pandas as pd

    rows: dict[int, dict[str, str | int]] = {}
    for score in range(levels, 0, -1):
        rows[score] = {"score": score}
        for dimension, (_, unit) in DIMENSIONS.items():
            rows[score] |= {f"{dimension} ({unit})": "vide", f"Clients {dimension}": 0}
    held = cuts[cuts["clients"] > 0]
    for cut, text in zip(held.to_dict("records"), cut_ranges(held), strict=True):
        dimension = cut["dimension"]
        rows[cut["score"]] |= {
            f"{dimension} ({DIMENSIONS[dimension][1]})": text,
            f"Clients {dimension}": cut["clients"],
        }
    caption = "Ce que vaut chaque score, et combien de clients le portent"
    return show_table(pd.DataFrame(list(rows.values())), caption)._repr_html_()


def cut_ranges(cuts: pd.DataFrame) -> list[str]:
    """Each row of `score_cuts` as « 14 à 281 », with the decimals that keep scores apart.

    >>> import pandas as pd
    >>> cuts = pd.DataFrame({"dimension": "M", "de": [14.2, 281.9], "a": [281.6, 900.0]})
    >>> cut_ranges(cuts)
    ['14,2 à 281,6', '281,9 à 900,0']
    """
    decimals = {name: _decimals(rows) for name, rows in cuts.groupby("dimension")}
    columns = (cuts[name].tolist() for name in ("dimension", "de", "a"))
    return [_range(low, high, decimals[name]) for name, low, high in zip(*columns, strict=True)]


def _decimals(cuts: pd.DataFrame) -> int:
    """As few as tell the end of each score from the beginning of the next, two at most."""
    ordered = cuts.sort_values("de")
    pairs = list(zip(ordered["a"].iloc[:-1], ordered["de"].iloc[1:], strict=True))
    apart = [(high, low) for high, low in pairs if high < low]
    return next((d for d in (0, 1) if all(round(a, d) < round(b, d) for a, b in apart)), 2)


def _range(low: float, high: float, decimals: int) -> str:
    first, last = number(low, decimals), number(high, decimals)
    return first if first == last else f"{first} à {last}"


def score_explorer(
    data: pd.DataFrame,
    *,
    levels: int = 4,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
    key: str = "",
) -> ScoreExplorer:
    """Explore how scores depend on the method, the levels, the reference date and the amount.

    Args:
        data: clean order lines (then the reference date can move), or the table that
            `rfm_table` gave (then it cannot).
        levels: number of levels at the start, 2 to 10.
        customer: column of the customers; the others name the columns of the order lines.
        key: where to keep the settings ("03_calcul_rfm/scores"); an empty one keeps nothing.

    Returns:
        The activity: `value` holds the settings, `scored` the table with R, F, M, code_rfm.

    Raises:
        CourseError: as `rfm_table` and `score_rfm`.
    """
    columns = OrderColumns(customer, order, date, amount, timezone)
    return ScoreExplorer(data, columns._asdict(), levels).kept(key)
