"""Checks: how a choice, a number, a word or a table is judged. Each is data plus one rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from rfm_helpers.errors import CourseError
from rfm_helpers.french.words import as_written, several
from rfm_helpers.inputs import parse_number
from rfm_helpers.questions.model import Kind, Outcome, Verdict
from rfm_helpers.tables.columns import missing_column
from rfm_helpers.tables.rows import MOST_CHOICES

if TYPE_CHECKING:
    import pandas as pd

# --- choices -------------------------------------------------------------------------------------

#: What people write between the letters of several choices.
_LISTED = re.compile(r"[\s,;]+(?:et\s+)?")


@dataclass(frozen=True)
class Choice:
    """One choice; `explanation` says why it is right, or names the misconception as a question."""

    text: str
    explanation: str
    right: bool = False


@dataclass(frozen=True)
class ChoiceCheck:
    """One right choice, or several that must all be ticked (`multiple`).

    An answer is a letter ("b"), or for several choices a list of letters or a text ("a, c",
    "a et c"). Several choices earn the share of right ones ticked, less as much for each wrong one.

    >>> check = ChoiceCheck((Choice("Oui", "Bien vu.", right=True), Choice("Non", "Sûr ?")))
    >>> check("B").message
    'Sûr ?'
    """

    choices: tuple[Choice, ...]
    multiple: bool = False

    @property
    def kind(self) -> Kind:
        """One choice or several."""
        return Kind.MULTIPLE if self.multiple else Kind.SINGLE

    @property
    def letters(self) -> str:
        """The letters that name the choices: "abc" for three."""
        return ascii_lowercase[: len(self.choices)]

    @property
    def right_letters(self) -> tuple[str, ...]:
        """The letters of the right choices."""
        return tuple(
            letter
            for letter, choice in zip(self.letters, self.choices, strict=True)
            if choice.right
        )

    def __call__(self, value: object) -> Verdict:
        """The verdict on the letters chosen."""
        chosen = self._read(value)
        explained = "\n".join(self.choices[self.letters.index(c)].explanation for c in chosen)
        right = set(self.right_letters)
        found, wrong = len(right & set(chosen)), len(set(chosen) - right)
        if found == len(right) and not wrong:
            return Verdict(Outcome.SUCCESS, explained, 1.0)
        if not wrong:
            explained += "\nBon début : au moins une autre proposition est juste aussi."
        return Verdict(Outcome.REVIEW, explained, max(0.0, (found - wrong) / len(right)))

    def _read(self, value: object) -> list[str]:
        items = _LISTED.split(value.strip()) if isinstance(value, str) else value
        if not isinstance(items, list | tuple | set | frozenset):
            raise CourseError(
                f"La réponse « {value} » n’est pas une lettre : choisissez parmi "
                f"{', '.join(self.letters)}."
            )
        chosen = sorted({str(item).strip().lower() for item in items})
        unknown = [letter for letter in chosen if len(letter) != 1 or letter not in self.letters]
        if unknown:
            raise CourseError(
                f"La proposition « {unknown[0]} » n’existe pas : choisissez parmi "
                f"{', '.join(self.letters)}."
            )
        if len(chosen) > 1 and not self.multiple:
            raise CourseError("Une seule proposition est attendue : gardez-en une.")
        return chosen


# --- numbers -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """A typical wrong number: a value, an interval (both ends included), or a rule."""

    when: float | tuple[float, float] | Callable[[float], bool]
    message: str

    def matches(self, value: float, tolerance: float) -> bool:
        """Whether that number shows this mistake."""
        if callable(self.when):
            return self.when(value)
        if isinstance(self.when, tuple):
            return self.when[0] <= value <= self.when[1]
        return _close(value, self.when, tolerance)


@dataclass(frozen=True)
class NumberCheck:
    """A number, right within `tolerance` (in the unit of the answer).

    The answer may be a number or a text such as "1 500,50 €" or "15,3 %". When `unit` is "%", the
    answer is in per cent (15.3) and the share (0.153) is right too.

    >>> NumberCheck(15.3, tolerance=0.05, unit="%")("0,153").outcome.value
    'réussi'
    """

    answer: float
    tolerance: float = 0.005
    unit: str = ""
    success: str = "C’est bien le nombre attendu."
    mistakes: tuple[Mistake, ...] = ()
    otherwise: str = (
        "Ce nombre s’écarte de celui que donnent les données : avez-vous gardé les bonnes lignes "
        "et la bonne unité ?"
    )

    @property
    def kind(self) -> Kind:
        """A number."""
        return Kind.NUMBER

    def __call__(self, value: object) -> Verdict:
        """The verdict on one number."""
        read = parse_number(value, unit=self.unit)
        readings = [read, read * 100] if self.unit == "%" else [read]
        if any(_close(reading, self.answer, self.tolerance) for reading in readings):
            return Verdict(Outcome.SUCCESS, self.success, 1.0)
        for mistake in self.mistakes:
            if any(mistake.matches(reading, self.tolerance) for reading in readings):
                return Verdict(Outcome.REVIEW, mistake.message)
        return Verdict(Outcome.REVIEW, self.otherwise)


def _close(value: float, target: float, tolerance: float) -> bool:
    return abs(value - target) <= tolerance + 1e-9


# --- words ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TextMistake:
    """Typical wrong words, and what to ask about them."""

    texts: Collection[str]
    message: str


@dataclass(frozen=True)
class TextCheck:
    """A word or a code: a client, a segment, a score code ("244").

    Capitals, accents, spaces and signs do not matter. When `known` says which words exist, another
    one is an error rather than an answer.

    >>> check = TextCheck(("À ne pas perdre",), known=("À ne pas perdre", "Champions"))
    >>> check("a ne pas perdre").outcome.value, check("Champions").outcome.value
    ('réussi', 'à revoir')
    """

    answers: Collection[str]
    known: Collection[str] = ()
    success: str = "C’est bien le mot attendu."
    mistakes: tuple[TextMistake, ...] = ()
    otherwise: str = "Les données en désignent un autre : qu’avez-vous comparé ?"

    @property
    def kind(self) -> Kind:
        """A word."""
        return Kind.TEXT

    def __call__(self, value: object) -> Verdict:
        """The verdict on one word."""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise CourseError(
                "Cette réponse ne se lit pas comme un mot : écrivez-le entre guillemets droits."
            )
        word = _folded(str(value))
        if self.known and word not in map(_folded, self.known):
            raise CourseError(f"« {as_written(value)} » n’existe pas ici : {self._remedy()}")
        if word in map(_folded, self.answers):
            return Verdict(Outcome.SUCCESS, self.success, 1.0)
        for mistake in self.mistakes:
            if word in map(_folded, mistake.texts):
                return Verdict(Outcome.REVIEW, mistake.message)
        return Verdict(Outcome.REVIEW, self.otherwise)

    def _remedy(self) -> str:
        if len(self.known) > MOST_CHOICES:
            return f"écrivez-le comme dans le tableau, par exemple {next(iter(self.known))}."
        return f"choisissez parmi {', '.join(self.known)}."


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9]", "", plain)


# --- tables --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableMistake:
    """A typical wrong table: a rule on the learner's table, and what to ask about it."""

    when: Callable[[pd.DataFrame], bool]
    message: str

    def matches(self, table: pd.DataFrame) -> bool:
        """Whether that table shows this mistake; a rule that cannot be applied does not match."""
        try:
            return bool(self.when(table))
        except (KeyError, TypeError, ValueError, AttributeError):
            return False


@dataclass(frozen=True)
class TableCheck:
    """A table with one row per value of `keys`, compared with `expected`.

    The order of rows and columns, the index, the width of the types and rounding (`tolerance`)
    do not matter, nor do further columns; keys may stand in the index. Any data frame that
    narwhals knows is read. The share of points is the share of right cells, over the larger of
    the two tables. Where a part of the table is given beforehand, `asked` names a column and the
    value that the rows asked for have in it: the others earn nothing and cost nothing.

    >>> import pandas as pd
    >>> check = TableCheck(pd.DataFrame({"client_id": ["A", "B"], "frequence": [1, 3]}),
    ...                    keys=("client_id",))
    >>> check(pd.DataFrame({"frequence": [3.0, 2.0], "client_id": ["B", "A"]})).share
    0.5
    """

    expected: pd.DataFrame
    keys: tuple[str, ...]
    tolerance: float = 0.01
    success: str = "Votre tableau donne les valeurs attendues."
    mistakes: tuple[TableMistake, ...] = ()
    asked: tuple[str, str] | None = None

    @property
    def kind(self) -> Kind:
        """A table."""
        return Kind.TABLE

    def __call__(self, value: object) -> Verdict:
        """The verdict on one table."""
        whole = self._with_keys(table_of(value))
        expected, table = self._asked_of(self.expected), self._asked_of(whole)
        columns = [column for column in expected.columns if column not in self.keys]
        doubled = int(table.duplicated(list(self.keys)).sum())
        pairs = _aligned(expected, table.drop_duplicates(list(self.keys)), self.keys)
        right = {c: _right(pairs, c, self.tolerance) for c in columns if c in table.columns}
        cells = max(len(expected), len(table)) * len(columns)
        share = sum(int(flags.sum()) for flags in right.values()) / cells if cells else 1.0
        if share == 1.0:
            return Verdict(Outcome.SUCCESS, self.success, 1.0)
        why = self._mistake(whole) or self._why(table, columns, doubled, pairs, right)
        return Verdict(Outcome.REVIEW, why, share)

    def _asked_of(self, table: pd.DataFrame) -> pd.DataFrame:
        if self.asked is None:
            return table
        column, value = self.asked
        return table[table[column].astype(str) == value]

    def _mistake(self, table: pd.DataFrame) -> str:
        """What to ask about a typical wrong table; empty for another."""
        return next((each.message for each in self.mistakes if each.matches(table)), "")

    def _with_keys(self, table: pd.DataFrame) -> pd.DataFrame:
        missing = [key for key in self.keys if key not in table.columns]
        if missing and set(missing) <= set(table.index.names):
            table, missing = table.reset_index(), []
        if missing:
            remedy = "gardez-la, elle dit de qui parle chaque ligne."
            raise missing_column(missing[0], "votre tableau", remedy)
        return table

    def _why(
        self,
        table: pd.DataFrame,
        columns: list[str],
        doubled: int,
        pairs: pd.DataFrame,
        right: dict[str, pd.Series],
    ) -> str:
        absent = [column for column in columns if column not in right]
        if absent:
            return f"Avez-vous calculé la colonne `{absent[0]}` ? Elle n’est pas dans le tableau."
        key = " et ".join(f"`{k}`" for k in self.keys)
        if doubled:
            return f"Avez-vous gardé une seule ligne par {key} ? Certaines reviennent."
        if len(table) > len(pairs):
            return f"Faut-il garder toutes ces lignes ? {_lines(len(table))} : c’est trop."
        if len(table) < len(pairs):
            return f"Des lignes ont-elles été écartées ? {_lines(len(table))} : il en manque."
        column, flags = next((c, f) for c, f in right.items() if not f.all())
        count = int((~flags).sum())
        verb = "s’écarte" if count < 2 else "s’écartent"
        return (
            f"Comment avez-vous obtenu la colonne `{column}` ? {several(count, 'valeur')} {verb}, "
            f"à commencer par la ligne « {pairs.index[~flags][0]} »."
        )


def _lines(count: int) -> str:
    return f"Votre tableau compte {count} ligne{'s' if count >= 2 else ''}"


def table_of(value: object) -> pd.DataFrame:
    """A table or a column given as an answer, as pandas.

    Raises:
        CourseError: the value is neither.
    """
    import narwhals as nw

    from rfm_helpers.tables.engines import to_pandas

    try:
        frame: Any = nw.from_native(value, allow_series=True)  # type: ignore[call-overload]
    except TypeError:
        raise CourseError(
            f"Un tableau est attendu, et la réponse est de type « {type(value).__name__} » : "
            "donnez le tableau lui-même, sans le transformer en texte."
        ) from None
    if isinstance(frame, nw.Series):
        frame = frame.to_frame()
    return to_pandas(frame.to_native())


def _aligned(expected: pd.DataFrame, table: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Both tables side by side on their keys, columns suffixed ``:attendu`` and ``:donne``.

    ``:present`` says whether the row was given.
    """
    left = expected.set_index(_key(expected, keys)).add_suffix(":attendu")
    right = table.set_index(_key(table, keys)).rename(columns=str).add_suffix(":donne")
    pairs = left.join(right.assign(**{":present": True}), how="left")
    return pairs.assign(**{":present": pairs[":present"].notna()})


def _key(table: pd.DataFrame, keys: tuple[str, ...]) -> pd.Series:
    parts = [_comparable(table[key]).map(_as_key) for key in keys]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + " / " + part
    return joined


def _as_key(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _right(pairs: pd.DataFrame, column: str, tolerance: float) -> pd.Series:
    expected = _comparable(pairs[f"{column}:attendu"])
    given = _comparable(pairs[f"{column}:donne"])
    if expected.dtype == float:
        import pandas as pd

        given = pd.to_numeric(given, errors="coerce").astype(float)
        same = (expected - given).abs() <= tolerance + 1e-9
    else:
        same = expected.astype(str) == given.map(_as_key)
    return (same | (expected.isna() & given.isna())) & pairs[":present"]


def _comparable(column: pd.Series) -> pd.Series:
    """Numbers as floats, dates as ISO texts, anything else as it is."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype(object)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype("Float64").astype(float)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days: pd.Series = column.dt.strftime("%Y-%m-%d")
        return days
    if isinstance(column.dtype, pd.StringDtype):
        return column
    texts: pd.Series = column.astype(object).map(
        lambda value: value.isoformat()[:10] if hasattr(value, "isoformat") else value
    )
    return texts
