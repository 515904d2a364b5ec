"""The one exception class of the course: a French sentence that says what to do next."""


class CourseError(ValueError):
    """An error that a learner or a teacher can mend.

    The message is one French sentence naming what is wrong (the column, the file, the value) and
    the remedy. In a notebook it is shown alone, without a traceback; the cell still fails, so that
    a batch run stops on it.

    >>> raise CourseError("La colonne « montant » manque : vérifiez le nom des colonnes.")
    Traceback (most recent call last):
    ...
    rfm_helpers.errors.CourseError: La colonne « montant » manque : vérifiez le nom des colonnes.
    """

    def _render_traceback_(self) -> list[str]:
        return [f"⚠ {self}"]
