"""Broken messages by the thousand: what makes them, and what must survive them."""
