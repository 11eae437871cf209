"""Secrets that a browser or phone shows: random, handed out once, kept as sha256 only."""

import hashlib
import secrets


def new_token() -> str:
    """Make a token of 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Give what the table keeps of a token: the sha256 of its text, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()
