"""What a final project is handed in as: a deck, a report, a budget."""
