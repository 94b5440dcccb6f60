"""Trying things out, on recorded days and on days that never were: ``centrala replay``, ``centrala simulate``."""
