"""The fields of a graded notebook."""
