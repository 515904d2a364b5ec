"""What several test files share: no test stands here."""
