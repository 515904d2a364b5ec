"""The one exception class of the course: a French sentence that says what to do next."""

from rfm_helpers.french.words import french


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
