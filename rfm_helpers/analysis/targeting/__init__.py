"""Whom to address, when and how often: trees, gains on a later period, contact pressure."""
