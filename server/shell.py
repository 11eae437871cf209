"""The app itself: the built files of `dist/`, with the caching each of them needs."""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.security import safe_join

from server.errors import NotFound
from server.web import csrf, public

bp = Blueprint("shell", __name__)

FOR_EVER = "public, max-age=31536000, immutable"  # files whose name carries their hash
ASK_FIRST = "no-cache"  # files whose name stays: kept, and asked for again each time
TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}
SQUEEZED = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
KEPT_FILES = 128


@bp.get("/")
@bp.get("/app/")
@bp.get("/app/<path:place>")
@public
def app_page(place: str = "") -> Response:  # noqa: ARG001  # the app reads its own address
    """Give the app's one page; it finds its place by its address."""
    return _file("index.html", ASK_FIRST)


@bp.get("/assets/<path:name>")
@public
def asset(name: str) -> Response:
    """Give a built file; its name carries its hash, so it never changes."""
    return _file(f"assets/{name}", FOR_EVER)


@bp.get("/<any(icons, screens):folder>/<path:name>")
@public
def picture(folder: str, name: str) -> Response:
    """Give one of the app's icons, or of the pictures shown before it is installed."""
    return _file(f"{folder}/{name}", ASK_FIRST)


@bp.get("/<string:name>")
@public
def root_file(name: str) -> Response:
    """Give a file that must lie at the root: the worker, the manifest, the favicon."""
    return _file(name, ASK_FIRST)


@bp.get("/sw.js")
@public
def worker() -> Response:
    """Give the worker; it answers for the whole site."""
    answer = _file("sw.js", ASK_FIRST)
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


@bp.post("/share")
@csrf.exempt
@public
def share() -> ResponseReturnValue:
    """Answer a share that no worker took: nothing was kept, and the app says how to try again."""
    return redirect("/app/share?problem=again", 303)


def _file(name: str, caching: str) -> Response:
    folder: Path = current_app.config["JIAFANG"].dist_dir
    place = safe_join(str(folder), name)
    path = Path(place) if place else None
    if path is None or path.name.startswith(".") or not path.is_file():
        raise NotFound
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    squeeze = kind.startswith(SQUEEZED) and request.accept_encodings.quality("gzip") > 0
    body, tag = _read(path, path.stat().st_mtime_ns, squeeze)
    answer = Response(body, mimetype=kind)
    answer.headers["Cache-Control"] = caching
    answer.set_etag(tag)
    if kind.startswith(SQUEEZED):
        answer.vary.add("Accept-Encoding")
    if squeeze:
        answer.headers["Content-Encoding"] = "gzip"
    answer.make_conditional(request)
    return answer


@lru_cache(maxsize=KEPT_FILES)
def _read(path: Path, _changed_ns: int, squeeze: bool) -> tuple[bytes, str]:
    """Read a file, once for each time it changes; gives its bytes and its tag."""
    raw = path.read_bytes()
    body = gzip.compress(raw, 9, mtime=0) if squeeze else raw
    return body, hashlib.sha256(body).hexdigest()[:32]
