"""Segments live: who moved between two years, what it cost, and where the base is going."""
