"""What a recruit brings: the first twelve months by channel and offer, and over a lifetime."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.campaign.account import Reading
from rfm_helpers.analysis.intervals import mean_interval, share_interval
from rfm_helpers.analysis.order_table import order_table
from rfm_helpers.analysis.orders import Day, last_day
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, long_date, percent
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import (
    CHECK_NAMES,
    OrderColumns,
    require_columns,
    require_one_row_each,
)
from rfm_helpers.tables.engines import to_pandas

FULL_PRICE = "prix plein"


def recruit_value(
    orders: Any, customers: pd.DataFrame, *, since: Day = "2023-01-01", months: int = 12
) -> pd.DataFrame:
    """What each recruit brought in the months that followed recruitment.

    The months run from the day of recruitment to the eve of its anniversary. A recruit who never
    bought counts for 0 euro: leaving him out would flatter the channel. Left out are those
    recruited before `since`, whose first orders the file does not hold, and those whose months are
    not over: they would lower the recent channels.

    Args:
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`, `marge`, `remise`.
        customers: `client_id`, `date_recrutement`, `canal_recrutement`.
        since: the day from which the file holds all orders.
        months: length of the observation.

    Returns:
        One row per recruit, in the order of `customers`: `client_id`, `canal_recrutement`,
        `date_recrutement`, `offre` (of the first order: « prix plein », « remise de 15 % »…;
        « aucun achat »), `commandes`, `ca` and `marge` (euros, returns deducted).

    Raises:
        CourseError: missing column, a customer twice, nobody observed long enough.

    Example:
        >>> people = pd.DataFrame({"client_id": list("AB"), "canal_recrutement": "boutique",
        ...     "date_recrutement": pd.to_datetime(["2023-01-01", "2023-02-01"])})
        >>> lines = pd.DataFrame({
        ...     "client_id": list("AA"), "commande_id": list("12"), "montant": [90.0, 50.0],
        ...     "marge": [40.0, 20.0], "remise": 0.0,
        ...     "date_achat": pd.to_datetime(["2023-01-01", "2024-03-01"]),
        ... })
        >>> recruit_value(lines, people)[["client_id", "offre", "marge"]].values.tolist()
        [['A', 'prix plein', 40.0], ['B', 'aucun achat', 0.0]]
    """
    lines = to_pandas(orders)
    require_columns(lines.columns, ["marge", "remise"], remedy=CHECK_NAMES)
    needed = ["client_id", "date_recrutement", "canal_recrutement"]
    require_columns(customers.columns, needed, "la table des clients", CHECK_NAMES)
    require_one_row_each(customers, "client_id")
    recruits = _observed(customers[needed], as_day(since), last_day(lines, OrderColumns()), months)
    found = order_table(lines).merge(recruits, on="client_id")
    offers = found[found["rang"] == 1].set_index("client_id")["remise"].map(_offer)
    end = found["date_recrutement"] + pd.DateOffset(months=months)
    inside = found["date_achat"].between(found["date_recrutement"], end, inclusive="left")
    sums = (
        found[inside]
        .groupby("client_id")
        .agg(commandes=("commande_id", "size"), ca=("montant", "sum"), marge=("marge", "sum"))
    )
    table = recruits.merge(sums.round(2), on="client_id", how="left")
    table = table.fillna({"commandes": 0, "ca": 0.0, "marge": 0.0})
    offer = table["client_id"].map(offers).fillna("aucun achat")
    return table.assign(offre=offer).astype({"commandes": "int64"})[
        [*needed[::2], "date_recrutement", "offre", "commandes", "ca", "marge"]
    ]


def _observed(customers: pd.DataFrame, since: dt.date, last: dt.date, months: int) -> pd.DataFrame:
    """The recruits whose months all lie in the file."""
    days = pd.to_datetime(customers["date_recrutement"])
    over = days + pd.DateOffset(months=months) <= pd.Timestamp(last + dt.timedelta(days=2))
    kept = customers[(days >= pd.Timestamp(since)) & over]
    if kept.empty:
        raise CourseError(
            f"Aucune recrue depuis le {long_date(since)} n’est suivie {months} mois : choisissez "
            "une date plus ancienne ou une durée plus courte."
        )
    return kept.assign(date_recrutement=days[kept.index])


def _offer(discount: float) -> str:
    return f"remise de {round(100 * discount)} %" if discount > 0 else FULL_PRICE


def recruit_groups(recruits: pd.DataFrame, by: str | Sequence[str]) -> pd.DataFrame:
    """What recruits bring on average, group by group, with intervals.

    Args:
        recruits: what `recruit_value` gives, with any other column to group by.
        by: column or columns of the groups, such as `"canal_recrutement"`.

    Returns:
        One row per group, the highest mean first: the groups, `recrues` (int), `marge_moyenne`,
        `bas`, `haut` (euros per recruit, 95 %), `marge_mediane` (euros), `part_reachat`,
        `reachat_bas`, `reachat_haut` (0–1: share with two orders or more). A group of under thirty
        has an interval to be taken as a hint.

    Raises:
        CourseError: missing column.

    Example:
        >>> recruits = pd.DataFrame({"canal_recrutement": ["boutique"] * 3 + ["promotion"],
        ...                          "commandes": [2, 1, 2, 1], "marge": [60.0, 40, 50, 20]})
        >>> recruit_groups(recruits, "canal_recrutement")[["recrues", "marge_moyenne"]].values
        array([[ 3., 50.],
               [ 1., 20.]])
    """
    keys = [by] if isinstance(by, str) else list(by)
    needed = [*keys, "commandes", "marge"]
    require_columns(recruits.columns, needed, remedy="donnez la table de recruit_value.")
    rows = []
    for names, group in recruits.groupby(keys):
        low, high = mean_interval(group["marge"])
        again = int((group["commandes"] >= 2).sum())
        again_low, again_high = share_interval(again, len(group))
        rows.append(
            dict(zip(keys, names, strict=True))
            | {
                "recrues": len(group),
                "marge_moyenne": float(group["marge"].mean()),
                "bas": low,
                "haut": high,
                "marge_mediane": float(group["marge"].median()),
                "part_reachat": again / len(group),
                "reachat_bas": again_low,
                "reachat_haut": again_high,
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values("marge_moyenne", ascending=False, ignore_index=True)


def net_of_acquisition(
    groups: pd.DataFrame, cost: float | Mapping[str, float], by: str = "canal_recrutement"
) -> pd.DataFrame:
    """What recruits leave once they are paid for, under a cost that is assumed.

    No file of orders holds what a recruit cost: `cost` is an assumption, to be declared and varied.
    What the data say is the most that one may pay, the mean margin.

    Args:
        groups: what `recruit_groups` gives.
        cost: euros per recruit: one for all, or one for each group.
        by: column of the groups.

    Returns:
        The groups with `cout_suppose` (euros), `valeur_nette`, `net_bas`, `net_haut` (euros per
        recruit) and `verdict` (« rapporte », « coûte », or « on ne sait pas » where the interval
        holds 0).

    Raises:
        CourseError: missing column, a group without a cost, a negative cost.

    Example:
        >>> groups = pd.DataFrame({"canal_recrutement": ["x"], "marge_moyenne": [100.0],
        ...                        "bas": [80.0], "haut": [120.0]})
        >>> net_of_acquisition(groups, 90)[["valeur_nette", "verdict"]].values.tolist()
        [[10.0, 'on ne sait pas']]
    """
    needed = [by, "marge_moyenne", "bas", "haut"]
    require_columns(groups.columns, needed, remedy="donnez la table de recruit_groups.")
    costs = groups[by].map(lambda name: cost.get(name) if isinstance(cost, Mapping) else cost)
    missing = groups.loc[costs.isna() | (costs < 0), by]
    if not missing.empty:
        raise CourseError(
            f"Le coût supposé de « {missing.iloc[0]} » manque ou est négatif : écrivez des euros "
            "par recrue, 0 ou plus."
        )
    low, high = groups["bas"] - costs, groups["haut"] - costs
    verdict = np.select([low > 0, high < 0], ["rapporte", "coûte"], "on ne sait pas")
    return groups.assign(
        cout_suppose=costs.astype(float),
        valeur_nette=groups["marge_moyenne"] - costs,
        net_bas=low,
        net_haut=high,
        verdict=verdict,
    )


def lifetime_value(
    margin: float,
    retention: float,
    discount_rate: float = 0.1,
    acquisition: float = 0.0,
    *,
    first_now: bool = False,
) -> Reading:
    """What a customer is worth over a lifetime: m·r ÷ (1 + d − r), less what he cost.

    Each year a share r of the customers stay, and each who stays brings the margin m; a euro of
    next year is worth 1 ÷ (1 + d) today. The formula counts the first margin **in one year**, of
    those who stayed; with `first_now`, a margin of today, which is certain, comes on top: then it
    is m·(1 + d) ÷ (1 + d − r). It takes m and r for constant, for ever: early years leave more.

    Args:
        margin: yearly margin of a customer who stays (euros).
        retention: share who stay from one year to the next (0–1); see `retention`.
        discount_rate: « taux d’actualisation », per year (0.1 is 10 %).
        acquisition: euros paid today to recruit the customer.
        first_now: whether the first margin falls today.

    Returns:
        The value (euros) and its sentence, which says when the first margin falls.

    Raises:
        CourseError: a share out of range; r = 1 and d = 0, where the sum has no end.

    Source: source 002 names customer lifetime value among its indicators; the formula is the usual
    one of constant margin and retention (Gupta and Lehmann, 2003).

    Example:
        >>> round(lifetime_value(200, 0.6, 0.1).value, 6)
        240.0
        >>> round(lifetime_value(200, 0.6, 0.1, first_now=True).value, 6)
        440.0
    """
    if not 0 <= retention <= 1 or not 0 <= discount_rate <= 1:
        raise CourseError(
            "La rétention et le taux d’actualisation vont de 0 à 1 : écrivez « 0.6 » pour 60 %."
        )
    if acquisition < 0:
        raise CourseError("Le coût de recrutement ne peut pas être négatif : écrivez 0 ou plus.")
    left = 1 + discount_rate - retention
    if left == 0:
        raise CourseError(
            "Si personne ne part et qu’un euro de demain vaut un euro d’aujourd’hui, la somme "
            "n’a pas de fin : baissez la rétention ou donnez un taux d’actualisation."
        )
    later = margin * retention / left
    value = later + (margin if first_now else 0.0) - acquisition
    when = "la première marge tombe aujourd’hui" if first_now else (
        f"la première marge tombe dans un an, pour les {percent(retention)} qui restent"
    )  # fmt: skip
    paid = f", une fois payés {euros(acquisition)} de recrutement" if acquisition else ""
    return Reading(value, f"Valeur à vie de {euros(value)}{paid} : {when}.")


def lifetime_years(
    margin: float, retention: float, discount_rate: float = 0.1, years: int = 10
) -> pd.DataFrame:
    """The lifetime value year by year, the first margin in one year: what the formula adds up.

    Args:
        margin, retention, discount_rate: as for `lifetime_value`.
        years: how many to show.

    Returns:
        One row per year: `annee` (1…), `encore_clients` (0–1), `marge_actuelle` (euros of today),
        `cumul` (euros of today), which tends to `lifetime_value(…)`.

    Example:
        >>> lifetime_years(200, 0.6, 0.1, years=2).round(2).values.tolist()
        [[1.0, 0.6, 109.09, 109.09], [2.0, 0.36, 59.5, 168.6]]
    """
    lifetime_value(margin, retention, discount_rate)
    year = np.arange(1, years + 1)
    stay = retention**year
    worth = margin * stay / (1 + discount_rate) ** year
    return pd.DataFrame(
        {"annee": year, "encore_clients": stay, "marge_actuelle": worth, "cumul": worth.cumsum()}
    )
