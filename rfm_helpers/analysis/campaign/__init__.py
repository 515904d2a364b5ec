"""What an action brings back, how sure that is, and how to share an envelope."""
