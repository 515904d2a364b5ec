"""Budgets: from a cost line to a plan."""
