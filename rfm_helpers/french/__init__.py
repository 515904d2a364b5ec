"""French as a reader writes it: numbers and words."""
