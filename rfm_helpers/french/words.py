"""French sentences: the signs and spaces that a reader's typography asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches

from rfm_helpers.french.numbers import number

NBSP = "\u00a0"
_OPEN, _CLOSE = "\ue000", "\ue001"  # private signs, which no sentence holds
_NO_SIGNS = str.maketrans("", "", _OPEN + _CLOSE)
_KEPT = re.compile(
    rf"{_OPEN}([^{_CLOSE}]*){_CLOSE}|(?<=«[ {NBSP}])([^«»{_OPEN}]*)(?=[ {NBSP}]»)"
    rf'|("[^"{_OPEN}]*")'
)


def french(text: str) -> str:
    """Turn spaces beside French signs into non-breaking ones, and apostrophes into curly ones.

    What stands between « and », or between straight quotes, is a name, a value or code: it stays
    as it is. Where such a text may hold these signs itself, pass it through `as_written`.

    >>> french("Qu'y faire : « lire » ?") == "Qu’y faire\\u00a0: «\\u00a0lire\\u00a0»\\u00a0?"
    True
    >>> french('Écrivez date="Prix : 5 %".')
    'Écrivez date="Prix : 5 %".'
    """
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [_typeset(text[end : kept.start()]), *(kept.groups(default=""))]
        end = kept.end()
    return "".join([*parts, _typeset(text[end:])])


def _typeset(text: str) -> str:
    spaced = re.sub(r"(?<=«) | (?=[:;?!»%€])", NBSP, text)
    return re.sub(r"(?<=[^\W\d_])'(?=[^\W\d_])", "’", spaced)


def as_written(value: object) -> str:
    """A name or a value within a sentence, which `french` gives back as it is.

    >>> french(f"« {as_written('À 5 % : « soldes »')} » manque")
    '«\\xa0À 5 % : « soldes »\\xa0» manque'
    """
    return f"{_OPEN}{str(value).translate(_NO_SIGNS)}{_CLOSE}"


def quoted(text: str) -> str:
    """A text as Python code that can be copied.

    >>> print(quoted("Date d'achat"), quoted('dit "TTC"'))
    "Date d'achat" 'dit "TTC"'
    """
    return f'"{text}"' if text.isprintable() and not set(text) & set('"\\\\') else repr(text)


def tied(*words: str) -> str:
    """Words that stay on one line.

    >>> tied("<", "5")
    '<\\xa05'
    """
    return NBSP.join(words)


def several(count: float, singular: str, plural: str | None = None, decimals: int = 0) -> str:
    """A count with its noun, as French agrees it (0 and 1 are singular).

    >>> several(1, "ligne"), several(3, "ligne")
    ('1\\xa0ligne', '3\\xa0lignes')
    """
    noun = singular if abs(count) < 2 else plural or singular + "s"
    return tied(number(count, decimals), noun)


def plain_words(text: str) -> str:
    """A text in small letters, without accents.

    >>> plain_words("Thé à l’Étage")
    'the a l’etage'
    """
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def nearest(wanted: str, names: Sequence[str]) -> str | None:
    """The name that is written most like the one wanted, if one is.

    >>> nearest("montants", ["Date", "Montant"])
    'Montant'
    """
    plain = {_plain(name): name for name in names}
    close = get_close_matches(_plain(wanted), plain, n=1, cutoff=0.5)
    return plain[close[0]] if close else None


def _plain(name: str) -> str:
    return plain_words(name).replace("_", " ").strip()


class Said:
    """Base of a frozen dataclass whose `text`, a French sentence, is what it shows."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", french(self.text))

    def __str__(self) -> str:
        return self.text
