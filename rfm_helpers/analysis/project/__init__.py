"""The final project: what it holds, and how far it is."""
