"""Assignment 2, from a segment to its strategy and budget."""
