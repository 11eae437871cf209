"""查询码: eight digits that a writer gets after sending, and nobody else; only a keyed hash of them is kept."""

import hashlib
import hmac
import unicodedata

from server.keys import key_for

DIGITS = 8


def code_for(form_id: str) -> str:
    """Give the code of one sending, such as "40718265": a form that is sent again by a second tap shows the same one."""
    drawn = hmac.digest(key_for("receipt code of a form"), form_id.encode(), hashlib.sha256)
    return f"{int.from_bytes(drawn[:8]) % 10**DIGITS:0{DIGITS}}"


def hash_of(subject: str, code: str) -> str:
    """Give what the table keeps of a code, in hex; `subject` is what it opens, so that equal codes have other hashes."""
    said = f"{subject}:{tidy(code)}".encode()
    return hmac.digest(key_for("receipt codes"), said, hashlib.sha256).hex()


def tidy(code: str) -> str:
    """Read a code as people type it: with spaces, dashes, or in full-width digits."""
    return "".join(each for each in unicodedata.normalize("NFKC", code) if each.isdigit())


def in_groups(code: str) -> str:
    """Write a code as it is read aloud: "4071 8265"."""
    return f"{code[:4]} {code[4:]}"
