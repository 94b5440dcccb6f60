"""Lamps: who talks, who is there, who has messages (RFC 4235, RFC 3856, RFC 3842)."""
