"""One module per assignment: the variants it gives and the checks of its questions."""
