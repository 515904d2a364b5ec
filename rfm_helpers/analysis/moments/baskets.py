"""What is bought together, what a segment is fond of, and a product that loses money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rfm_helpers.analysis.intervals import shares_with_intervals
from rfm_helpers.analysis.targeting.chaid import ALPHA, chi_square_test
from rfm_helpers.errors import CourseError
from rfm_helpers.french.numbers import euros, number, percent
from rfm_helpers.french.words import Said, french
from rfm_helpers.tables.columns import CHECK_NAMES, require_columns
from rfm_helpers.tables.engines import to_pandas


def basket_rules(
    orders: Any,
    *,
    item: str = "produit_id",
    basket: str = "commande_id",
    amount: str = "montant",
    min_support: float = 0.002,
) -> pd.DataFrame:
    """The rules « who takes this also takes that », each told from mere popularity.

    - **support**: share of the baskets that hold both;
    - **confiance**: share of the baskets with the first that hold the second too;
    - **lift**: confiance ÷ share of all baskets that hold the second. Near 1, the rule only says
      that the second sells well.

    Many pairs are tried, so chance would give some a lift: the p-value (chi-square) is multiplied
    by their number. How much a basket holds fools the lift: where most hold one item, nearly every
    pair is below 1, which does not mean that people avoid it; where a basket is all that a customer
    ever bought, great customers hold everything, and nearly every pair is above 1.

    Every pair is counted in one product of matrices: `mlxtend`, made for rules of any length, took
    several times as long on the 155,000 baskets of The Complete Journey.

    Args:
        orders: order lines; those of 0 euro or less are left out.
        item: column of what is bought: a product, a category, a department.
        basket: column of what is one basket: an order, or a customer (what is bought in time).
        amount: column of the amounts.
        min_support: share of the baskets below which a pair is not looked at.

    Returns:
        One row per ordered pair, the greatest lift first: `si`, `alors`, `paniers` (int: with
        both), `support`, `confiance`, `part_de_tous` (0–1: of all baskets with the second), `lift`,
        `p_valeur` (0–1), `lecture` (« association », or « popularité »: no more than how well the
        second sells), `phrase`.

    Raises:
        CourseError: missing column, no line, an impossible support.

    Source: source 001 (basket analysis).

    Example:
        >>> lines = pd.DataFrame({"commande_id": [n // 2 for n in range(400)], "montant": 10.0,
        ...     "produit_id": ["sac", "portefeuille"] * 100 + ["savon", "bougie"] * 100})
        >>> basket_rules(lines)[["si", "alors", "lecture"]].iloc[0].tolist()
        ['bougie', 'savon', 'association']
    """
    bought = _bought(orders, item, basket, amount)
    if not 0 < min_support < 1:
        raise CourseError(
            "Le support minimal est une part, entre 0 et 1 : écrivez « 0.002 » pour 0,2 %."
        )
    from scipy.sparse import csr_array

    inside = csr_array((np.ones(len(bought.rows)), (bought.rows, bought.places)), bought.shape)
    size = len(bought.baskets)
    together = (inside.T @ inside).toarray() / size
    seen = np.diagonal(together) >= min_support
    first, second = np.nonzero((together >= min_support) & ~np.eye(len(seen), dtype=bool))
    items = bought.items.to_numpy()
    rules = pd.DataFrame(
        {"si": items[first], "alors": items[second], "support": together[first, second]}
    )
    single = pd.Series(np.diagonal(together), index=items)
    tried = int(seen.sum())
    return _read(rules, single, size, max(1, tried * (tried - 1) // 2))


class _Bought(NamedTuple):
    """Which basket (row) holds which item (place), each pair once."""

    rows: np.ndarray
    places: np.ndarray
    baskets: pd.Index
    items: pd.Index

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.baskets), len(self.items)


def _bought(orders: Any, item: str, basket: str, amount: str) -> _Bought:
    lines = to_pandas(orders)
    require_columns(lines.columns, [item, basket, amount], remedy=CHECK_NAMES)
    bought = lines.loc[lines[amount] > 0, [basket, item]].dropna()
    if bought.empty:
        raise CourseError("Aucune ligne d’achat à regarder : vérifiez la colonne des montants.")
    rows, baskets = pd.factorize(bought[basket])
    found, values = pd.factorize(bought[item])
    names, items = pd.factorize(pd.Index(values).astype(str), sort=True)
    rows, places = divmod(pd.unique(rows * len(items) + names[found]), len(items))
    return _Bought(rows, places, pd.Index(baskets), items)


def _read(rules: pd.DataFrame, single: pd.Series[float], size: int, pairs: int) -> pd.DataFrame:
    first, second = rules["si"].map(single), rules["alors"].map(single)
    rules = rules.assign(
        paniers=(rules["support"] * size).round().astype("int64"),
        confiance=rules["support"] / first,
        part_de_tous=second,
        lift=rules["support"] / (first * second),
    )
    cells = zip(rules["support"] * size, first * size, second * size, strict=True)
    chance = [_chance(both, one, other, size) * pairs for both, one, other in cells]
    rules["p_valeur"] = np.minimum(1.0, chance)
    found = (rules["p_valeur"] <= ALPHA) & (rules["lift"] > 1)
    rules["lecture"] = np.where(found, "association", "popularité")
    said = zip(rules["si"], rules["alors"], rules["confiance"], rules["part_de_tous"], strict=True)
    rules["phrase"] = [
        french(
            f"Sur 100 paniers avec « {one} », {number(100 * sure)} contiennent aussi « {other} » ; "
            f"sur 100 paniers quelconques, {number(100 * of_all)}."
        )
        for one, other, sure, of_all in said
    ]
    order = ["si", "alors", "paniers", "support", "confiance", "part_de_tous", "lift", "p_valeur",
             "lecture", "phrase"]  # fmt: skip
    return rules.sort_values(["lift", "si"], ascending=[False, True], ignore_index=True)[order]


def _chance(both: float, one: float, other: float, size: int) -> float:
    """The p-value of two items' table of baskets."""
    counts = [[both, one - both], [other - both, size - one - other + both]]
    return chi_square_test(counts)[1]


def segment_affinities(
    orders: Any,
    groups: pd.DataFrame,
    *,
    by: str = "segment",
    item: str = "produit_id",
    amount: str = "montant",
) -> pd.DataFrame:
    """What the customers of each segment buy more, or less, than the others do.

    Counted in customers, not in lines: a single customer who buys ten times is one. A segment that
    buys more of everything will be fond of everything: compare the indices of one segment with each
    other. The p-value is multiplied by the number of cells tried.

    Args:
        orders: order lines: `client_id`, the item and the amount.
        groups: one row per customer: `client_id` and the segment.
        by: column of the segments.
        item: column of what is bought.
        amount: column of the amounts.

    Returns:
        One row per segment and item, the greatest index of each segment first: `by`, the item,
        `acheteurs`, `clients` (int, of the segment), `part`, `bas`, `haut` (0–1), `part_de_tous`,
        `indice` (100: as all), `p_valeur` (0–1), `affinite` (bool: more than chance, above 100).

    Raises:
        CourseError: missing column, or nobody in both tables.

    Source: source 001 (affinities by segment).

    Example:
        >>> lines = pd.DataFrame({"client_id": [f"C{n}" for n in range(80)], "montant": 10.0,
        ...                       "produit_id": ["sac"] * 40 + ["savon"] * 40})
        >>> groups = lines[["client_id"]].assign(segment=["Fidèles"] * 40 + ["Perdus"] * 40)
        >>> found = segment_affinities(lines, groups)
        >>> found[["segment", "produit_id", "indice"]].head(1).values.tolist()
        [['Fidèles', 'sac', 200]]
    """
    require_columns(groups.columns, ["client_id", by], remedy=CHECK_NAMES)
    bought = _bought(orders, item, "client_id", amount)
    inside = np.zeros(bought.shape, dtype=bool)
    inside[bought.rows, bought.places] = True
    table = pd.DataFrame(inside, bought.baskets, bought.items)
    segment = groups.set_index("client_id")[by].reindex(table.index)
    table, segment = table[segment.notna()], segment.dropna()
    if table.empty:
        raise CourseError(
            "Aucun client des segments n’est dans les commandes : vérifiez les tables."
        )
    counts = table.groupby(segment).sum()
    counts.index.name, counts.columns.name = by, item
    sizes, whole = segment.value_counts(), table.sum()
    found = counts.reset_index().melt(by, var_name=item, value_name="acheteurs")
    found["clients"] = found[by].map(sizes)
    found = shares_with_intervals(found, "acheteurs", "clients")
    found["part_de_tous"] = found[item].map(whole) / len(table)
    found["indice"] = (100 * found["part"] / found["part_de_tous"]).round().astype("int64")
    cells = zip(found["acheteurs"], found["clients"], found["part_de_tous"], strict=True)
    chance = [
        _chance(buyers, size, share * len(table), len(table)) * len(found)
        for buyers, size, share in cells
    ]
    found["p_valeur"] = np.minimum(1.0, chance)
    found["affinite"] = (found["p_valeur"] <= ALPHA) & (found["indice"] > 100)
    return found.sort_values([by, "indice", item], ascending=[True, False, True], ignore_index=True)


def product_account(orders: Any, products: pd.DataFrame) -> pd.DataFrame:
    """What each product sells and leaves, returns deducted.

    Args:
        orders: order lines: `client_id`, `produit_id`, `montant`, `marge`.
        products: `produit_id`, `produit`.

    Returns:
        One row per product sold, the least margin first: `produit_id`, `produit`, `ventes` (lines
        bought, int), `clients` (int), `ca`, `marge` (euros), `deficitaire` (bool).

    Raises:
        CourseError: missing column.

    Example:
        >>> lines = pd.DataFrame({"client_id": ["A"], "produit_id": ["P"], "montant": [100.0],
        ...                       "marge": [-18.0]})
        >>> products = pd.DataFrame({"produit_id": ["P"], "produit": ["Écrin"]})
        >>> product_account(lines, products)[["produit", "deficitaire"]].values.tolist()
        [['Écrin', True]]
    """
    lines = to_pandas(orders)
    require_columns(
        lines.columns, ["client_id", "produit_id", "montant", "marge"], remedy=CHECK_NAMES
    )
    bought = lines[lines["montant"] > 0].groupby("produit_id")
    table = pd.DataFrame(
        {
            "ventes": bought.size(),
            "clients": bought["client_id"].nunique(),
            "ca": lines.groupby("produit_id")["montant"].sum().round(2),
            "marge": lines.groupby("produit_id")["marge"].sum().round(2),
        }
    ).dropna(subset="ventes")
    table = table.astype({"ventes": "int64", "clients": "int64"}).reset_index()
    table.insert(1, "produit", table["produit_id"].map(products.set_index("produit_id")["produit"]))
    table = table.assign(deficitaire=table["marge"] < 0)
    return table.sort_values("marge", ignore_index=True)


@dataclass(frozen=True)
class KeepOrDrop(Said):
    """An unprofitable product: what it loses, what its buyers bring, and when dropping it pays."""

    loss: float
    buyers: int
    buyers_margin: float
    share_to_lose: float | None
    text: str


def keep_or_drop(orders: Any, product: str) -> KeepOrDrop:
    """Is an unprofitable product kept for those who love it?

    Dropping it saves its loss, and risks the margin that its buyers bring on everything else. The
    balance tips at a share of that margin: loss ÷ margin. The data do not say how many would leave:
    buyers are good customers, and may well stay without it.

    Args:
        orders: order lines: `client_id`, `produit_id`, `montant`, `marge`.
        product: its `produit_id`.

    Returns:
        The loss (euros, 0 or more), the buyers, the margin of their other lines (euros), the share
        of it (0–1) whose departure would cost as much as the loss (None where there is none to
        lose), and a French sentence.

    Raises:
        CourseError: missing column, a product that nobody bought or that makes money.

    Example:
        >>> lines = pd.DataFrame({"client_id": list("AAB"), "produit_id": ["E", "S", "S"],
        ...                       "montant": [120.0, 900, 50], "marge": [-20.0, 400, 20]})
        >>> keep_or_drop(lines, "E").share_to_lose
        0.05
    """
    lines = to_pandas(orders)
    require_columns(
        lines.columns, ["client_id", "produit_id", "montant", "marge"], remedy=CHECK_NAMES
    )
    own = lines["produit_id"] == product
    buyers = lines.loc[own & (lines["montant"] > 0), "client_id"].unique()
    if not len(buyers):
        raise CourseError(f"Personne n’a acheté « {product} » : vérifiez son numéro.")
    loss = -float(lines.loc[own, "marge"].sum())
    if loss <= 0:
        raise CourseError(
            f"« {product} » rapporte de la marge : choisissez un produit déficitaire."
        )
    rest = float(lines.loc[lines["client_id"].isin(buyers) & ~own, "marge"].sum())
    share = loss / rest if rest > 0 else None
    tip = (
        f"l’arrêter ne paie que si moins de {percent(share, 2)} de cette marge s’en va avec lui"
        if share is not None
        else "ses acheteurs n’apportent rien d’autre : rien ne le retient"
    )
    return KeepOrDrop(
        round(loss, 2),
        len(buyers),
        round(rest, 2),
        share,
        f"Ce produit perd {euros(loss)} ; ses {number(len(buyers))} acheteurs apportent "
        f"{euros(rest)} de marge sur le reste : {tip}.",
    )
