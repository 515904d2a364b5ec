"""Customer types: what the data say beyond R, F and M."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.scores import score_rfm
from rfm_helpers.catalog import CustomerType, load_customer_types
from rfm_helpers.errors import CourseError
from rfm_helpers.inputs import as_day
from rfm_helpers.tables.columns import require_columns, require_one_row_each, require_rows

_LEVELS = 5
_WINDOW = 365


def customer_features(
    rfm: pd.DataFrame,
    orders: pd.DataFrame,
    *,
    complaints: pd.DataFrame,
    referrals: pd.DataFrame,
    contacts: pd.DataFrame,
    as_of: dt.date | str,
) -> pd.DataFrame:
    """Gather, per customer, what the rules of the customer types look at.

    Nothing dated after `as_of` counts; "the last year" is the 365 days that end on it.

    Args:
        rfm: one row per customer, as `rfm_table` gives it at `as_of`.
        orders: order lines: `client_id`, `commande_id`, `date_achat`, `montant`, `marge`.
        complaints: `client_id`, `date_reclamation`.
        referrals: `parrain_id`, `filleul_id`, `date_parrainage`.
        contacts: `client_id`, `date_contact`, `ouvert` (bool).
        as_of: the reference date.

    Returns:
        One row per customer of `rfm`, in its order: `client_id`, `recence` (days), `frequence`
        (orders), `montant_total`, `panier_moyen` (euros), `R`, `F`, `M` (five levels),
        `anciennete` (days since the first order), `reclamations` (in the last year), `filleuls`
        (customers referred), `filleul` (bool: was referred), `contacts_recus`,
        `contacts_ouverts` (in the last year), `marge` (euros, margin of all lines).

    Raises:
        CourseError: missing column, no customer, a customer twice, an impossible date.

    Example:
        >>> days = pd.date_range("2025-01-01", periods=5, freq="MS")
        >>> orders = pd.DataFrame({
        ...     "client_id": list("ABCDE"), "commande_id": list("12345"), "date_achat": days,
        ...     "montant": [10.0, 20.0, 30.0, 40.0, 50.0], "marge": [5.0, 9.0, 15.0, 20.0, 25.0],
        ... })
        >>> rfm = pd.DataFrame({
        ...     "client_id": list("ABCDE"), "recence": [364, 333, 305, 274, 244],
        ...     "frequence": [1, 2, 1, 1, 1], "montant_total": orders["montant"],
        ...     "panier_moyen": orders["montant"],
        ... })
        >>> features = customer_features(
        ...     rfm, orders, as_of="2025-12-31",
        ...     complaints=pd.DataFrame({"client_id": ["A"], "date_reclamation": days[:1]}),
        ...     referrals=pd.DataFrame(
        ...         {"parrain_id": ["B"], "filleul_id": ["C"], "date_parrainage": days[:1]}),
        ...     contacts=pd.DataFrame({"client_id": [], "date_contact": [], "ouvert": []}),
        ... )
        >>> features[["client_id", "anciennete", "reclamations", "filleuls", "filleul"]].head(3)
          client_id  anciennete  reclamations  filleuls  filleul
        0         A         364             1         0    False
        1         B         333             0         1    False
        2         C         305             0         0     True
    """
    _check(rfm, orders, complaints, referrals, contacts)
    day = pd.Timestamp(as_day(as_of))
    lines = orders_until(orders, day.date())
    complaints = _last_year(complaints, "date_reclamation", day)
    contacts = _last_year(contacts, "date_contact", day)
    referrals = referrals[pd.to_datetime(referrals["date_parrainage"]) <= day]
    opened = contacts[contacts["ouvert"].astype(bool)]
    clients = rfm["client_id"].reset_index(drop=True)
    measures = ["recence", "frequence", "montant_total", "panier_moyen"]
    scored = score_rfm(rfm[["client_id", *measures]].reset_index(drop=True), levels=_LEVELS)
    return scored[["client_id", *measures, "R", "F", "M"]].assign(
        anciennete=(day - clients.map(_first_order(lines))).dt.days,
        reclamations=_count(clients, complaints["client_id"]),
        filleuls=_count(clients, referrals["parrain_id"]),
        filleul=clients.isin(referrals["filleul_id"]),
        contacts_recus=_count(clients, contacts["client_id"]),
        contacts_ouverts=_count(clients, opened["client_id"]),
        marge=clients.map(lines.groupby("client_id")["marge"].sum().round(2)),
    )


def customer_types(features: pd.DataFrame) -> pd.DataFrame:
    """Find the customers of each type that the data can tell; a customer can have several types.

    The types are not a grid: their rules look at data beyond R, F, M, they overlap, and one of
    them has no rule, because no file tells who buys out of habit.

    Args:
        features: what `customer_features` gives.

    Returns:
        One row per customer and type, in the order of the catalogue, then of `features`:
        `client_id`, `type`.

    Raises:
        CourseError: a rule looks at a column that is missing.

    Source: the nine types of source 001; the rules are the course's own reading.

    Example:
        >>> features = pd.DataFrame({
        ...     "client_id": ["A", "B"], "recence": [30, 400], "panier_moyen": [900.0, 60.0],
        ...     "R": [5, 2], "F": [1, 1], "M": [5, 1], "anciennete": [30, 400],
        ...     "reclamations": [1, 0], "filleuls": [0, 0], "filleul": [False, False],
        ...     "contacts_recus": [2, 0], "contacts_ouverts": [1, 0], "marge": [400.0, 20.0],
        ... })
        >>> customer_types(features)
          client_id                type
        0         A   Meilleurs clients
        1         A    Nouveaux clients
        2         B    Clients inactifs
        3         A  Clients mécontents
    """
    require_columns(
        features.columns, ["client_id"], remedy="calculez d’abord la table avec customer_features."
    )
    found = [
        _select(features, kind)[["client_id"]].assign(type=kind.name)
        for kind in load_customer_types()
        if kind.rule is not None
    ]
    return pd.concat(found, ignore_index=True)


def customer_type_counts(features: pd.DataFrame) -> pd.DataFrame:
    """Count the customers of each type, and say what the data can't tell.

    Args:
        features: what `customer_features` gives.

    Returns:
        One row per type of source 001, in its order: `type`, `visible` ("oui", "en partie",
        "non"), `clients` (Int64, missing when no data tells the type), `part_clients` (Float64,
        0–1; the shares do not sum to 1, since types overlap), `regle` and `limite` (French; empty
        where there is none).

    Raises:
        CourseError: no customer, or a rule looks at a column that is missing.

    Example:
        >>> features = pd.DataFrame({
        ...     "client_id": ["A", "B"], "recence": [30, 400], "panier_moyen": [900.0, 60.0],
        ...     "R": [5, 2], "F": [1, 1], "M": [5, 1], "anciennete": [30, 400],
        ...     "reclamations": [1, 0], "filleuls": [0, 0], "filleul": [False, False],
        ...     "contacts_recus": [2, 0], "contacts_ouverts": [1, 0], "marge": [400.0, 20.0],
        ... })
        >>> customer_type_counts(features).loc[[0, 8], ["type", "clients", "part_clients"]]
                          type  clients  part_clients
        0    Meilleurs clients        1           0.5
        8  Clients somnambules     <NA>          <NA>
    """
    require_rows(features)
    counts = customer_types(features)["type"].value_counts()
    rows = [
        {
            "type": kind.name,
            "visible": kind.visible,
            "clients": None if kind.rule is None else int(counts.get(kind.name, 0)),
            "regle": kind.rule_text or "",
            "limite": kind.why_not or "",
        }
        for kind in load_customer_types()
    ]
    table = pd.DataFrame(rows).astype({"clients": "Int64"})
    table.insert(3, "part_clients", table["clients"] / len(features))
    return table


def _check(
    rfm: pd.DataFrame,
    orders: pd.DataFrame,
    complaints: pd.DataFrame,
    referrals: pd.DataFrame,
    contacts: pd.DataFrame,
) -> None:
    needed = [
        (rfm, "client_id recence frequence montant_total panier_moyen", "de rfm_table"),
        (orders, "client_id commande_id date_achat montant marge", "des commandes"),
        (complaints, "client_id date_reclamation", "des réclamations"),
        (referrals, "parrain_id filleul_id date_parrainage", "des parrainages"),
        (contacts, "client_id date_contact ouvert", "des contacts"),
    ]
    for frame, columns, name in needed:
        require_columns(
            frame.columns, columns.split(), remedy=f"vérifiez que vous donnez bien la table {name}."
        )
    require_rows(rfm)
    require_one_row_each(rfm, "client_id")


def _last_year(frame: pd.DataFrame, date: str, day: pd.Timestamp) -> pd.DataFrame:
    age = (day - pd.to_datetime(frame[date])).dt.days
    return frame[age.between(0, _WINDOW - 1)]


def _first_order(lines: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """First purchase line, per customer, of the orders that net to more than zero."""
    net = lines.groupby(["client_id", "commande_id"])["montant"].transform("sum").round(2)
    bought = lines[(net > 0) & (lines["montant"] > 0)]
    return pd.to_datetime(bought.groupby("client_id")["date_achat"].min())


def _count(clients: pd.Series[str], occurrences: pd.Series[str]) -> pd.Series[int]:
    return clients.map(occurrences.value_counts()).fillna(0).astype("int64")


def _select(features: pd.DataFrame, kind: CustomerType) -> pd.DataFrame:
    try:
        return features.query(str(kind.rule))
    except pd.errors.UndefinedVariableError as error:
        raise CourseError(
            f"La règle de « {kind.name} » ({kind.rule_text}) regarde une colonne qui "
            "manque : calculez d’abord la table avec customer_features."
        ) from error
