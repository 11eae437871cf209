"""Read the body of a round: JSON, plain or gzip, never more than the cap, whatever a caller sends."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from server.errors import BadRequest, TooLarge, Unprocessable

GZIP_WINDOW = 16 + zlib.MAX_WBITS  # zlib's way to say: a gzip stream
# An escape in JSON: a whole pair of surrogates, half of one (named), or any other.
ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
REPLACEMENT = rb"\ufffd"


@dataclass(frozen=True)
class Round:
    """One request as the phone sent it; `pull` is None where it only pushes."""

    edits: list[object]
    pull: Mapping[str, Any] | None
    epoch: str | None
    clock: object
    app: object


def read_round(data: bytes, media_type: str, encoding: str, limit_bytes: int) -> Round:
    """Parse a round.

    Raises: BadRequest, for another media type, a broken gzip stream or broken JSON; TooLarge, if it inflates to more
    than the limit; Unprocessable, if the JSON is no round.
    """
    if media_type != "application/json":
        raise BadRequest(details={"header": "Content-Type"})
    plain = _inflated(data, encoding, limit_bytes)
    if len(plain) > limit_bytes:
        raise TooLarge(details={"limit_bytes": limit_bytes})
    return _round(_parsed(plain))


def _parsed(plain: bytes) -> object:
    """Parse JSON; half a character (a browser's text may hold one) is read as U+FFFD, for it would stop every edit beside it."""
    try:
        return orjson.loads(plain)
    except orjson.JSONDecodeError:
        pass
    try:
        return orjson.loads(ESCAPE.sub(lambda found: REPLACEMENT if found["half"] else found[0], plain))
    except orjson.JSONDecodeError as error:
        raise BadRequest(details={"body": "json"}) from error


def _inflated(data: bytes, encoding: str, limit_bytes: int) -> bytes:
    if encoding in ("", "identity"):
        return data
    if encoding != "gzip":
        raise BadRequest(details={"header": "Content-Encoding"})
    stream = zlib.decompressobj(GZIP_WINDOW)
    try:
        plain = stream.decompress(data, limit_bytes + 1)  # a bomb stops here, one byte over the cap
    except zlib.error as error:
        raise BadRequest(details={"body": "gzip"}) from error
    if len(plain) <= limit_bytes and not stream.eof:
        raise BadRequest(details={"body": "gzip"})
    return plain


def _round(body: object) -> Round:
    if not isinstance(body, dict):
        raise Unprocessable(details={"body": "object"})
    edits, pull = body.get("edits"), body.get("pull")
    if not isinstance(edits, list | None):
        raise Unprocessable(details={"edits": "list"})
    if not isinstance(pull, dict | None):
        raise Unprocessable(details={"pull": "object"})
    epoch = body.get("epoch")
    return Round(edits or [], pull, epoch if isinstance(epoch, str) else None, body.get("clock"), body.get("app"))
