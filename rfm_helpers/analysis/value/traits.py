"""Who the customers of each class are: volume, traits that the files hold, and by how much."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns, require_one_row_each


def class_profile(classified: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """The volume and the main traits of each class of value.

    Args:
        classified: what `value_classes` gives.
        customers: one row per customer: `client_id`, `age`, `region`, `canal_recrutement`.

    Returns:
        One row per class, the best first: `classe`, `clients` (int), `part_clients` (0–1), `ca` and
        `marge` (euros, summed as in `value_points`), `part_ca`, `part_marge` (0–1), `commandes`
        (mean), `age_median` (years), `region` and `canal_recrutement` (the most frequent; see
        `over_represented` for what sets a class apart).

    Raises:
        CourseError: missing column, a customer twice in `customers`.

    Example:
        >>> classified = pd.DataFrame({"client_id": list("AB"), "classe": [1, 2], "ca": [10.0, 90],
        ...                            "marge": [1.0, 9], "commandes": [1, 4]})
        >>> people = pd.DataFrame({"client_id": list("AB"), "age": [30, 50],
        ...                        "region": ["Paris"] * 2, "canal_recrutement": ["boutique"] * 2})
        >>> class_profile(classified, people)[["classe", "part_ca", "age_median"]].values.tolist()
        [[2.0, 0.9, 50.0], [1.0, 0.1, 30.0]]
    """
    both = _with_people(classified, customers, ["age", "region", "canal_recrutement"])
    groups = both.groupby("classe")
    table = groups.agg(
        clients=("client_id", "size"),
        ca=("ca", "sum"),
        marge=("marge", "sum"),
        commandes=("commandes", "mean"),
        age_median=("age", "median"),
        region=("region", _most_frequent),
        canal_recrutement=("canal_recrutement", _most_frequent),
    )
    table = table.sort_index(ascending=False).reset_index()
    table.insert(2, "part_clients", table["clients"] / len(both))
    for amount in ("ca", "marge"):
        place = list(table.columns).index(amount) + 1
        table.insert(place, f"part_{amount}", table[amount] / table[amount].sum())
    return table


def over_represented(classified: pd.DataFrame, customers: pd.DataFrame, trait: str) -> pd.DataFrame:
    """Which values of a trait a class holds more, or less, than the whole base does.

    A share within whose interval (95 %) that of the base stands may be chance alone; of twenty
    comparisons on a trait that says nothing, about one leaves its interval.

    Args:
        classified: what `value_classes` gives (`client_id`, `classe`).
        customers: one row per customer: `client_id` and the trait.
        trait: a column of words or of few values, such as `"region"`.

    Returns:
        One row per class and value, the best class and the largest gap first: `classe`, the trait,
        `nombre`, `clients` (of the class), `part`, `bas`, `haut` (0–1), `part_base` (0–1),
        `indice` (100: as in the base), `au_dela_du_hasard` (bool).

    Raises:
        CourseError: missing column, a customer twice in `customers`, a trait of over fifty values.

    Example:
        >>> classified = pd.DataFrame({"client_id": list("ABCD"), "classe": [1, 1, 2, 2]})
        >>> people = classified.assign(region=["Lyon", "Paris", "Paris", "Paris"])
        >>> found = over_represented(classified, people, "region")
        >>> found[["classe", "region", "part", "part_base", "indice"]].head(1).values.tolist()
        [[2, 'Paris', 1.0, 0.75, 133]]
    """
    both = _with_people(classified, customers, [trait])
    base = both[trait].value_counts(normalize=True)
    if len(base) > 50:
        raise CourseError(
            f"« {trait} » prend {len(base)} valeurs, trop pour un portrait : faites-en des "
            "tranches d’abord."
        )
    crossed = pd.crosstab(both["classe"], both[trait]).reset_index()
    counts = crossed.melt("classe", var_name=trait, value_name="nombre")
    sizes = both["classe"].value_counts()
    table = counts.assign(clients=counts["classe"].map(sizes))
    table = shares_with_intervals(table, "nombre", "clients")
    table["part_base"] = table[trait].map(base)
    table["indice"] = (100 * table["part"] / table["part_base"]).round().astype("int64")
    inside = table["part_base"].between(table["bas"], table["haut"])
    table["au_dela_du_hasard"] = ~inside
    gap = (table["part"] - table["part_base"]).abs()
    order = table.assign(ecart=gap).sort_values(
        ["classe", "ecart", "indice"], ascending=False, kind="stable"
    )
    return order.drop(columns="ecart").reset_index(drop=True)


def _with_people(
    classified: pd.DataFrame, customers: pd.DataFrame, traits: list[str]
) -> pd.DataFrame:
    require_columns(
        classified.columns, ["client_id", "classe"], remedy="donnez la table de value_classes."
    )
    require_columns(customers.columns, ["client_id", *traits], remedy=CHECK_NAMES)
    require_one_row_each(customers, "client_id")
    return classified.merge(customers[["client_id", *traits]], on="client_id", how="left")


def _most_frequent(values: pd.Series[Any]) -> Any:
    counts = values.value_counts()
    return counts.index[0] if len(counts) else None
