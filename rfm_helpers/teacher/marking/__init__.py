"""From answers to marks."""
