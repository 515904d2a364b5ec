"""One customer, several types, one next action: which goes first, and what they all cost."""

from __future__ import annotations

import pandas as pd

from rfm_helpers.catalog.next_actions import load_next_actions
from rfm_helpers.tables.columns import require_columns


def next_actions(types: pd.DataFrame) -> pd.DataFrame:
    """The next action of each customer: that of the most urgent of his types.

    An apology goes before an invitation, and both before a sale: the order and the actions are in
    `catalog/next_actions.yaml`, the costs there are assumptions. Those who have no type get no row;
    the sleepwalkers, whom no file shows, get none either.

    Args:
        types: what `customer_types` gives: `client_id`, `type`.

    Returns:
        One row per customer, sorted: `client_id`, `types` (all of them, in the order of urgency),
        `type` (the one that decides), `moment` (of the four), `action`, `cout` (euros, assumed).

    Raises:
        CourseError: missing column.

    Source: the types and the four moments of source 001; order, actions and costs: this course.

    Example:
        >>> types = pd.DataFrame({"client_id": ["A", "A"],
        ...                       "type": ["Meilleurs clients", "Clients mécontents"]})
        >>> next_actions(types)[["type", "moment"]].values.tolist()
        [['Clients mécontents', 'Fidélisation']]
    """
    require_columns(
        types.columns, ["client_id", "type"], remedy="donnez la table de customer_types."
    )
    actions = load_next_actions()
    rank = {action.type: place for place, action in enumerate(actions)}
    known = types[types["type"].isin(rank)]
    known = known.assign(rang=known["type"].map(rank)).sort_values(["client_id", "rang"])
    found = known.groupby("client_id", as_index=False).agg(
        types=("type", ", ".join), type=("type", "first")
    )
    by_type = {action.type: action for action in actions}
    return found.assign(
        moment=[by_type[name].moment for name in found["type"]],
        action=[by_type[name].action for name in found["type"]],
        cout=[by_type[name].cost for name in found["type"]],
    )


def action_costs(actions: pd.DataFrame) -> pd.DataFrame:
    """What the next actions of all cost, type by type.

    Args:
        actions: what `next_actions` gives.

    Returns:
        One row per type, the dearest first, then « Total »: `type`, `clients` (int), `cout`
        (euros).

    Raises:
        CourseError: missing column.

    Example:
        >>> actions = pd.DataFrame({"type": ["x", "x", "y"], "cout": [2.0, 2.0, 10.0]})
        >>> action_costs(actions).values.tolist()
        [['y', 1, 10.0], ['x', 2, 4.0], ['Total', 3, 14.0]]
    """
    require_columns(actions.columns, ["type", "cout"], remedy="donnez la table de next_actions.")
    table = actions.groupby("type", as_index=False).agg(
        clients=("cout", "size"), cout=("cout", "sum")
    )
    table = table.sort_values("cout", ascending=False, ignore_index=True)
    total = pd.DataFrame([("Total", len(actions), actions["cout"].sum())], columns=table.columns)
    return pd.concat([table, total], ignore_index=True)
