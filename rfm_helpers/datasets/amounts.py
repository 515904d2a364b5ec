"""What one amount says, however it was written: whole cents."""

from __future__ import annotations

import math
import numbers
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import polars as pl

LARGEST_WHOLE = 10  # digits: rfm_table takes amounts up to a billion euros
DASHES = dict.fromkeys("‐‑‒–—―−⁻﹘﹣－➖", "-")
_SIGNS = str.maketrans({**DASHES, "'": " ", "’": " ", "ʼ": " ", "´": " "})
PLAIN_AMOUNT = r"^-?[0-9]{1,10}(?:[.,][0-9]{1,2})?$"
_EURO = re.compile(r"€|\beur(?:os?)?\b")
_TAX = re.compile(r"\b(?:ttc|ht|htva|tvac|tvai|net|brut)\b\.?")
_WORD = re.compile(r"[^\W\d_]+\.?")
_OTHER_CURRENCIES = {
    *("f", "fr", "frs", "francs", "fcfa", "cfa", "dh", "dhs", "da", "dt", "us", "ca", "au", "nz"),
    *("hk", "kr", "zł", "zl", "kč", "ft", "lei", "лв"),
}
_IN_TWO = re.compile(r"(?P<sign>-?) ?(?P<whole>\d{1,3}(?: ?\d{3})*) ?¤ ?(?P<decimals>\d\d)")
_AROUND = re.compile(r"¤(?! ?\d)|(?<!\d)(?<!\d )¤")
_ROUND = re.compile(r"(?<=\d) ?[.,] ?--?(?=\)?$)")
_POWER = re.compile(
    r"(?P<sign>-?)(?P<whole>\d)(?:(?P<mark>[.,])(?P<decimals>\d+))?e(?P<power>[+-]?\d{1,3})"
)
_SIGN = re.compile(
    r"(?P<bracket>\()?(?P<before>-)? ?\+? ?(?P<digits>\d[\d., ]*|[.,]\d+)"
    r"(?P<after>-)?(?(bracket)\))"
)
_PLAIN = re.compile(r"(?P<whole>\d*)(?:(?P<mark>[.,])(?P<decimals>\d*))?")
_GROUPED = re.compile(
    r"(?P<whole>\d{1,3}(?P<group>[ .,])\d{3}(?:(?P=group)\d{3})*)"
    r"(?:(?P<mark>(?!(?P=group))[.,])(?P<decimals>\d*))?"
)
#: What `read_amounts` says of each amount, besides its cents.
AMOUNT_FLAGS = (
    *("blank", "comma", "spaced_out", "grouped", "unsure"),
    *("finer", "euro_sign", "foreign", "tax", "power"),
)
_FACTS = {"cents": pl.Int64, **dict.fromkeys(AMOUNT_FLAGS, pl.Boolean)}


class Amount(NamedTuple):
    """One amount, taken apart; `whole` is empty if it cannot be read, `mark` is as written."""

    whole: str = ""
    decimals: str = ""
    group: str = ""
    mark: str = ""
    negative: bool = False
    blank: bool = False
    unsure: bool = False
    euro_sign: bool = False
    foreign: bool = False
    tax: bool = False
    power: bool = False

    def with_decimals(self) -> Amount:
        """The same, its three digits read as decimals."""
        return self._replace(
            whole=self.whole[:-3], decimals=self.whole[-3:], mark=self.group, group=""
        )

    @property
    def cents(self) -> int | None:
        """Whole cents, rounded half away from zero; None if there is no readable number."""
        if not self.whole or len(self.whole) > LARGEST_WHOLE:
            return None
        digits = self.decimals.ljust(3, "0")
        size = int(self.whole) * 100 + int(digits[:2]) + (digits[2] >= "5")
        return -size if self.negative else size

    @property
    def finer(self) -> bool:
        """Whether the amount holds parts of a cent."""
        return self.decimals[2:].strip("0") != ""


def typed_amount(number: Any) -> Amount:
    """The amount of a number, never in doubt; it is read to the millionth.

    >>> typed_amount(Decimal("12.500")).cents, typed_amount(10.005).cents
    (1250, 1001)
    """
    if not abs(_float(number)) < 10**LARGEST_WHOLE:
        return Amount()
    text = f"{number if isinstance(number, Decimal) else float(number):.6f}"
    return read_amount(text)._replace(mark="", unsure=False, group="")


def _float(number: Any) -> float:
    try:
        return float(number)
    except (OverflowError, ValueError):  # too large, or a Decimal that signals
        return math.nan


def is_number(cell: object) -> bool:
    """Whether a cell is a number by its type.

    >>> is_number(Decimal(1)), is_number(True), is_number("1")
    (True, False, False)
    """
    return isinstance(cell, numbers.Real | Decimal) and not isinstance(cell, bool)


def read_amount(text: str) -> Amount:
    """Take a text apart; three digits after a single mark are first taken for thousands.

    Args:
        text: with single spaces.

    Example:
        >>> [read_amount(text).cents for text in ("49,-", "12€50", "- €", "1,25E+03", "CHF 5.–")]
        [4900, 1250, 0, 125000, 500]
    """
    bare, facts = _without_words(text.casefold().translate(_SIGNS))
    if bare.strip("¤ ") == "-" and "¤" in bare:
        return Amount("0")._replace(**facts)
    if found := _IN_TWO.fullmatch(bare):
        whole = found["whole"].replace(" ", "")
        in_two = Amount(whole, found["decimals"], negative=bool(found["sign"]))
        return in_two._replace(**facts)
    bare = _ROUND.sub("", " ".join(_AROUND.sub(" ", bare).split()))
    if found := _POWER.fullmatch(bare):
        return _with_power(found, facts)
    return _signed(bare, facts)


def amount_facts(amounts: Sequence[Amount]) -> pl.DataFrame:
    """What is known of amounts taken apart: the columns of `read_amounts`.

    >>> amount_facts([read_amount("-1 250,5")])["cents", "comma"].rows()
    [(-125050, True)]
    """
    facts = [
        (
            *(a.cents, a.blank, a.mark == ",", a.group == " ", a.group in {",", "."}, a.unsure),
            *(a.finer, a.euro_sign, a.foreign, a.tax, a.power),
        )
        for a in amounts
    ]
    return pl.DataFrame(facts, schema=_FACTS, orient="row")


def plain_amount_facts(texts: pl.Series) -> pl.DataFrame:
    """The same for texts that match `PLAIN_AMOUNT`.

    >>> plain_amount_facts(pl.Series(["-12.5"]))["cents"].to_list()
    [-1250]
    """
    euros = texts.str.replace(",", ".", literal=True).cast(pl.Float64)
    facts = {name: pl.lit(False) for name in AMOUNT_FLAGS}
    facts["comma"] = pl.lit(texts.str.contains(",", literal=True))
    return pl.DataFrame({"cents": (euros * 100).round().cast(pl.Int64)}).with_columns(**facts)


def _signed(bare: str, facts: dict[str, Any]) -> Amount:
    sign = _SIGN.fullmatch(bare)
    digits = sign["digits"].strip() if sign else ""
    number = _GROUPED.fullmatch(digits)
    if number is None or (number["group"] in ".," and digits.startswith("0")):
        number = _PLAIN.fullmatch(digits)
    if sign is None or number is None:
        return Amount()
    parts = {name: value or "" for name, value in number.groupdict(default="").items()}
    group = parts.get("group", "")
    return Amount(
        whole=re.sub(r"\D", "", parts["whole"]) or "0",
        decimals=parts["decimals"],
        group=group,
        mark=parts["mark"],
        negative=bool(sign["before"] or sign["after"] or sign["bracket"]),
        unsure=group in (".", ",") and len(digits) <= 7 and not parts["mark"],
    )._replace(**facts)


def _with_power(found: re.Match[str], facts: dict[str, Any]) -> Amount:
    number = Decimal(f"{found['whole']}.{found['decimals'] or 0}e{found['power']}")
    whole, _, decimals = f"{number:f}".partition(".")
    return Amount(
        whole,
        decimals,
        mark=found["mark"] or "",
        negative=bool(found["sign"]),
        power=True,
    )._replace(**facts)


def _without_words(text: str) -> tuple[str, dict[str, Any]]:
    """A text whose currency is a ¤, and what its words said."""
    untaxed = _TAX.sub(" ", text)
    plain = _EURO.sub("¤", untaxed)
    bare = "".join("¤" if unicodedata.category(one) == "Sc" else one for one in plain)
    bare = _WORD.sub(lambda word: "¤" if _is_currency(word[0]) else word[0], bare)
    bare = re.sub(r"¤[ ¤]*¤", "¤", bare)
    facts = {"tax": untaxed != text, "euro_sign": plain != untaxed, "foreign": bare != plain}
    return " ".join(bare.split()), facts


def _is_currency(word: str) -> bool:
    bare = word.rstrip(".")
    return bare in _OTHER_CURRENCIES or bare in _currency_codes()


@cache
def _currency_codes() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(code.casefold() for code in list_currencies())
