"""What is copied into a sandbox."""
