"""The final project: its six steps on the screen, and the book that they share."""
