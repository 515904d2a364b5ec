"""Who: the list, what each was given and handed in."""
