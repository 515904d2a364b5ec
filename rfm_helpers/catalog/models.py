"""Models of the catalog: segment grids, segment sheets with their actions, customer types.

Models are frozen and refuse unknown keys. They are usually built from YAML by
:mod:`rfm_helpers.catalog.loading`, which turns their errors into one French sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatchcase
from itertools import product
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from rfm_helpers.errors import CourseError

Move = Literal["R", "F", "M", "écoute", "conformité"]
Channel = Literal[
    "e-mail",
    "SMS",
    "courrier",
    "téléphone",
    "boutique",
    "site",
    "réseaux sociaux",
    "événement",
    "service client",
    "enquête",
    "données",
]
Visibility = Literal["oui", "en partie", "non"]


def _refusal(kind: str, sentence: str, *where: str | int) -> PydanticCustomError:
    """An error in French that points at a place inside the field being validated."""
    return PydanticCustomError(kind, sentence, {"where": where})


def _check_identifier(identifier: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9_]*", identifier):
        raise _refusal(
            "identifier",
            f"l’identifiant « {identifier} » s’écrit en minuscules, sans accent ni espace",
        )
    return identifier


Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, AfterValidator(_check_identifier)]


class CatalogModel(BaseModel):
    """Base of every model read from a YAML file: frozen, no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def all_codes(levels: int) -> tuple[str, ...]:
    """Every RFM code of a number of levels, as text, in ascending order.

    >>> all_codes(2)
    ('111', '112', '121', '122', '211', '212', '221', '222')
    >>> all_codes(10)[-1]
    '10-10-10'
    """
    scores = [str(score) for score in range(1, levels + 1)]
    separator = "-" if levels >= 10 else ""
    return tuple(separator.join(code) for code in product(scores, repeat=3))


def _listed(items: Iterable[str], limit: int = 5) -> str:
    quoted = [f"« {item} »" for item in items]
    return ", ".join(quoted[:limit]) + (", …" if len(quoted) > limit else "")


class GridSegment(CatalogModel):
    """One segment of a grid.

    In a file, ``codes`` holds codes (``"444"``) or shell patterns (``"[45][45]?"``), or
    ``rest: true`` stands for the codes that no other segment takes. In a loaded grid, ``codes``
    always holds the literal codes. ``rank`` 1 is the best segment.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: Identifier
    name: Text
    rank: int = Field(ge=1)
    color: str
    codes: tuple[str, ...] = ()
    rest: bool = False

    @field_validator("color")
    @classmethod
    def _check_color(cls, color: str) -> str:
        if not re.fullmatch("#[0-9A-Fa-f]{6}", color):
            raise _refusal(
                "color",
                f"la couleur « {color} » doit s’écrire avec # puis six chiffres ou lettres (a à f)",
            )
        return color.lower()

    @model_validator(mode="after")
    def _codes_or_rest(self) -> Self:
        if self.rest == bool(self.codes):
            raise _refusal(
                "codes_or_rest",
                f"le segment « {self.name} » doit avoir soit des « codes », soit « rest: true »",
            )
        return self

    @property
    def text_color(self) -> str:
        """Black or white, whichever reads better on ``color`` (WCAG contrast, 4.5 or more).

        >>> GridSegment(id="a", name="A", rank=1, color="#00563f", codes=("111",)).text_color
        '#ffffff'
        """
        channels = [int(self.color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return "#000000" if (luminance + 0.05) ** 2 >= 1.05 * 0.05 else "#ffffff"


def _expand(segment: GridSegment, position: int, codes: tuple[str, ...]) -> GridSegment:
    matches: list[str] = []
    for number, pattern in enumerate(segment.codes):
        found = [code for code in codes if fnmatchcase(code, pattern)]
        if not found:
            raise _refusal(
                "unknown_code",
                f"le code « {pattern} » ne désigne aucun code de {codes[0]} à {codes[-1]}",
                position,
                "codes",
                number,
            )
        matches += found
    return segment.model_copy(update={"codes": tuple(matches)})


def _fill_rest(segments: list[GridSegment], codes: tuple[str, ...]) -> list[GridSegment]:
    taken = {code for segment in segments for code in segment.codes}
    rest = tuple(code for code in codes if code not in taken)
    return [s.model_copy(update={"codes": rest}) if s.rest else s for s in segments]


def _check_unique(segments: tuple[GridSegment, ...]) -> None:
    for attribute, label in [("id", "l’identifiant"), ("name", "le nom"), ("rank", "le rang")]:
        seen: set[object] = set()
        for position, segment in enumerate(segments):
            value = getattr(segment, attribute)
            if value in seen:
                sentence = f"{label} « {value} » sert à deux segments"
                raise _refusal("repeated", sentence, position, attribute)
            seen.add(value)
    rests = [position for position, segment in enumerate(segments) if segment.rest]
    if len(rests) > 1:
        raise _refusal("two_rests", "un seul segment peut avoir « rest: true »", rests[1], "rest")


def _check_coverage(segments: list[GridSegment], codes: tuple[str, ...]) -> None:
    counts = Counter(code for segment in segments for code in segment.codes)
    repeated = [code for code in codes if counts[code] > 1]
    if repeated:
        last = max(i for i, segment in enumerate(segments) if repeated[0] in segment.codes)
        sentence = (
            f"chaque code va dans un seul segment, or on trouve deux fois {_listed(repeated)}"
        )
        raise _refusal("repeated_code", sentence, last, "codes")
    missing = [code for code in codes if code not in counts]
    if missing:
        raise _refusal(
            "missing_code", f"chaque code va dans un segment, or il manque {_listed(missing)}"
        )


class Grid(CatalogModel):
    """A segment grid: a map from every code of ``levels`` scores to exactly one segment."""

    id: Identifier
    title: Text
    levels: int = Field(ge=2, le=10)
    source: Text
    segments: tuple[GridSegment, ...] = Field(min_length=1)

    @field_validator("segments")
    @classmethod
    def _expand_codes(
        cls, segments: tuple[GridSegment, ...], info: ValidationInfo
    ) -> tuple[GridSegment, ...]:
        if "levels" not in info.data:
            return segments
        _check_unique(segments)
        codes = all_codes(info.data["levels"])
        expanded = [_expand(segment, position, codes) for position, segment in enumerate(segments)]
        complete = _fill_rest(expanded, codes)
        _check_coverage(complete, codes)
        return tuple(complete)

    @property
    def names(self) -> tuple[str, ...]:
        """Segment names, from the best to the worst."""
        return tuple(segment.name for segment in self._ranked)

    @property
    def colors(self) -> dict[str, str]:
        """Colour (``#rrggbb``) of each segment name, from the best to the worst."""
        return {segment.name: segment.color for segment in self._ranked}

    @property
    def by_code(self) -> dict[str, str]:
        """Segment name of each code, to map a whole column at once."""
        return {code: segment.name for segment in self.segments for code in segment.codes}

    @property
    def _ranked(self) -> list[GridSegment]:
        return sorted(self.segments, key=lambda segment: segment.rank)

    def segment(self, name: str) -> GridSegment:
        """The segment of that name.

        Raises:
            CourseError: no segment of the grid has that name.
        """
        for segment in self.segments:
            if segment.name == name:
                return segment
        raise CourseError(
            f"Le segment « {name} » n’est pas dans la grille « {self.id} » : "
            f"choisissez parmi {_listed(self.names, limit=len(self.names))}."
        )

    def codes_of(self, name: str) -> tuple[str, ...]:
        """The literal codes of the segment of that name (`CourseError` if there is none)."""
        return self.segment(name).codes

    def segment_of(self, code: str) -> str:
        """The name of the segment that holds a code.

        Raises:
            CourseError: the code is not one of the grid's number of levels.

        >>> from rfm_helpers.catalog import load_grid
        >>> load_grid("onze").segment_of("234")
        'À ne pas perdre'
        """
        if code not in self.by_code:
            raise CourseError(
                f"Le code « {code} » n’existe pas dans la grille « {self.id} » : "
                f"elle attend trois scores de 1 à {self.levels}."
            )
        return self.by_code[code]


class Action(CatalogModel):
    """A recommended action: what it moves, by which channel, whether it suits a luxury house."""

    text: Text
    moves: tuple[Move, ...] = Field(min_length=1)
    channel: Channel
    luxury: bool
    luxury_note: Text | None = None

    @model_validator(mode="after")
    def _note_when_unsuited(self) -> Self:
        if not self.luxury and self.luxury_note is None:
            raise _refusal(
                "luxury_note",
                "une action qui ne convient pas au luxe (« luxury: false ») "
                "doit dire pourquoi dans « luxury_note »",
            )
        return self


class SegmentSheet(CatalogModel):
    """What is known and advised about one of the eleven segments."""

    id: Identifier
    name: Text
    situation: Text
    stance: Text
    actions: tuple[Action, ...] = Field(min_length=1)


class SegmentSheets(CatalogModel):
    """The file of the segment sheets."""

    source: Text
    segments: tuple[SegmentSheet, ...] = Field(min_length=1)


class CustomerType(CatalogModel):
    """A customer type of source 001: a rule on data beyond R, F and M, or why there is none.

    ``rule`` is a :meth:`pandas.DataFrame.query` expression on the customer features table;
    ``rule_text`` says it in French; ``why_not`` says what the data cannot tell.
    """

    id: Identifier
    name: Text
    situation: Text
    treatment: Text
    visible: Visibility
    rule: Text | None
    rule_text: Text | None
    why_not: Text | None

    @model_validator(mode="after")
    def _rule_or_reason(self) -> Self:
        if (self.visible == "non") != (self.rule is None):
            raise _refusal(
                "rule", f"« {self.name} » doit avoir une règle, ou bien « visible: non »"
            )
        if (self.rule is None) != (self.rule_text is None):
            raise _refusal("rule_text", "« rule » et « rule_text » vont ensemble")
        if (self.visible == "oui") != (self.why_not is None):
            raise _refusal(
                "why_not",
                "« why_not » dit ce que les données ne montrent pas, sauf si « visible: oui »",
            )
        return self


class CustomerTypes(CatalogModel):
    """The file of the customer types."""

    source: Text
    types: tuple[CustomerType, ...] = Field(min_length=1)
