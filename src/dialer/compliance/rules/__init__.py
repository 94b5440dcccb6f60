"""The rules, a family a file; each is a function whose name is its slug."""
