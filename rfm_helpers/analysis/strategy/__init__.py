"""Strategies: which segments first, whom one aims at, and whether it is well stated."""
