"""The four moments of the relationship: recruiting, keeping, developing, winning back."""
