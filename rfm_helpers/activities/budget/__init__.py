"""An action chosen and budgeted."""
