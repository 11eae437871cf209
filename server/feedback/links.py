"""The secret of a ticket's link: an HMAC of its id, so that it can be told again, and the database alone opens nothing."""

import base64
import hashlib
import hmac
import re

from server.keys import key_for

PATH = "/f/"
SECRET_BYTES = 16  # 128 bits are 22 characters
SECRET = re.compile(r"[A-Za-z0-9_-]{22}")


def secret_of(ticket_id: str) -> str:
    """Give the 22 characters that open a ticket."""
    whole = hmac.digest(key_for("ticket links"), ticket_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(whole[:SECRET_BYTES]).decode().rstrip("=")


def link_of(ticket_id: str) -> str:
    """Give the address of a ticket's page, without the host."""
    return PATH + secret_of(ticket_id)


def hash_of(secret: str) -> str:
    """Give what the table keeps of a secret, in hex: enough to find its ticket, and not to make its link."""
    return hashlib.sha256(secret.encode()).hexdigest()
