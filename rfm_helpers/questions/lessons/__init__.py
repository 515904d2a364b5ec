"""One module per lesson: the questions of its exercise."""
