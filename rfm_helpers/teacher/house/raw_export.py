"""The back-office export of the last twelve months: the same lines, with the defects of real files.

Every defect is planted on a line that has no other, so that each one can be counted and so that
the truth of each line stays known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import house
from .customers import Customer
from .orders import Order
from .parameters import as_date, as_day, stream

FIRST_DAY = dt.date(2025, 1, 1)
COLUMNS = ["N° client", "Nom", "N° commande", "Date", "Article", "Montant TTC", "Boutique"]
EXCEL_EPOCH = dt.date(1899, 12, 30)
KEPT, SET_ASIDE = "garder", "écarter"


class Defect(NamedTuple):
    """One kind of planted line: its name, how many, what it is, and what must become of it."""

    name: str
    lines: int
    outcome: str
    meaning: str


DEFECTS = (
    Defect("doublon", 38, SET_ASIDE, "ligne recopiée à l’identique"),
    Defect("client_manquant", 27, SET_ASIDE, "N° client vide, fait d’espaces, ou « N/A »"),
    Defect("commande_manquante", 12, SET_ASIDE, "N° commande vide"),
    Defect("date_manquante", 14, SET_ASIDE, "date vide"),
    Defect("date_impossible", 9, SET_ASIDE, "jour qui n’existe pas, comme 31/02/2025"),
    Defect("date_future", 11, SET_ASIDE, "date postérieure au 31 décembre 2025"),
    Defect("date_iso", 160, KEPT, "date écrite 2025-03-14"),
    Defect("date_points", 120, KEPT, "date écrite 14.03.25"),
    Defect("date_excel", 60, KEPT, "date devenue un nombre d’Excel, comme « 45730 »"),
    Defect("date_mois_d_abord", 24, KEPT, "mois écrit d’abord, et cela se voit : 05/25/2025"),
    Defect(
        "date_mois_d_abord_ambigu",
        6,
        KEPT,
        "mois écrit d’abord sans que cela se voie : 05/11/2025 pour le 11 mai",
    ),
    Defect(
        "date_fuseau",
        18,
        KEPT,
        "instant UTC tard le soir : à Paris, c’est déjà le lendemain",
    ),
    Defect("montant_manquant", 13, SET_ASIDE, "montant vide"),
    Defect("montant_nul", 8, KEPT, "ligne à 0,00 : un cadeau, sans effet sur les totaux"),
    Defect("montant_texte", 7, SET_ASIDE, "montant qui n’est pas un nombre : « offert »"),
    Defect("montant_espace", 130, KEPT, "espace ordinaire entre les milliers : « 1 500,00 »"),
    Defect("montant_insecable", 90, KEPT, "espace insécable entre les milliers"),
    Defect("montant_point", 60, KEPT, "point entre les milliers : « 1.500,00 »"),
    Defect("montant_euro", 110, KEPT, "montant suivi du signe €"),
    Defect("client_test", 6, SET_ASIDE, "commandes d’essai du client C-TEST"),
)
COUNTED = (
    Defect("retour", 0, KEPT, "ligne négative : un article rendu"),
    Defect("commande_rendue", 0, KEPT, "lignes d’une commande rendue en entier : total nul"),
    Defect(
        "achat_repete",
        0,
        KEPT,
        "vrai second achat : même client, jour, article et montant, autre N° commande",
    ),
    Defect("date_deux_lectures", 0, KEPT, "date avec barres que l’on peut lire de deux façons"),
)


@dataclass(frozen=True)
class ExportLine:
    """One line of the export: the truth (client, order, day, cents) and the cells as written."""

    client: str
    order: str
    day: int
    cents: int
    cells: tuple[str, ...]
    defect: str = ""

    def write(self, defect: str, **cells: str) -> ExportLine:
        """The same line, with a defect and other cells (``client``, ``order``, ``date``…)."""
        names = ("client", "name", "order", "date", "product", "amount", "store")
        written = tuple(cells.get(name, cell) for name, cell in zip(names, self.cells, strict=True))
        return replace(self, defect=defect, cells=written)


class RawExport(NamedTuple):
    """The export (text cells), the truth of each line, and the count of each defect."""

    cells: pd.DataFrame
    truth: pd.DataFrame
    defects: pd.DataFrame


def make_raw_export(customers: list[Customer], orders: list[Order]) -> RawExport:
    """The export of the orders of 2025 and what is wrong in it.

    ``truth`` has one row per line of the export: ``ligne`` (line number in the file, titles are
    line 1), ``defaut`` (empty when sound), ``issue`` (garder, écarter), the true ``client_id``,
    ``commande_id``, ``date_achat`` and ``montant``, and ``date_lue`` (the day that a reading day
    first gives: it differs from the true one on the ``date_mois_d_abord_ambigu`` lines only).
    """
    rng = stream("raw_export")
    lines = _spoil(_sound_lines(customers, orders), rng)
    cells = pd.DataFrame([line.cells for line in lines], columns=COLUMNS)
    return RawExport(cells, _truth(lines), _defects(lines))


def _sound_lines(customers: list[Customer], orders: list[Order]) -> list[ExportLine]:
    named = {c.number: f"{c.last_name.upper()} {c.first_name}" for c in customers}
    lines = []
    for order in orders:
        if as_date(order.day) < FIRST_DAY:
            continue
        for line in order.lines:
            client = f"C-{order.customer:04d}"
            cells = (
                client,
                named[order.customer],
                order.id,
                _french_date(line.day),
                house.PRODUCT[line.product].name,
                _amount(line.cents),
                house.STORE_NAME[order.store],
            )
            lines.append(ExportLine(client, order.id, line.day, line.cents, cells))
    return sorted(lines, key=lambda line: line.day)


def _spoil(lines: list[ExportLine], rng: np.random.Generator) -> list[ExportLine]:
    """Plant each defect on free lines drawn at random, then copies and the test customer."""
    spoiled = list(lines)
    free = _plain(lines)
    for defect in DEFECTS:
        if defect.name not in WRITERS:
            continue
        fits, write = WRITERS[defect.name]
        candidates = [index for index in free if fits(lines[index])]
        chosen = rng.permutation(len(candidates))[: defect.lines]
        taken = {candidates[int(position)] for position in chosen}
        for rank, index in enumerate(sorted(taken)):
            spoiled[index] = write(lines[index], rank)
        free = [index for index in free if index not in taken]
    spoiled = _with_copies(spoiled, free, rng)
    return _with_tests(spoiled)


def _plain(lines: list[ExportLine]) -> list[int]:
    """Lines that stand alone: the only one of their order, not a repeated purchase, not Marc's."""
    sizes: dict[str, int] = {}
    twins: dict[tuple[object, ...], int] = {}
    for line in lines:
        sizes[line.order] = sizes.get(line.order, 0) + 1
        twins[_purchase(line)] = twins.get(_purchase(line), 0) + 1
    return [
        index
        for index, line in enumerate(lines)
        if sizes[line.order] == 1 and twins[_purchase(line)] == 1
    ]


def _purchase(line: ExportLine) -> tuple[object, ...]:
    return (line.client, line.day, line.cells[4], line.cents)


def _with_copies(
    lines: list[ExportLine], free: list[int], rng: np.random.Generator
) -> list[ExportLine]:
    """Repeat some sound lines, each copy a few lines further down."""
    count = next(defect.lines for defect in DEFECTS if defect.name == "doublon")
    chosen = sorted(free[int(i)] for i in rng.permutation(len(free))[:count])
    copies: dict[int, list[ExportLine]] = {}
    for index in chosen:
        place = min(index + int(rng.integers(0, 40)), len(lines) - 1)
        copies.setdefault(place, []).append(replace(lines[index], defect="doublon"))
    return [out for i, line in enumerate(lines) for out in (line, *copies.get(i, []))]


def _with_tests(lines: list[ExportLine]) -> list[ExportLine]:
    count = next(defect.lines for defect in DEFECTS if defect.name == "client_test")
    step = len(lines) // (count + 1)
    for rank in range(count):
        place = (rank + 1) * step + rank
        day = lines[place].day
        cells = (
            "C-TEST", "Client TEST", f"TEST-{rank + 1:02d}", _french_date(day),
            "Sac en cuir Odéon", _amount(100 if rank % 2 else 99_999_900), "Boutique en ligne",
        )  # fmt: skip
        test = ExportLine("C-TEST", cells[2], day, 100, cells, "client_test")
        lines = [*lines[:place], test, *lines[place:]]
    return lines


def _truth(lines: list[ExportLine]) -> pd.DataFrame:
    outcomes = {defect.name: defect.outcome for defect in DEFECTS}
    return pd.DataFrame(
        {
            "ligne": range(2, len(lines) + 2),
            "defaut": [line.defect for line in lines],
            "issue": [outcomes.get(line.defect, KEPT) for line in lines],
            "client_id": [line.client for line in lines],
            "commande_id": [line.order for line in lines],
            "date_achat": [as_date(line.day).isoformat() for line in lines],
            "date_lue": [_read_day_first(line).isoformat() for line in lines],
            "montant": [
                0.0 if line.defect == "montant_nul" else line.cents / 100 for line in lines
            ],
        }
    )


def _read_day_first(line: ExportLine) -> dt.date:
    if line.defect != "date_mois_d_abord_ambigu":
        return as_date(line.day)
    day, month, year = line.cells[3].split("/")
    return dt.date(int(year), int(month), int(day))


def _defects(lines: list[ExportLine]) -> pd.DataFrame:
    net: dict[str, int] = {}
    twins: dict[tuple[object, ...], set[str]] = {}
    for line in lines:
        if line.defect not in ("doublon", "client_test"):
            net[line.order] = net.get(line.order, 0) + line.cents
            twins.setdefault(_purchase(line), set()).add(line.order)
    marks: dict[str, list[bool]] = {
        defect.name: [line.defect == defect.name for line in lines] for defect in DEFECTS
    }
    marks["retour"] = [line.cents < 0 for line in lines]
    marks["commande_rendue"] = [net.get(line.order) == 0 for line in lines]
    marks["achat_repete"] = [
        line.cents > 0 and len(twins.get(_purchase(line), ())) > 1 for line in lines
    ]
    marks["date_deux_lectures"] = [_two_readings(line.cells[3]) for line in lines]
    return pd.DataFrame(
        [
            (defect.name, sum(marks[defect.name]), defect.outcome, defect.meaning)
            for defect in (*DEFECTS, *COUNTED)
        ],
        columns=["defaut", "lignes", "issue", "description"],
    )


def _two_readings(date: str) -> bool:
    parts = date.split("/")
    return len(parts) == 3 and int(parts[0]) <= 12 and int(parts[1]) <= 12 and parts[0] != parts[1]


def _french_date(day: int) -> str:
    return as_date(day).strftime("%d/%m/%Y")


def _amount(cents: int, thousands: str = "") -> str:
    """An amount with a decimal comma.

    >>> _amount(-150050), _amount(150000, ".")
    ('-1500,50', '1.500,00')
    """
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole:,}".replace(",", thousands) + f",{rest:02d}"


def _utc_evening(line: ExportLine, rank: int) -> ExportLine:
    """The instant in UTC, the evening before: 22:30 in summer or 23:30 in winter, or later."""
    eve = as_date(line.day) - dt.timedelta(days=1)
    summer = dt.date(2025, 3, 31) <= eve <= dt.date(2025, 10, 25)
    hour = 22 if summer and rank % 2 else 23
    return line.write("date_fuseau", date=f"{eve.isoformat()}T{hour}:{30 + rank % 25}:00Z")


def _anything(line: ExportLine) -> bool:
    return line.cents > 0


def _thousands(line: ExportLine) -> bool:
    return line.cents >= 100_000


def _clear_day(line: ExportLine) -> bool:
    return line.cents > 0 and as_date(line.day).day > 12


def _unclear_day(line: ExportLine) -> bool:
    day = as_date(line.day)
    return line.cents > 0 and day.day <= 12 and day.day != day.month


def _zone_day(line: ExportLine) -> bool:
    return line.cents > 0 and line.cells[6] == "Boutique en ligne" and line.day > as_day(FIRST_DAY)


def _month_first(line: ExportLine) -> str:
    return as_date(line.day).strftime("%m/%d/%Y")


IMPOSSIBLE = ("31/02/2025", "30/02/2025", "31/04/2025", "31/06/2025", "31/09/2025", "31/11/2025")
BLANKS = ("", "   ", "N/A")

Fits = Callable[[ExportLine], bool]
Writer = Callable[[ExportLine, int], ExportLine]
WRITERS: dict[str, tuple[Fits, Writer]] = {
    "client_manquant": (
        _anything,
        lambda x, n: x.write("client_manquant", client=BLANKS[n % len(BLANKS)]),
    ),
    "commande_manquante": (_anything, lambda x, n: x.write("commande_manquante", order="")),
    "date_manquante": (_anything, lambda x, n: x.write("date_manquante", date="")),
    "date_impossible": (
        _anything,
        lambda x, n: x.write("date_impossible", date=IMPOSSIBLE[n % len(IMPOSSIBLE)]),
    ),
    "date_future": (
        _anything,
        lambda x, n: x.write("date_future", date=f"{15 + n:02d}/0{1 + n % 6}/2026"),
    ),
    "date_iso": (
        _anything,
        lambda x, n: x.write("date_iso", date=as_date(x.day).isoformat()),
    ),
    "date_points": (
        _anything,
        lambda x, n: x.write("date_points", date=as_date(x.day).strftime("%d.%m.%y")),
    ),
    "date_excel": (
        _anything,
        lambda x, n: x.write("date_excel", date=str((as_date(x.day) - EXCEL_EPOCH).days)),
    ),
    "date_mois_d_abord": (
        _clear_day,
        lambda x, n: x.write("date_mois_d_abord", date=_month_first(x)),
    ),
    "date_mois_d_abord_ambigu": (
        _unclear_day,
        lambda x, n: x.write("date_mois_d_abord_ambigu", date=_month_first(x)),
    ),
    "date_fuseau": (_zone_day, _utc_evening),
    "montant_manquant": (_anything, lambda x, n: x.write("montant_manquant", amount="")),
    "montant_nul": (_anything, lambda x, n: x.write("montant_nul", amount="0,00")),
    "montant_texte": (_anything, lambda x, n: x.write("montant_texte", amount="offert")),
    "montant_espace": (
        _thousands,
        lambda x, n: x.write("montant_espace", amount=_amount(x.cents, " ")),
    ),
    "montant_insecable": (
        _thousands,
        lambda x, n: x.write("montant_insecable", amount=_amount(x.cents, "\u00a0")),
    ),
    "montant_point": (
        _thousands,
        lambda x, n: x.write("montant_point", amount=_amount(x.cents, ".")),
    ),
    "montant_euro": (
        _anything,
        lambda x, n: x.write("montant_euro", amount=f"{_amount(x.cents)} €"),
    ),
}
