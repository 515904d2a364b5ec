"""What a final project holds, as read from what its authors typed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from rfm_helpers.analysis.budget.plan import ACTION_COLUMNS, Budget, make_budget, roll_up
from rfm_helpers.analysis.campaign.account import Campaign
from rfm_helpers.analysis.campaign.uncertainty import Range, Simulation, simulate_roi
from rfm_helpers.catalog import Statement
from rfm_helpers.catalog.plans import Score
from rfm_helpers.errors import CourseError

#: The name of what belongs to no strategy or to no sub-strategy yet.
UNPLACED = "À rattacher"
#: Where both axes of the positioning map end; they begin at 0.
MAP_END = 10.0
#: How a colour is written.
COLOR = re.compile("#[0-9a-fA-F]{6}")
#: The terrain of the lessons, whose customers their lists are made of.
HOUSE = "Maison Orsenne"
#: The columns of the segments' table, those of `segment_profile` that a project keeps.
SEGMENT_COLUMNS = ("segment", "clients", "part_clients", "chiffre_affaires", "part_ca")


@dataclass(frozen=True)
class RfmChoices:
    """How the scores were made: date, window (months), levels and method, why, what they say."""

    as_of: dt.date | None = None
    months: int | None = None
    levels: int | None = None
    method: str = ""
    why: str = ""
    reading: str = ""


@dataclass(frozen=True)
class Brand:
    """A brand, the project's own or a competitor: its strengths, and its notes by criterion.

    ``place`` is where it stands on the positioning map, from 0 to 10 on either axis.
    """

    name: str = ""
    sheet: str = ""
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    color: str = ""
    place: tuple[float, float] | None = None

    @property
    def described(self) -> bool:
        """Whether more than its name is known."""
        return bool(self.sheet or self.strengths or self.weaknesses or self.notes)


@dataclass(frozen=True)
class SegmentStrategy:
    """The strategy of a segment: its statement, why, and a sub-strategy for each score it moves."""

    statement: Statement = field(default_factory=Statement)
    title: str = ""
    why: str = ""
    parts: Mapping[Score, str] = field(default_factory=dict)

    @property
    def segment(self) -> str:
        """The customers aimed at, as they are named."""
        return self.statement.target.segment or self.statement.target.text

    @property
    def name(self) -> str:
        """Its title, or else its segment's.

        >>> SegmentStrategy().name
        'À rattacher'
        """
        return self.title or self.segment or UNPLACED


@dataclass(frozen=True)
class ProjectAction:
    """An action: the segment and score it aims at, its channel, who benefits, its cost lines.

    ``lines`` are records of `cost_lines`.
    """

    title: str
    segment: str = ""
    score: str = ""
    channel: str = ""
    who: str = ""
    count: int | None = None
    lines: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class TalkPart:
    """What is said over a slide: its message, the notes, its minutes."""

    message: str = ""
    notes: str = ""
    minutes: float | None = None


@dataclass(frozen=True)
class SignedList:
    """The list that the learner signed in lesson 11: its name, why, how many customers it has.

    Who they are stays in the answers of the lesson: a project is shared, and holds no customer.
    """

    name: str
    reason: str
    count: int


@dataclass(frozen=True)
class Project:
    """A final project, at any stage: every part may be missing.

    ``segments`` has the columns `SEGMENT_COLUMNS`; ``campaign`` is what the return is computed on,
    its cost being the budget's where the authors typed none; ``ranges`` are the uncertain inputs,
    by field of `Campaign`; ``talk`` goes by the id of a slide; ``map_axes`` name what the
    positioning map shows, from left to right and from bottom to top; ``signed`` is the list of
    lesson 11, once it was signed and taken over.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    terrain: str = ""
    rfm: RfmChoices = RfmChoices()
    segments: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=[*SEGMENT_COLUMNS]), compare=False
    )
    brand: Brand = Brand()
    competitors: tuple[Brand, ...] = ()
    map_axes: tuple[str, str] = ("", "")
    strategies: tuple[SegmentStrategy, ...] = ()
    actions: tuple[ProjectAction, ...] = ()
    envelope: float | None = None
    campaign: Campaign | None = None
    ranges: Mapping[str, Range] = field(default_factory=dict)
    talk: Mapping[str, TalkPart] = field(default_factory=dict)
    signed: SignedList | None = None

    @property
    def listed(self) -> SignedList | None:
        """The list signed in lesson 11, as long as the project is about the house's customers.

        >>> mine = SignedList("Par arbre", "", 40)
        >>> Project(terrain=HOUSE, signed=mine).listed == mine, Project(signed=mine).listed
        (True, None)
        """
        return self.signed if self.terrain == HOUSE else None

    @property
    def axes(self) -> tuple[str, ...]:
        """The criteria by which the brands are compared, in the order in which they came."""
        brands = (self.brand, *self.competitors)
        return tuple(dict.fromkeys(axis for brand in brands for axis in brand.notes))

    @property
    def placed(self) -> tuple[Brand, ...]:
        """The brands of the positioning map; none before it has its axes and two brands.

        >>> here = Brand("Orsenne", place=(8, 6)), Brand("Corvin", place=(5, 3))
        >>> len(Project(brand=here[0], competitors=here[1:], map_axes=("Prix", "Services")).placed)
        2
        """
        found = tuple(one for one in (self.brand, *self.competitors) if one.place)
        return found if all(self.map_axes) and len(found) > 1 else ()

    def strategy_of(self, segment: str) -> SegmentStrategy | None:
        """The strategy of a segment; None without one.

        >>> Project().strategy_of("Fidèles") is None
        True
        """
        return next((one for one in self.strategies if one.segment == segment), None)

    def part_of(self, action: ProjectAction) -> str:
        """The sub-strategy that an action belongs to, as it is named."""
        strategy = self.strategy_of(action.segment)
        return next(
            (text for score, text in strategy.parts.items() if score == action.score and text)
            if strategy
            else iter(()),
            UNPLACED,
        )

    @cached_property
    def budget(self) -> Budget:
        """The budget of the actions, by strategy and sub-strategy.

        >>> len(Project(actions=(ProjectAction("Bouquet"),)).budget.actions)
        1
        """
        rows = [
            {
                "strategie": _named(self.strategy_of(one.segment)),
                "sous_strategie": self.part_of(one),
                "action": one.title,
                "qui": one.who,
                "beneficiaires": one.count,
            }
            for one in self.actions
        ]
        lines = [{**line, "action": one.title} for one in self.actions for line in one.lines]
        table = pd.DataFrame(rows, columns=[*ACTION_COLUMNS])
        return make_budget(self.title or "Projet final", table, pd.DataFrame(lines))

    @cached_property
    def total(self) -> float:
        """What all the actions cost (euros without VAT)."""
        return float(roll_up(self.budget)["cout_ht"].iloc[0]) if self.actions else 0.0

    @property
    def costed_campaign(self) -> Campaign | None:
        """The campaign with the budget's cost, where its own is 0; None before it has inputs."""
        if self.campaign is None or self.campaign.cost:
            return self.campaign
        return replace(self.campaign, cost=self.total)

    @cached_property
    def simulation(self) -> Simulation | None:
        """The interval of the return; None where it cannot be computed (no cost, no range)."""
        campaign = self.costed_campaign
        if campaign is None or not self.ranges:
            return None
        try:
            return simulate_roi(campaign, self.ranges)
        except CourseError:
            return None


def _named(strategy: SegmentStrategy | None) -> str:
    return strategy.name if strategy else UNPLACED
