"""Activities on a target: which tree, which list, how many messages."""
