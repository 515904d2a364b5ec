"""Times that a file writes without their zone, as the shop's own clock would have told them."""

from __future__ import annotations

import pandas as pd

from rfm_helpers.datasets.dates import local_times


def told_in(dates: pd.DataFrame, written: str, timezone: str) -> pd.DataFrame:
    """Convert times that name no zone from the one in which they were written.

    A column of days alone stays as it is: a day has no hour to convert.

    Args:
        dates: from `distinct_dates`.
        written: the zone in which times are written.
        timezone: zone of the trade.

    Returns:
        The same, `instant` converted; `zoned` and `shifted` say so.

    Example:
        >>> from rfm_helpers.datasets.cells import read_dates
        >>> dates = read_dates(pd.Series(["2025-12-31 23:30"]), "Europe/Paris")
        >>> told_in(dates, "UTC", "Europe/Paris")["instant"][0]
        Timestamp('2026-01-01 00:30:00')
    """
    plain = dates["instant"].notna() & ~dates["zoned"]
    instants = dates.loc[plain, "instant"]
    if (instants == instants.dt.normalize()).all():
        return dates
    known = instants.dt.tz_localize(written, ambiguous=True, nonexistent="shift_forward")
    local = local_times(known, timezone).astype(instants.dtype)
    converted = dates.copy()
    converted.loc[plain, "instant"] = local
    converted.loc[plain, "zoned"] = True
    converted.loc[plain, "shifted"] = local.dt.normalize() != instants.dt.normalize()
    return converted
