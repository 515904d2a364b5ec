"""Tables of any engine: opening them, checking their columns, finding rows."""
