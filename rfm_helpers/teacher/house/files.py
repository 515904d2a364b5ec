"""The files of ``data/orsenne``: which tables, and how they are written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from . import tables
from .simulation import House, simulate

DECIMALS = {"montant": 2, "marge": 2, "remise": 2, "taux_marge": 2}
RAW_EXPORT, SHOP_EXPORT = "export_brut", "export_prestashop"
TEACHER_FILES = ("export_brut_defauts", "export_brut_verite")
FILES = (
    "clients", "produits", "boutiques", "commandes", "contacts", "reclamations", "parrainages",
    "six_clients", RAW_EXPORT, SHOP_EXPORT, *TEACHER_FILES,
)  # fmt: skip


def generate(house: House | None = None) -> dict[str, pd.DataFrame]:
    """Every table by the name of its file, dates as ISO text, amounts in euros."""
    house = house or simulate()
    orders = tables.orders_table(house.orders)
    return {
        "clients": tables.customers_table(house.customers, house.contacts),
        "produits": tables.products_table(),
        "boutiques": tables.stores_table(),
        "commandes": orders,
        "contacts": tables.contacts_table(house.contacts),
        "reclamations": tables.complaints_table(house.complaints),
        "parrainages": tables.referrals_table(house.customers, house.referrers),
        "six_clients": tables.six_customers_table(orders),
        RAW_EXPORT: house.raw_export.cells,
        SHOP_EXPORT: house.shop_export,
        "export_brut_defauts": house.raw_export.defects,
        "export_brut_verite": house.raw_export.truth,
    }


def write_files(frames: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write each table as ``folder/<name>.csv``: UTF-8, comma, ``\\n``, except the two exports."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        raw, export = name == RAW_EXPORT, name in (RAW_EXPORT, SHOP_EXPORT)
        text = _fixed_decimals(frame).to_csv(
            index=False, sep=";" if export else ",", lineterminator="\r\n" if raw else "\n"
        )
        encoding = "cp1252" if raw else "utf-8"
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))


def _fixed_decimals(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers written with a fixed number of decimals, so that no platform writes 0.1 otherwise."""
    written = {
        column: [f"{value:.{decimals}f}" for value in frame[column]]
        for column, decimals in DECIMALS.items()
        if column in frame.columns
    }
    return frame.assign(**written)
