"""A file read, cleaned and looked at."""
