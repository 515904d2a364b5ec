"""The quality explorer: change how a file is cleaned, and see what its quality log says then."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import ipywidgets as w

from rfm_helpers.activities.base import Activity, announced, labelled, stacked, wrapped
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.datasets import COURSE_DATE, QualityLog, clean_orders
from rfm_helpers.french.numbers import euros, long_date, number
from rfm_helpers.french.words import french
from rfm_helpers.inputs import as_day
from rfm_helpers.plots.quality import plot_quality_log
from rfm_helpers.plots.style import picture
from rfm_helpers.plots.tables import show_table

if TYPE_CHECKING:
    import pandas as pd

QUARTERS = 4
ZONES = {"heure de Paris": "Europe/Paris", "temps universel (UTC)": "UTC"}
TESTS = {"écarté": ("TEST",), "gardé": ()}


class _Cleaned(NamedTuple):
    """What a setting gives: orders, log, RFM table, and the log's figure with its alternative."""

    orders: pd.DataFrame
    log: QualityLog
    table: pd.DataFrame
    png: bytes
    alternative: str


class QualityExplorer(Activity):
    """Reference date, time zone, test customer → quality log, and what the RFM table becomes."""

    purpose = "explorer le journal de qualité"

    def __init__(self, raw: pd.DataFrame, columns: dict[str, str], as_of: dt.date) -> None:
        super().__init__()
        self._raw = raw
        self._columns: dict[str, Any] = columns
        self._cleaned: dict[str, _Cleaned] = {}
        self._build_fields(as_of)
        self._clean()
        self._start = self.facts
        self._draw()
        self.react([self.as_of, self.timezone, self.test_customer], self.refresh)

    def _build_fields(self, as_of: dt.date) -> None:
        wide = labelled(width="auto")
        self.as_of = w.Dropdown(
            options=_reference_dates(as_of), description=french("Date de référence :"), **wide
        )
        self.timezone = w.Dropdown(options=ZONES, description=french("Heure retenue :"), **wide)
        self.test_customer = w.Dropdown(
            options=TESTS, description=french("Client de test :"), **wide
        )
        self.facts_area, self.figure_area = w.HTML(), w.HTML()
        self.show(
            wrapped(
                stacked(
                    self.as_of,
                    self.timezone,
                    self.test_customer,
                    self.message_area,
                    self.facts_area,
                    basis="24em",
                ),
                stacked(self.figure_area, basis="26em", grow=2),
            )
        )

    @property
    def value(self) -> dict[str, Any]:
        """The settings: as_of (ISO date, None: no limit), timezone, test_customers."""
        day = self.as_of.value
        return {
            "as_of": day.isoformat() if day else None,
            "timezone": self.timezone.value,
            "test_customers": self.test_customer.value,
        }

    @property
    def kept_fields(self) -> dict[str, w.Widget]:
        """The three settings."""
        names = ("as_of", "timezone", "test_customer")
        return {name: getattr(self, name) for name in names}

    def refresh(self) -> None:
        """Clean the file and draw its log with these settings, once each, and show them."""
        self._clean()
        self._draw()

    def _clean(self) -> None:
        settings = str(self.value)
        if settings not in self._cleaned:
            orders, log = clean_orders(self._raw, **self._columns, **self.value)
            table = rfm_table(orders, as_of=self.as_of.value or None)
            figure = plot_quality_log(log.table)
            png = figure.png(quickly=True)
            self._cleaned[settings] = _Cleaned(orders, log, table, png, figure.alternative)
        self.orders, self.log, self.table, self.png, self._alternative = self._cleaned[settings]

    @property
    def facts(self) -> dict[str, str]:
        """What the settings lead to: lines, customers, orders, revenue, the first customer."""
        first = self.table.sort_values("montant_total", ascending=False, kind="stable").iloc[0]
        return {
            "Lignes lues": number(self.log.lines_in),
            "Lignes gardées": number(self.log.lines_out),
            "Lignes mises de côté": number(len(self.log.set_aside)),
            "Jours changés par le fuseau": number(self._days_shifted()),
            "Clients dans la table RFM": number(len(self.table)),
            "Commandes": number(self.table["frequence"].sum()),
            "Chiffre d’affaires": euros(self.orders["montant"].sum()),
            "Premier client": f"{first['client_id']} ({euros(first['montant_total'])})",
        }

    def _days_shifted(self) -> int:
        found = self.log.table
        return int(found.loc[found["defaut"] == "jour changé par le fuseau", "lignes"].sum())

    def _draw(self) -> None:
        import pandas as pd

        self.figure_area.value = picture(self.png, self._alternative)
        rows = [(name, self._start[name], now) for name, now in self.facts.items()]
        table = pd.DataFrame(rows, columns=["resultat", "depart", "reglage"])
        headings = {"resultat": "Résultat", "depart": "Au départ", "reglage": "Votre réglage"}
        shown = show_table(table, headings=headings)
        self.facts_area.value = announced(shown._repr_html_())

    def fallback(self) -> dict[str, str]:
        """The figure of the settings in force."""
        return {"text/html": self.figure_area.value}


def _reference_dates(last: dt.date) -> dict[str, dt.date | str]:
    # A list shows nothing for a value of None: no date is an empty text.
    import pandas as pd

    ends = pd.date_range(end=last, periods=QUARTERS, freq="QE")[::-1]
    days = list(dict.fromkeys([last, *(end.date() for end in ends)]))
    return {long_date(day): day for day in days} | {"aucune (tout garder)": ""}


def quality_explorer(
    raw: pd.DataFrame,
    *,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    as_of: dt.date | str = COURSE_DATE,
    key: str = "",
) -> QualityExplorer:
    """Change the reference date, the time zone or the fate of the test customer, and see the log.

    Args:
        raw: one row per order line, as `clean_orders` takes it.
        customer, order, date, amount: names of its columns.
        as_of: the reference date at the start; the ends of the quarters before it are offered too.
        key: where to keep the settings ("02_donnees/qualite"); an empty one keeps nothing.

    Returns:
        The activity: `orders` and `log` are those of the settings in force, `value` the settings.

    Raises:
        CourseError: as `clean_orders`.
    """
    columns = {"customer": customer, "order": order, "date": date, "amount": amount}
    return QualityExplorer(raw, columns, as_day(as_of)).kept(key)
