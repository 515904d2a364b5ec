"""French sentences: the signs and spaces that a reader's typography asks for."""

from __future__ import annotations

import re
import unicodedata

from rfm_helpers.french.numbers import number

NBSP = "\u00a0"


def french(text: str) -> str:
    """Turn spaces beside French signs into non-breaking ones, and apostrophes into curly ones.

    >>> french("Qu'y faire : « lire » ?") == "Qu’y faire\\u00a0: «\\u00a0lire\\u00a0»\\u00a0?"
    True
    """
    spaced = re.sub(r"(?<=«) | (?=[:;?!»%€])", NBSP, text)
    return re.sub(r"(?<=[^\W\d_])'(?=[^\W\d_])", "’", spaced)


def tied(*words: str) -> str:
    """Words that stay on one line.

    >>> tied("<", "5")
    '<\\xa05'
    """
    return NBSP.join(words)


def several(count: float, singular: str, plural: str | None = None) -> str:
    """A count with its noun, as French agrees it (0 and 1 are singular).

    >>> several(1, "ligne"), several(3, "ligne")
    ('1\\xa0ligne', '3\\xa0lignes')
    """
    noun = singular if abs(count) < 2 else plural or singular + "s"
    return tied(number(count), noun)


def plain_words(text: str) -> str:
    """A text in small letters, without accents.

    >>> plain_words("Thé à l’Étage")
    'the a l’etage'
    """
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


class Said:
    """Base of a frozen dataclass whose `text`, a French sentence, is what it shows."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", french(self.text))

    def __str__(self) -> str:
        return self.text
