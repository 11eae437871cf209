"""Keys for one purpose each, drawn from the server's secret: what one of them opens, another does not."""

import hashlib
import hmac

from flask import current_app


def key_for(purpose: str) -> bytes:
    """Give the 32-byte key of one purpose ("ticket links"); it changes only when `SECRET_KEY` does."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)
