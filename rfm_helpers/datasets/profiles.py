"""Known layouts: which shop, till or data set a file comes from, and how its lines are read then.

What the reader says wins: a layout only fills in what was left unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from rfm_helpers.catalog.line_meanings import load_line_meanings
from rfm_helpers.catalog.profiles import Profile, Statuses, load_profiles
from rfm_helpers.datasets.cells import BLANKS, cell_text, distinct
from rfm_helpers.datasets.choices import choices_said
from rfm_helpers.datasets.meaning.facts import plain
from rfm_helpers.datasets.meaning.kinds import is_not_bought
from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written
from rfm_helpers.tables.columns import OrderColumns

USUAL = {role: name for role, name in OrderColumns()._asdict().items() if role != "timezone"}
#: What `clean_orders` does when neither the reader nor a layout says otherwise.
NEUTRAL: Mapping[str, Any] = {
    "quantity": None,
    "status": {},
    "without": {},
    "fill_down": False,
    "amount_of": "line",
    "stamps": None,
}
#: The choices that only make sense with a layout's own column for a role.
TIED = {"quantity": "amount", "amount_of": "amount", "without": "customer", "stamps": "date"}
ROLES = {"customer": "client", "order": "commande", "date": "date", "amount": "montant"}
LOOKED_AT = 20


class Layout(NamedTuple):
    """A table in a known layout.

    Attributes:
        profile: the layout.
        titles: its titles, and what they are in the table.
        table: the table.
        others: the names of other layouts that the table may have.
    """

    profile: Profile
    titles: Mapping[str, str]
    table: pd.DataFrame
    others: Sequence[str] = ()

    @property
    def roles(self) -> dict[str, str | None]:
        """The column of each role; no order where a day is one."""
        told = {role: getattr(self.profile, role) for role in ROLES}
        return {role: self.titles[title] if title else None for role, title in told.items()}

    @property
    def choices(self) -> dict[str, Any]:
        """What the layout settles, as arguments of `clean_orders`."""
        profile = self.profile
        quantity = profile.quantity and self.titles[profile.quantity]
        told = {
            "quantity": quantity,
            "status": self._kept(profile.status) if profile.status else {},
            "without": self._guests(),
            "fill_down": profile.fill_down,
            "amount_of": profile.amount_of,
            "stamps": profile.stamps,
        }
        return {name: value for name, value in told.items() if value != NEUTRAL[name]}

    def _kept(self, status: Statuses) -> dict[str, list[str]]:
        """The statuses of the table that are purchases, if there are any, and some that are not."""
        column = _own_titles(self.table).get(plain(status.column))
        if column is None:
            return {}
        told = [text for text in distinct(self.table[column]).texts if not _says_nothing(text)]
        kept = [text for text in told if _is_kept(text, status)]
        return {column: kept} if kept and len(kept) < len(told) else {}

    def _guests(self) -> dict[str, list[str]]:
        column = self.titles[self.profile.customer]
        texts = list(distinct(self.table[column]).texts) if self.profile.guests else []
        found = [text for text in texts if plain(text) in self.profile.guests]
        return {column: found} if found else {}

    @property
    def sentence(self) -> str:
        """What was recognised and what follows, in French, without a full stop."""
        named = [
            f"{ROLES[role]} « {as_written(name)} »" for role, name in self.roles.items() if name
        ]
        if self.roles["order"] is None:
            named.append("une commande par client et par jour")
        parts = [", ".join(named)]
        if self.choices:
            parts.append(f"il faut {', '.join(choices_said(self.choices))}")
        parts += [f"« {name} » conviendrait aussi" for name in self.others]
        listed = " ; ".join(parts)
        return f"« {self.profile.name} » : {listed}"

    @property
    def report(self) -> str:
        """The same, how to choose otherwise, and what to mind."""
        names = [*ROLES, *self.choices]
        code = as_written(", ".join(f"{name}=…" for name in names))
        caution = f" {self.profile.caution}" if self.profile.caution else ""
        return f"{self.sentence} ; pour choisir autrement, donnez {code}.{caution}"


def _says_nothing(text: str) -> bool:
    return text.casefold() in BLANKS


def _is_kept(text: str, status: Statuses) -> bool:
    """Whether a status is a purchase: as the layout says, or else as its words do.

    >>> status = Statuses(column="x", kept=["partially refunded"], dropped=["authorized"])
    >>> [_is_kept(text, status) for text in ("partially_refunded", "authorized", "voided", "new")]
    [True, False, False, True]
    """
    said = plain(text)
    if said in status.kept or said in status.dropped:
        return said in status.kept
    return not is_not_bought(text, load_line_meanings().words)


def _own_titles(table: pd.DataFrame) -> dict[str, str]:
    """The titles of a table by their words, the first of those that share them."""
    return {plain(name): name for name in reversed([str(name) for name in table.columns])}


# --- recognising a layout -----------------------------------------------------------------------


def layout_of(table: pd.DataFrame) -> Layout | None:
    """The layout of a table, if it is a known one: of several, the one with most titles.

    >>> table = pd.DataFrame(columns=["Customer_ID", "order_date", "Revenue"])
    >>> layout_of(table).roles["customer"]
    'Customer_ID'
    """
    own = _own_titles(table)
    fitting = [
        Layout(profile, {title: own[plain(title)] for title in profile.columns}, table)
        for profile in load_profiles().values()
        if _fits(profile, own, table)
    ]
    sets = [{*one.titles.values()} for one in fitting]
    whole = [
        one for one, its in zip(fitting, sets, strict=True) if not any(its < more for more in sets)
    ]
    ranked = sorted(whole, key=lambda one: -len(one.titles))
    others = [one.profile.name for one in ranked[1:] if not one.profile.needs]
    return ranked[0]._replace(others=others) if ranked else None


def _fits(profile: Profile, own: Mapping[str, str], table: pd.DataFrame) -> bool:
    """Whether a table has the titles of a layout, and cells that look like its own."""
    titles = {plain(title) for title in profile.columns}
    if not titles <= own.keys() or (profile.only and len(titles) < table.shape[1]):
        return False
    return all(
        re.fullmatch(pattern, cell_text(cell))
        for title, pattern in profile.pattern.items()
        for cell in table[own[plain(title)]].head(LOOKED_AT)
    )


def known_layout(table: pd.DataFrame, roles: Mapping[str, str | None]) -> Layout | None:
    """The layout to go by: where a role was left to its usual name, which the table has not.

    Args:
        table: the lines.
        roles: role → the name that it was given.

    Raises:
        CourseError: if the layout cannot serve, with what to do.
    """
    if not unsaid(table, roles):
        return None
    layout = layout_of(table)
    if layout and layout.profile.needs:
        name = as_written(layout.profile.name)
        raise CourseError(f"Ce fichier a la mise en page « {name} » : {layout.profile.needs}")
    return layout


def unsaid(table: pd.DataFrame, roles: Mapping[str, str | None]) -> list[str]:
    """The roles left to their usual name, which the table has not.

    >>> unsaid(pd.DataFrame(columns=["client_id", "Jour"]), USUAL | {"date": "Jour"})
    ['order', 'amount']
    """
    return [
        role for role, name in roles.items() if name == USUAL[role] and name not in table.columns
    ]


def completed(
    table: pd.DataFrame, roles: Mapping[str, str | None], layout: Layout | None
) -> dict[str, Any]:
    """The column of each role: as it was said, or else as the layout has it.

    >>> table = pd.DataFrame(columns=["customer_id", "order_date", "revenue"])
    >>> completed(table, USUAL, layout_of(table))["date"]
    'order_date'
    """
    found = layout.roles if layout else {}
    return {**roles, **{role: found[role] for role in unsaid(table, roles) if role in found}}


def settled(table: pd.DataFrame, asked: Mapping[str, Any], layout: Layout | None) -> dict[str, Any]:
    """What a reader asked of `clean_orders`, completed by a layout.

    Args:
        table: the lines.
        asked: the four roles, and the choices of `NEUTRAL`; None if nothing was said of one.
        layout: from `known_layout`.

    Returns:
        The same, nothing left unsaid.

    Example:
        >>> table = pd.DataFrame(columns=["customer_id", "order_date", "revenue"])
        >>> asked = USUAL | dict.fromkeys(NEUTRAL)
        >>> settled(table, asked, layout_of(table))["amount"]
        'revenue'
    """
    roles = completed(table, {role: asked[role] for role in ROLES}, layout)
    choices = dict(NEUTRAL)
    if layout:
        own = {role for role in ROLES if roles[role] == layout.roles[role]}
        choices |= {
            name: value
            for name, value in layout.choices.items()
            if name not in TIED or TIED[name] in own
        }
    return {**roles, **{name: _or(asked[name], choices[name]) for name in NEUTRAL}}


def _or(value: Any, otherwise: Any) -> Any:
    """What was said; an empty text says « none »."""
    return otherwise if value is None else None if value == "" else value
