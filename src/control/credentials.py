"""What is kept of secrets: of a SIP password the hashes that digest authentication needs, and nothing else.

Whoever holds a hash can authenticate with it, for this realm alone; the password itself cannot be read back.
"""

from __future__ import annotations

from hashlib import scrypt

from pbx.sip.digest import secret_hash


def ha1_md5(user: str, realm: str, password: str) -> str:
    """H(A1) by MD5 (RFC 2617 section 3.2.2.2), hexadecimal."""
    return secret_hash(user, realm, password, "MD5")


def ha1_sha256(user: str, realm: str, password: str) -> str:
    """H(A1) by SHA-256 (RFC 7616 section 3.4.2), hexadecimal."""
    return secret_hash(user, realm, password, "SHA-256")


def pin_hash(agent: str, pin: str) -> str:
    """What is kept of an agent's PIN, hexadecimal. It is short, so each guess is made to cost some 10 ms (RFC 7914)."""
    return scrypt(pin.encode(), salt=agent.encode(), n=4096, r=8, p=1, dklen=32).hex()
