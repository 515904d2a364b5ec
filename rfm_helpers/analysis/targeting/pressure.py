"""Contact pressure: who receives too much, what it costs in opt-outs, and what a cap would do."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rfm_helpers.analysis.contacts import CONTACT_DAYS, MOST_CONTACTS
from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns, require_one_row_each

#: The bands of messages received in the days before: 0 or 1, 2 or 3, 4 and more.
BANDS = (0, 2, 4)
#: The assumption of `cap_balance`: one more message in the days before leaves this part of what a
#: message brings.
FATIGUE = 0.7


def received_before(contacts: pd.DataFrame, days: int = CONTACT_DAYS) -> pd.Series[Any]:
    """How many messages each message's customer had received in the days before it.

    The rule is that of `contact_list`: from 1 to `days` days before, any channel.

    Args:
        contacts: `client_id`, `date_contact`.
        days: how far back.

    Returns:
        A number per row of `contacts`, on its index.

    Raises:
        CourseError: missing column.

    Example:
        >>> contacts = pd.DataFrame({"client_id": list("AAB"),
        ...     "date_contact": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-01-05"])})
        >>> received_before(contacts).tolist()
        [0, 1, 0]
    """
    found = np.zeros(len(contacts), dtype="int64")
    for rows, day in _by_customer(contacts):
        first = np.searchsorted(day, day - days, side="left")
        found[rows] = np.searchsorted(day, day, side="left") - first
    return pd.Series(found, contacts.index)


def opt_outs_by_pressure(
    contacts: pd.DataFrame, *, bands: Sequence[int] = BANDS, days: int = CONTACT_DAYS
) -> pd.DataFrame:
    """Opt-outs per message, by the number received in the days before.

    Args:
        contacts: `client_id`, `date_contact`, `desabonnement` (0 or 1).
        bands: the number at which each band begins, increasing from 0.
        days: how far back messages are counted.

    Returns:
        One row per band: `recus` (text, « 0 à 1 », « 4 et plus »), `messages`, `desabonnements`
        (int), `part`, `bas`, `haut` (0–1).

    Raises:
        CourseError: missing column, bands that do not begin at 0 or do not increase.

    Example:
        >>> contacts = pd.DataFrame({"client_id": list("AA"), "desabonnement": [0, 1],
        ...     "date_contact": pd.to_datetime(["2025-01-01", "2025-01-05"])})
        >>> opt_outs_by_pressure(contacts, bands=[0, 1])[["recus", "part"]].values.tolist()
        [['0', 0.0], ['1 et plus', 1.0]]
    """
    require_columns(contacts.columns, ["desabonnement"], "la table des contacts", CHECK_NAMES)
    if list(bands) != sorted(set(bands)) or not len(bands) or bands[0] != 0:
        raise CourseError(
            f"Les tranches {list(bands)} ne conviennent pas : commencez par 0 et écrivez des "
            "nombres de plus en plus grands."
        )
    band = np.searchsorted(bands, received_before(contacts, days), side="right") - 1
    groups = contacts["desabonnement"].groupby(band).agg(["size", "sum"])
    groups = groups.reindex(range(len(bands)), fill_value=0)
    table = pd.DataFrame(
        {
            "recus": _band_names(bands),
            "messages": groups["size"].to_numpy(),
            "desabonnements": groups["sum"].to_numpy(dtype="int64"),
        }
    )
    return shares_with_intervals(table, "desabonnements", "messages")


def over_solicited(
    contacts: pd.DataFrame,
    *,
    on: dt.date | str,
    cap: int = MOST_CONTACTS,
    days: int = CONTACT_DAYS,
) -> pd.DataFrame:
    """The customers who have had as many contacts as the cap allows, or more, before a day.

    Args:
        contacts: `client_id`, `date_contact`.
        on: the day on which somebody would write again.
        cap: the most messages in `days` days.
        days: how far back.

    Returns:
        One row per customer, the most first: `client_id`, `contacts` (int).

    Raises:
        CourseError: missing column, a cap below 1.

    Example:
        >>> contacts = pd.DataFrame({"client_id": list("AAB"),
        ...     "date_contact": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-01-05"])})
        >>> over_solicited(contacts, on="2025-02-01", cap=2).values.tolist()
        [['A', 2]]
    """
    _check_cap(cap)
    require_columns(
        contacts.columns, ["client_id", "date_contact"], "la table des contacts", CHECK_NAMES
    )
    age = (pd.Timestamp(as_day(on)) - pd.to_datetime(contacts["date_contact"])).dt.days
    counts = contacts.loc[age.between(1, days), "client_id"].value_counts()
    table = counts[counts >= cap].rename("contacts").rename_axis("client_id").reset_index()
    return table.sort_values(["contacts", "client_id"], ascending=[False, True], ignore_index=True)


def cap_contacts(
    contacts: pd.DataFrame, cap: int = MOST_CONTACTS, *, days: int = CONTACT_DAYS
) -> pd.DataFrame:
    """The same messages under a cap per customer: which would have been sent.

    Message after message, one is kept if fewer than `cap` were kept in the `days` days before.

    Args:
        contacts: `client_id`, `date_contact`.
        cap: the most messages in `days` days.
        days: how far back.

    Returns:
        A copy with `garde` (bool) and `gardes_avant` (int: kept in the days before it).

    Raises:
        CourseError: missing column, a cap below 1.

    Example:
        >>> contacts = pd.DataFrame({"client_id": list("AAA"),
        ...     "date_contact": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-06-01"])})
        >>> cap_contacts(contacts, 1)["garde"].tolist()
        [True, False, True]
    """
    _check_cap(cap)
    kept = np.zeros(len(contacts), dtype=bool)
    before = np.zeros(len(contacts), dtype="int64")
    for rows, day in _by_customer(contacts):
        sent: list[int] = []
        for row, when in zip(rows.tolist(), day.tolist(), strict=True):
            recent = bisect_left(sent, when) - bisect_left(sent, when - days)
            before[row], kept[row] = recent, recent < cap
            if recent < cap:
                sent.append(when)
    return contacts.assign(garde=kept, gardes_avant=before)


def cap_account(
    contacts: pd.DataFrame, caps: Sequence[int] = (2, 3, 4, 6), *, days: int = CONTACT_DAYS
) -> pd.DataFrame:
    """What each cap would save: messages, customers spared, opt-outs expected.

    An assumption, shown as one: a message sent under the cap is given the rate of opt-outs measured
    (`opt_outs_by_pressure`, message by message up to 8) at the number then received. Who opted out
    early in fact got fewer messages afterwards; the replay gives him no more.

    Args:
        contacts: `client_id`, `date_contact`, `desabonnement` (0 or 1).
        caps: the caps to try.
        days: how far back messages are counted.

    Returns:
        One row per cap: `plafond`, `messages` (kept), `economises` (int), `clients_epargnes` (int:
        who get fewer), `desabonnements_observes` (int, without a cap), `desabonnements_attendus`
        (under it), `evites`, `equivalents` (messages, each counted for what `FATIGUE` leaves).

    Raises:
        CourseError: missing column, a cap below 1.

    Example:
        >>> contacts = pd.DataFrame({"client_id": list("AAB"), "desabonnement": [0, 1, 0],
        ...     "date_contact": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-01-05"])})
        >>> cap_account(contacts, [1]).iloc[0].tolist()
        [1.0, 2.0, 1.0, 1.0, 1.0, 0.0, 1.0, 2.0]
    """
    singles = tuple(range(9))
    rates = opt_outs_by_pressure(contacts, bands=singles, days=days)["part"].ffill().to_numpy()
    observed = int(contacts["desabonnement"].sum())
    rows = []
    for cap in caps:
        replay = cap_contacts(contacts, cap, days=days)
        sent = replay[replay["garde"]]
        expected = float(rates[sent["gardes_avant"].clip(upper=singles[-1])].sum())
        spared = replay.loc[~replay["garde"], "client_id"].nunique()
        rows.append(
            (cap, len(sent), len(replay) - len(sent), spared, observed, expected,
             observed - expected, float((FATIGUE ** sent["gardes_avant"]).sum()))
        )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["plafond", "messages", "economises", "clients_epargnes",
                 "desabonnements_observes", "desabonnements_attendus", "evites", "equivalents"],
    )  # fmt: skip


def cap_balance(
    account: pd.DataFrame, *, orders: float, margin: float, lost: float
) -> pd.DataFrame:
    """What each cap leaves, in euros, if messages sell as one assumes that they do.

    The response is an assumption, and in the house's files it is false: no message makes anybody
    buy there. A first message brings so many orders, and each one received in the days before
    takes 30 % off (`FATIGUE`). What a lost subscriber costs is another one.

    Args:
        account: what `cap_account` gives.
        orders: orders that a first message brings (0.002: two for a thousand).
        margin: euros per order.
        lost: euros that an opt-out costs.

    Returns:
        `account` with `commandes` (orders brought), `marge`, `pertes` (euros) and `solde`.

    Raises:
        CourseError: missing column, or an assumption below 0.

    Example:
        >>> account = pd.DataFrame({"plafond": [1, 2], "equivalents": [1000.0, 1500.0],
        ...                         "desabonnements_attendus": [3.0, 9.0]})
        >>> cap_balance(account, orders=0.002, margin=400, lost=100)["solde"].tolist()
        [500.0, 300.0]
    """
    require_columns(account.columns, ["equivalents", "desabonnements_attendus"],
                    "la table de cap_account", CHECK_NAMES)  # fmt: skip
    if min(orders, margin, lost) < 0:
        raise CourseError("Une hypothèse ne peut pas être négative : écrivez 0 ou plus.")
    brought = orders * account["equivalents"]
    found = account.assign(
        commandes=brought, marge=margin * brought, pertes=lost * account["desabonnements_attendus"]
    )
    return found.assign(solde=found["marge"] - found["pertes"])


def consent_on(people: pd.DataFrame, contacts: pd.DataFrame, day: dt.date | str) -> pd.DataFrame:
    """The consents as they stood on a past day: who opted out later had not yet.

    The file of customers tells the consent of its last day. A list of the past made with it knows
    the future: it leaves out those whom its own messages were to tire.

    Args:
        people: `client_id`, `consentement` ("oui" or "non").
        contacts: `client_id`, `date_contact`, `desabonnement` (0 or 1).
        day: the day.

    Returns:
        `people` with the `consentement` of that day.

    Raises:
        CourseError: missing column, a person twice.

    Example:
        >>> people = pd.DataFrame({"client_id": ["A"], "consentement": ["non"]})
        >>> contacts = pd.DataFrame({"client_id": ["A"], "desabonnement": [1],
        ...                          "date_contact": pd.to_datetime(["2025-06-01"])})
        >>> consent_on(people, contacts, "2025-01-01")["consentement"].tolist()
        ['oui']
    """
    require_columns(people.columns, ["client_id", "consentement"], remedy=CHECK_NAMES)
    require_columns(contacts.columns, ["client_id", "date_contact", "desabonnement"],
                    "la table des contacts", CHECK_NAMES)  # fmt: skip
    require_one_row_each(people, "client_id")
    gone = contacts[contacts["desabonnement"] == 1]
    later = gone[pd.to_datetime(gone["date_contact"]) > pd.Timestamp(as_day(day))]
    then = people["client_id"].isin(later["client_id"])
    return people.assign(consentement=people["consentement"].mask(then, "oui"))


def _by_customer(contacts: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """The places and the days (as numbers) of each customer's messages, in the order of days."""
    require_columns(
        contacts.columns, ["client_id", "date_contact"], "la table des contacts", CHECK_NAMES
    )
    day = pd.to_datetime(contacts["date_contact"]).to_numpy(dtype="datetime64[D]").astype(int)
    groups = contacts.reset_index(drop=True).groupby("client_id").indices.values()
    places = [np.asarray(rows) for rows in groups]
    ordered = [rows[np.argsort(day[rows], kind="stable")] for rows in places]
    return [(rows, day[rows]) for rows in ordered]


def _check_cap(cap: int) -> None:
    if cap < 1:
        raise CourseError(f"Un plafond de {cap} n’envoie plus rien : écrivez 1 ou plus.")


def _band_names(bands: Sequence[int]) -> list[str]:
    ends = [following - 1 for following in bands[1:]]
    names = [
        str(low) if low == high else f"{low} à {high}"
        for low, high in zip(bands, ends, strict=False)
    ]
    return [*names, f"{bands[-1]} et plus"]
