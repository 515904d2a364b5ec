"""What an action brings back."""
