"""Which segments first: revenue at stake and at risk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, long_date, percent
from rfm_helpers.french.words import french
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import (
    CHECK_NAMES,
    SEGMENT_FIRST,
    OrderColumns,
    require_columns,
    require_one_row_each,
    require_rows,
)
from rfm_helpers.tables.engines import to_pandas

MAY_LEAVE = ("Besoin d’attention", "Bientôt dormants", "À risque", "À ne pas perdre")

_BY = {"en_jeu": "chiffre_affaires_en_jeu", "a_risque": "chiffre_affaires_a_risque"}


def revenue_at_stake(
    segmented: Any,
    react: float | Mapping[str, float],
    *,
    customer: str = "client_id",
    frequency: str = "frequence",
    amount: str = "montant_total",
) -> pd.DataFrame:
    """Revenue at stake per segment: customers × assumed share who react × mean basket.

    It is an assumption, and the share that makes it stands beside the figure.

    Args:
        segmented: one row per customer, with `segment`, frequency (orders) and total amount (€).
        react: assumed share of the customers who place one more order (0–1), for all segments or
            by segment (0 for a segment left out).
        customer: column of the customers.
        frequency: column of the frequency.
        amount: column of the total amount.

    Returns:
        One row per segment that has customers, in alphabetical order: `segment`, `clients` (int),
        `panier_moyen` (euros: revenue ÷ orders), `part_qui_reagit` (0–1),
        `chiffre_affaires_en_jeu` (euros), `hypothese` (a French sentence).

    Raises:
        CourseError: missing column, no customer, a customer twice, a share outside 0–1, a share
            for a segment that has no customer.

    Example:
        >>> segmented = pd.DataFrame({
        ...     "client_id": ["A", "B"], "frequence": [4, 1], "montant_total": [800.0, 100.0],
        ...     "segment": ["Perdus", "Perdus"],
        ... })
        >>> revenue_at_stake(segmented, 0.1)[["clients", "panier_moyen", "chiffre_affaires_en_jeu"]]
           clients  panier_moyen  chiffre_affaires_en_jeu
        0        2         180.0                     36.0
    """
    frame = _checked(segmented, [customer, frequency, amount], customer)
    groups = frame.groupby("segment").agg(
        clients=(customer, "size"), total=(amount, "sum"), orders=(frequency, "sum")
    )
    table = groups.reset_index()
    shares = _shares(react, table["segment"])
    baskets = table["total"] / table["orders"]
    return pd.DataFrame(
        {
            "segment": table["segment"],
            "clients": table["clients"],
            "panier_moyen": baskets,
            "part_qui_reagit": shares,
            "chiffre_affaires_en_jeu": table["clients"] * shares * baskets,
            "hypothese": [
                f"{percent(share, _decimals(share))} des clients commandent une fois de plus, "
                f"pour {euros(basket)}"
                for share, basket in zip(shares, baskets, strict=True)
            ],
        }
    )


def revenue_at_risk(
    segmented: Any,
    orders: Any,
    as_of: dt.date | str,
    *,
    may_leave: Collection[str] = MAY_LEAVE,
    customer: str = "client_id",
    order: str = "commande_id",
    date: str = "date_achat",
    amount: str = "montant",
    timezone: str = "Europe/Paris",
) -> pd.DataFrame:
    """Revenue at risk per segment: last year's revenue of those who may leave.

    It is apart from the revenue at stake, and the two are not added: a customer silent for more
    than a year has nothing left at risk, and may yet be won back.

    Args:
        segmented: one row per customer, with `segment`.
        orders: order lines (pandas, Polars, Arrow or DuckDB); those after `as_of` are refused.
        as_of: the reference date; last year is the twelve months that end on it.
        may_leave: the segments whose customers may leave.
        customer: column of the customers, in both.
        order: column of the orders.
        date: column of the dates.
        amount: column of the amounts (euros).
        timezone: the trade's zone, for dates with a zone.

    Returns:
        One row per segment that has customers, in alphabetical order: `segment`, `clients` (int),
        `actifs` (int: those with an order last year), `chiffre_affaires_12_mois` (euros),
        `peut_partir` (bool), `chiffre_affaires_a_risque` (euros: last year's revenue where
        `peut_partir`, else 0), `hypothese_risque` (a French sentence).

    Raises:
        CourseError: missing column, no customer, a customer twice, an order after `as_of`, no
            order in the twelve months.

    Example:
        >>> segmented = pd.DataFrame(
        ...     {"client_id": ["A", "B"], "segment": ["À risque", "Champions"]}
        ... )
        >>> orders = pd.DataFrame({
        ...     "client_id": ["A", "B", "A"], "commande_id": ["1", "2", "3"],
        ...     "date_achat": pd.to_datetime(["2024-01-31", "2024-12-01", "2022-01-01"]),
        ...     "montant": [150.0, 80.0, 999.0],
        ... })
        >>> table = revenue_at_risk(segmented, orders, "2024-12-31")
        >>> table[["segment", "chiffre_affaires_12_mois", "chiffre_affaires_a_risque"]]
             segment  chiffre_affaires_12_mois  chiffre_affaires_a_risque
        0  Champions                      80.0                        0.0
        1   À risque                     150.0                      150.0
    """
    frame, day = _checked(segmented, [customer], customer), as_day(as_of)
    start = (pd.Timestamp(day) - pd.DateOffset(years=1)).date() + dt.timedelta(days=1)
    columns = OrderColumns(customer, order, date, amount, timezone)
    year = rfm_table(to_pandas(orders), start=start, as_of=day, **columns._asdict())
    spent = frame[customer].map(year.set_index(customer)["montant_total"])
    table = (
        frame.assign(spent=spent.fillna(0.0), active=spent.notna())
        .groupby("segment")
        .agg(
            clients=(customer, "size"),
            actifs=("active", "sum"),
            chiffre_affaires_12_mois=("spent", "sum"),
        )
        .reset_index()
    )
    leaving = table["segment"].isin(list(may_leave))
    period = f"commandes du {long_date(start)} au {long_date(day)}"
    words = leaving.map({True: "tous peuvent partir", False: "aucun départ attendu"})
    return table.astype({"actifs": "int64"}).assign(
        peut_partir=leaving,
        chiffre_affaires_a_risque=table["chiffre_affaires_12_mois"].where(leaving, 0.0),
        hypothese_risque=[french(f"{word} ; {period}") for word in words],
    )


def prioritise(
    stakes: pd.DataFrame, risks: pd.DataFrame | None = None, by: str = "en_jeu"
) -> pd.DataFrame:
    """Rank the segments by their effect on revenue, to decide where resources go first.

    Revenue at stake and revenue at risk are shown side by side and never added.

    Args:
        stakes: the output of `revenue_at_stake`.
        risks: the output of `revenue_at_risk` for the same customers, if known.
        by: "en_jeu" or "a_risque".

    Returns:
        The columns of both, the largest first, with `rang` (1 is the first; equal amounts share
        their rank), `part` (0–1) and `part_cumulee` (0–1) of the amount ranked by.

    Raises:
        CourseError: unknown `by`, "a_risque" without `risks`, tables of other segments.

    Example:
        >>> stakes = pd.DataFrame({"segment": ["A", "B"], "chiffre_affaires_en_jeu": [25.0, 75.0]})
        >>> prioritise(stakes)[["rang", "segment", "part_cumulee"]]
           rang segment  part_cumulee
        0     1       B          0.75
        1     2       A          1.00
    """
    if by not in _BY or (by == "a_risque" and risks is None):
        raise CourseError(
            f"Le classement « {by} » est impossible : choisissez « en_jeu », "
            "ou « a_risque » en donnant aussi la table de revenue_at_risk."
        )
    table = stakes
    if risks is not None:
        if set(stakes["segment"]) != set(risks["segment"]):
            raise CourseError(
                "Les deux tables n’ont pas les mêmes segments : "
                "calculez-les sur la même table de clients."
            )
        table = stakes.merge(risks.drop(columns="clients", errors="ignore"), on="segment")
    column = _BY[by]
    ranked = table.sort_values([column, "segment"], ascending=[False, True], ignore_index=True)
    share = ranked[column] / ranked[column].sum() if ranked[column].any() else ranked[column] * 0.0
    ranks = ranked[column].rank(method="min", ascending=False).astype("int64")
    first = pd.DataFrame({"rang": ranks})
    return pd.concat([first, ranked], axis=1).assign(part=share, part_cumulee=share.cumsum())


def _checked(segmented: Any, columns: list[str], customer: str) -> pd.DataFrame:
    frame = to_pandas(segmented)
    require_columns(frame.columns, ["segment"], remedy=SEGMENT_FIRST)
    require_columns(frame.columns, columns, remedy=CHECK_NAMES)
    require_rows(frame)
    require_one_row_each(frame, customer)
    return frame


def _shares(react: float | Mapping[str, float], segments: pd.Series[str]) -> pd.Series[float]:
    if isinstance(react, Mapping):
        known = set(segments)
        react = {
            name if name in known else french(str(name)): share for name, share in react.items()
        }
        unknown = [name for name in react if name not in known]
        if unknown:
            raise CourseError(
                f"Le segment « {unknown[0]} » n’a pas de client : corrigez son nom ou retirez-le."
            )
        shares = segments.map(lambda name: float(react.get(name, 0.0)))
    else:
        shares = pd.Series(float(react), index=segments.index)
    if not shares.between(0, 1).all():
        wrong = shares[~shares.between(0, 1)].iloc[0]
        raise CourseError(
            f"La part qui réagit ({wrong:g}) doit être comprise entre 0 et 1 : écrivez « 0.10 » "
            "pour 10 %."
        )
    return shares


def _decimals(share: float) -> int:
    return 0 if round(share * 100, 6) == round(share * 100) else 1
