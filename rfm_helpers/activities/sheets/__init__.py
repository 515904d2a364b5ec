"""A table that is typed in as in a spreadsheet."""
