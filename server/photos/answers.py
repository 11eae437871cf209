"""What the phone's calls and the school's pages share: the desk, the name in the address, and a file as the answer."""

import re

from flask import Response, current_app, send_file

from server.errors import NotFound
from server.photos.desk import Desk
from server.photos.giving import Given

SHA256 = re.compile(r"[0-9a-f]{64}")


def desk() -> Desk:
    """Give this app's place where photos are taken in and given out."""
    here: Desk = current_app.extensions["jiafang.photos"]
    return here


def checked_hash(sha256: str) -> str:
    """Let only a hash pass: it becomes a file's name."""
    if not SHA256.fullmatch(sha256):
        raise NotFound
    return sha256


def file_answer(given: Given) -> Response:
    """Send a photo's file; never kept by the browser: school desks are shared."""
    answer = send_file(given.path, mimetype=given.media_type, etag=False, conditional=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer
