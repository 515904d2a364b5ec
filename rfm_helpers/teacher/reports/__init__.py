"""What a teacher and a student read."""
