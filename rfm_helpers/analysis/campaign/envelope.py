"""One envelope, several uses: conquest and loyalty, segments, the best split."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import ADD, require_columns

ACQUISITION_RATIO = 2.0
DIMINISHING = (
    "Rendements décroissants : la première commande coûte le prix indiqué, les suivantes de plus "
    "en plus cher, et leur nombre ne dépasse jamais le nombre possible."
)


def conquest_and_loyalty(
    prospects: float,
    customers: float,
    loyalty_cost: float,
    conquest_margin: float,
    loyalty_margin: float,
    ratio: float = ACQUISITION_RATIO,
) -> pd.DataFrame:
    """Conquest and loyalty as two uses of an envelope.

    Recruiting a customer costs about twice as much as keeping one: the course's assumption,
    `ratio`, to be replaced by the house's own figures.

    Args:
        prospects: orders that conquest could bring at the very most.
        customers: orders that loyalty could bring at the very most.
        loyalty_cost: what the first order obtained by loyalty costs (euros).
        conquest_margin: margin per order of a new customer (euros).
        loyalty_margin: margin per order of a customer kept (euros).
        ratio: cost of the first order by conquest ÷ by loyalty.

    Returns:
        Two rows for `expected_margin` and `best_split`: `poste`, `commandes_possibles`,
        `cout_premiere_commande`, `marge_par_commande`.

    Raises:
        CourseError: an amount or a number that is 0 or less.

    Example:
        >>> conquest_and_loyalty(400, 250, 60, 200, 250)["cout_premiere_commande"].tolist()
        [120.0, 60.0]
    """
    uses = pd.DataFrame(
        {
            "poste": ["Conquête", "Fidélisation"],
            "commandes_possibles": [float(prospects), float(customers)],
            "cout_premiere_commande": [float(loyalty_cost * ratio), float(loyalty_cost)],
            "marge_par_commande": [float(conquest_margin), float(loyalty_margin)],
        }
    )
    return _checked_uses(uses)


def segment_uses(stakes: pd.DataFrame, margin_rate: float, cost: float) -> pd.DataFrame:
    """The segments as uses of an envelope.

    Args:
        stakes: the output of `revenue_at_stake`; segments where nobody is
            assumed to react are left out.
        margin_rate: margin ÷ basket (0–1).
        cost: what the first extra order costs (euros), the same for every segment.

    Returns:
        One row per segment, for `expected_margin` and `best_split`: `poste` (the segment),
        `commandes_possibles` (clients × share who react), `cout_premiere_commande`,
        `marge_par_commande` (mean basket × margin rate).

    Raises:
        CourseError: missing column, nobody reacts, an amount that is 0 or less.

    Example:
        >>> stakes = pd.DataFrame({"segment": ["Perdus"], "clients": [50], "part_qui_reagit": [0.1],
        ...                        "panier_moyen": [200.0]})
        >>> segment_uses(stakes, 0.4, 30).drop(columns="poste").values.tolist()
        [[5.0, 30.0, 80.0]]
    """
    needed = ["segment", "clients", "part_qui_reagit", "panier_moyen"]
    require_columns(stakes.columns, needed, remedy=ADD)
    possible = stakes["clients"] * stakes["part_qui_reagit"]
    uses = pd.DataFrame(
        {
            "poste": stakes["segment"],
            "commandes_possibles": possible.astype("float64"),
            "cout_premiere_commande": float(cost),
            "marge_par_commande": stakes["panier_moyen"] * margin_rate,
        }
    )
    return _checked_uses(uses[possible > 0].reset_index(drop=True))


def expected_margin(uses: pd.DataFrame, spending: Mapping[str, float]) -> pd.DataFrame:
    """What an envelope shared between several uses is expected to bring.

    Diminishing returns, an assumption shown as one: s euros bring N (1 − exp(−s ÷ (c N))) orders,
    where N is the number of orders possible and c the cost of the first one.

    Args:
        uses: one row per use: `poste`, `commandes_possibles`, `cout_premiere_commande` (euros),
            `marge_par_commande` (euros), each above 0.
        spending: euros spent by `poste` (0 where it is left out).

    Returns:
        One row per use: `poste`, `depense`, `commandes` (expected), `marge` (expected, euros),
        `gain_net` (margin less spending), `marge_du_dernier_euro` (below 1, the last euro brings
        back less than itself), `hypothese`.

    Raises:
        CourseError: missing column, a value of 0 or less, an unknown use, a negative spending.

    Example:
        >>> uses = conquest_and_loyalty(400, 250, 60, 200, 250)
        >>> expected = expected_margin(uses, {"Fidélisation": 5000})
        >>> expected[["depense", "commandes", "marge"]].round(1)
           depense  commandes    marge
        0      0.0        0.0      0.0
        1   5000.0       70.9  17716.8
    """
    checked = _checked_uses(uses)
    unknown = [name for name in spending if name not in set(checked["poste"])]
    if unknown:
        raise CourseError(
            f"Le poste « {unknown[0]} » n’est pas dans la table : "
            f"choisissez parmi {', '.join(checked['poste'])}."
        )
    spent = checked["poste"].map(lambda name: float(spending.get(name, 0.0)))
    if (spent < 0).any():
        raise CourseError("Une dépense ne peut pas être négative : écrivez 0 ou plus.")
    cost, possible = checked["cout_premiere_commande"], checked["commandes_possibles"]
    left = np.exp(-spent / (cost * possible))
    orders = possible * (1 - left)
    margin = orders * checked["marge_par_commande"]
    return pd.DataFrame(
        {
            "poste": checked["poste"],
            "depense": spent,
            "commandes": orders,
            "marge": margin,
            "gain_net": margin - spent,
            "marge_du_dernier_euro": checked["marge_par_commande"] / cost * left,
            "hypothese": DIMINISHING,
        }
    )


def best_split(uses: pd.DataFrame, envelope: float) -> dict[str, float]:
    """The split of an envelope that brings the largest expected net gain.

    The last euro brings the same margin in every use that gets any. No euro is spent that brings
    back less than itself, so that part of the envelope may be left.

    Args:
        uses: see `expected_margin`.
        envelope: the euros there are (0 or more).

    Returns:
        Euros by `poste`; their sum is the envelope or less.

    Raises:
        CourseError: as `expected_margin`; a negative envelope.

    Example:
        >>> uses = conquest_and_loyalty(400, 250, 60, 200, 250)
        >>> {name: round(amount) for name, amount in best_split(uses, 20000).items()}
        {'Conquête': 4766, 'Fidélisation': 15234}
    """
    checked = _checked_uses(uses)
    if envelope < 0:
        raise CourseError("L’enveloppe ne peut pas être négative : écrivez 0 ou plus.")
    size = checked["cout_premiere_commande"] * checked["commandes_possibles"]
    returns = checked["marge_par_commande"] / checked["cout_premiere_commande"]
    first = returns.map(math.log)
    floor = 0.0
    for place in first.sort_values(ascending=False).index:
        used = first >= first[place]
        level = ((size * first)[used].sum() - envelope) / size[used].sum()
        floor = max(level, 0.0)
        if not (first[~used] > level).any():
            break
    amounts = size * (first - floor).clip(lower=0)
    return dict(zip(checked["poste"], amounts.astype(float).tolist(), strict=True))


def _checked_uses(uses: pd.DataFrame) -> pd.DataFrame:
    numbers = ["commandes_possibles", "cout_premiere_commande", "marge_par_commande"]
    require_columns(uses.columns, ["poste", *numbers], remedy=ADD)
    if uses.empty:
        raise CourseError("Aucun poste ne peut recevoir d’argent : donnez-en un au moins.")
    for column in numbers:
        wrong = uses.loc[~(uses[column] > 0), "poste"]
        if not wrong.empty:
            raise CourseError(
                f"Le poste « {wrong.iloc[0]} » a une valeur de « {column} » nulle ou négative : "
                "écrivez un nombre plus grand que 0, ou retirez ce poste."
            )
    return uses
