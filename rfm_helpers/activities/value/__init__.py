"""Activities of customer value: forty places, channels to keep, portraits and messages."""
