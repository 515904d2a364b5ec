"""Assignment 1, from a till export to segments."""
