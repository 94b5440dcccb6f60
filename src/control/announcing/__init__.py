"""What callers hear while they wait in a queue: pure decisions, and their words."""
