"""Segment grids (``grids/``): which code has which segment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from pathlib import Path
from typing import Self

from pydantic import (
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)
from pydantic_core.core_schema import ValidationInfo

from rfm_helpers.catalog.base import CATALOG, CatalogModel, Identifier, Text, load_yaml, refusal
from rfm_helpers.errors import CourseError


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
    quoted = [f"« {item} »" for item in items]
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
            raise refusal(
                "color",
                f"la couleur « {color} » doit s’écrire avec # puis six chiffres ou lettres (a à f)",
            )
        return color.lower()

    @model_validator(mode="after")
    def _codes_or_rest(self) -> Self:
        if self.rest == bool(self.codes):
            raise refusal(
                "codes_or_rest",
                f"le segment « {self.name} » doit avoir soit des « codes », soit « rest: true »",
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
            raise refusal(
                "unknown_code",
                f"le code « {pattern} » ne désigne aucun code de {codes[0]} à {codes[-1]}",
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
                sentence = f"{label} « {value} » sert à deux segments"
                raise refusal("repeated", sentence, position, attribute)
            seen.add(value)
    rests = [position for position, segment in enumerate(segments) if segment.rest]
    if len(rests) > 1:
        raise refusal("two_rests", "un seul segment peut avoir « rest: true »", rests[1], "rest")


def _check_coverage(segments: list[GridSegment], codes: tuple[str, ...]) -> None:
    counts = Counter(code for segment in segments for code in segment.codes)
    repeated = [code for code in codes if counts[code] > 1]
    if repeated:
        last = max(i for i, segment in enumerate(segments) if repeated[0] in segment.codes)
        sentence = (
            f"chaque code va dans un seul segment, or on trouve deux fois {_listed(repeated)}"
        )
        raise refusal("repeated_code", sentence, last, "codes")
    missing = [code for code in codes if code not in counts]
    if missing:
        raise refusal(
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
            f"Le segment « {name} » n’est pas dans la grille « {self.id} » : "
            f"choisissez parmi {_listed(self.names, limit=len(self.names))}."
        )

    def codes_of(self, name: str) -> tuple[str, ...]:
        """The literal codes of the segment of that name.

        Raises:
            CourseError: no segment of the grid has that name.
        """
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
                f"Le code « {code} » n’existe pas dans la grille « {self.id} » : "
                f"elle attend trois scores de 1 à {self.levels}."
            )
        return self.by_code[code]


GRID_NAMES = ("onze", "cinq_niveaux", "vip")


@cache
def _shipped_grid(name: str) -> Grid:
    return load_yaml(CATALOG / "grids" / f"{name}.yaml", Grid)


def load_grid(name: str | Path = "onze") -> Grid:
    """A segment grid of the course, or a learner's own.

    Args:
        name: one of `GRID_NAMES`, or the path of a YAML file of the same form (read again at each
            call).

    Returns:
        The grid, its codes expanded and checked: every code exactly once.

    Raises:
        CourseError: unknown name, or a file that `load_yaml` refuses.

    >>> load_grid("onze").codes_of("Champions")
    ('444',)
    """
    if str(name) in GRID_NAMES:
        return _shipped_grid(str(name))
    if Path(name).suffix in {".yaml", ".yml"}:
        return load_yaml(name, Grid)
    known = ", ".join(f"« {each} »" for each in GRID_NAMES)
    raise CourseError(
        f"La grille « {name} » n’existe pas : choisissez parmi {known}, ou donnez le chemin d’un "
        "fichier .yaml."
    )


def resolve_grid(grid: str | Grid) -> Grid:
    """The grid of that name, or the grid itself.

    >>> resolve_grid("onze").levels
    4
    """
    return grid if isinstance(grid, Grid) else load_grid(grid)
