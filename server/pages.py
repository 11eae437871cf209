"""What all server-rendered pages share: their style sheets and the one script, with a name that changes when their words do."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

from server.web import public

bp = Blueprint("page_files", __name__)

FOLDER = Path(__file__).parent / "static"
ONE_YEAR_SECONDS = 31_536_000


@bp.get("/static/<path:name>")
@public
def static_file(name: str) -> Response:
    """Give a style sheet or script; its address carries its hash, so a browser may keep it."""
    return send_from_directory(FOLDER, name, max_age=ONE_YEAR_SECONDS)


@bp.app_template_global()
def static_url(name: str) -> str:
    """Give the address of a style sheet or script as it is now."""
    return url_for("page_files.static_file", name=name, v=_tag(name, (FOLDER / name).stat().st_mtime_ns))


@cache
def _tag(name: str, _changed_ns: int) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
