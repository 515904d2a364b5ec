"""A strategy stated, rated, compared."""
