"""Scores, segments and their actions explored."""
