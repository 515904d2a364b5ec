"""The one exception class of the course: a French sentence that says what to do next."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from rfm_helpers.french.words import french

#: What to do where a lazy table cannot be read.
UNREAD = "vérifiez le fichier ou la connexion dont vient la table."

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class CourseError(ValueError):
    """An error that a learner or a teacher can mend.

    The message is one French sentence naming what is wrong (the column, the file, the value) and
    the remedy; its typography is seen to here. In a notebook it is shown alone, without a
    traceback; the cell still fails, so that a batch run stops on it.

    >>> raise CourseError("Il n'y a rien à lire.")
    Traceback (most recent call last):
    ...
    rfm_helpers.errors.CourseError: Il n’y a rien à lire.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(french(sentence))

    def _render_traceback_(self) -> list[str]:
        return [f"⚠ {self}"]


def is_panic(error: BaseException) -> bool:
    """Whether a library written in Rust gave up (pyo3 has such errors outside of `Exception`).

    >>> is_panic(KeyboardInterrupt())
    False
    """
    return type(error).__name__ == "PanicException"


def _is_in_the_call(error: BaseException) -> bool:
    """Whether a call did not even start: its arguments are not those of the function."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is None


def one_door(remedy: str) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Let no error of a library out of a function: what no check foresaw ends in one sentence.

    The error itself stays the cause (`__cause__`), for who looks into it. A call whose arguments
    are not those of the function keeps its `TypeError`, for which the course has hints.

    Args:
        remedy: what to do then, the end of the sentence.

    Example:
        >>> @one_door("vérifiez la table.")
        ... def share(count: int) -> float:
        ...     return 1 / count
        >>> share(0)
        Traceback (most recent call last):
        ...
        rfm_helpers.errors.CourseError: share n’a pas pu travailler (ZeroDivisionError)\xa0: \
vérifiez la table.
    """

    def guard(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @functools.wraps(function)
        def guarded(*args: Arguments.args, **options: Arguments.kwargs) -> Result:
            try:
                return function(*args, **options)
            except (CourseError, MemoryError):
                raise
            except BaseException as error:
                misused = isinstance(error, TypeError) and _is_in_the_call(error)
                if misused or not (isinstance(error, Exception) or is_panic(error)):
                    raise
                name, kind = function.__name__, type(error).__name__
                to_do = UNREAD if isinstance(error, OSError) else remedy
                raise CourseError(f"{name} n'a pas pu travailler ({kind}) : {to_do}") from error

        return guarded

    return guard
