"""The phone's photo calls: how far is it, here it is, show it. A device token only."""

import fcntl
import struct
import termios
from collections.abc import Callable, Iterator

from flask import Response, request
from flask_smorest import Blueprint
from werkzeug.exceptions import ClientDisconnected

from server.db import reading
from server.errors import AppError, BadRequest, NotFound, SignInNeeded, Stalled
from server.photos import receive, service
from server.photos.answers import checked_hash, desk, file_answer
from server.photos.giving import give
from server.photos.partials import Upload
from server.photos.receive import Part, Progress
from server.photos.schemas import AskedSize, UploadHeaders
from server.web import current_actor, needs

bp = Blueprint("photos", __name__, url_prefix="/api/v1", description="Photos by the sha256 of their bytes.")

SMALL_PIECE, LARGE_PIECE = 16 * 1024, 1024 * 1024  # bytes
BYTES_BODY = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@bp.route("/photos/<sha256>", methods=["HEAD"])
@bp.response(200, description="Stored.")
@bp.alt_response(206, description="Half-way; `Upload-Offset` says how far.")
@bp.alt_response(404, description="Not begun, or none that this person may know of.")
@needs("photo.deposit")
def ask_photo(sha256: str) -> Response:
    """Tell how far this phone has come with a photo; asked only to go on with one."""
    actor = current_actor()
    with reading() as session:
        stored = desk().store.has(checked_hash(sha256)) and service.stored(session, sha256) is not None
        known = stored and service.may_have(session, desk().hooks, actor, sha256)
        if known and not service.is_waited_for(session, actor.staff_id, sha256):
            return _said(200)
    begun = desk().partials.find(_device(), sha256)
    if begun is None:
        raise NotFound
    return _said(206, {"Upload-Offset": str(begun[1]), "Upload-Length": str(begun[0].length)})


@bp.route("/photos/<sha256>", methods=["PUT"])
@bp.doc(requestBody=BYTES_BODY)
@bp.response(201, description="Stored, safe on the disk.")
@needs("photo.deposit")
def put_photo(sha256: str) -> Response:
    """Take in a whole photo, at most 5 MiB. What arrives before a cut is kept, to be gone on with by PATCH."""
    if not request.content_length:
        raise BadRequest(details={"header": "Content-Length"})
    upload = Upload(_device(), checked_hash(sha256), request.content_length)
    return _take(lambda: receive.send_whole(desk(), current_actor().staff_id, upload, _pieces()))


@bp.route("/photos/<sha256>", methods=["PATCH"])
@bp.arguments(UploadHeaders, location="headers")
@bp.doc(requestBody=BYTES_BODY)
@bp.response(204, description="Taken; `Upload-Offset` says how far it is now.")
@bp.alt_response(201, description="That was the last byte: stored, safe on the disk.")
@bp.alt_response(409, description="It stands at another place: `Upload-Offset`.")
@needs("photo.deposit")
def patch_photo(headers: dict[str, int], sha256: str) -> Response:
    """Take in the next part of a photo."""
    part = Part(_device(), checked_hash(sha256), headers["upload_offset"], headers["upload_length"])
    return _take(lambda: receive.send_on(desk(), current_actor().staff_id, part, _pieces()))


@bp.route("/photos/<sha256>", methods=["GET"])
@bp.arguments(AskedSize, location="query")
@bp.response(200, description="The picture, without private metadata.", content_type="image/*")
@bp.alt_response(404, description="Not here, or none that this person may see.")
@bp.alt_response(422, description="The bytes are here and no picture can be made of them.")
@needs("photo.read")
def show_photo(query: dict[str, str], sha256: str) -> Response:
    """Show a photo to whoever sent it or may read a record that shows it; not to a phone whose person is signed out."""
    actor = current_actor()
    if not actor.reads:
        raise SignInNeeded
    return file_answer(give(desk(), actor, checked_hash(sha256), query["size"]))


def _device() -> str:
    device_id = current_actor().device_id
    if device_id is None:
        raise SignInNeeded
    return device_id


def _pieces() -> Iterator[bytes]:
    """Read the body piece by piece: what is here already at once, and of what is still to come a small piece.

    A slow line is often cut, and then loses no more than the small piece.
    Raises: Stalled, if nothing comes any more.
    """
    try:
        while piece := request.stream.read(min(_arrived() + SMALL_PIECE, LARGE_PIECE)):
            yield piece
    except (ClientDisconnected, TimeoutError, ConnectionError) as error:
        raise Stalled from error


def _arrived() -> int:
    """Tell how many bytes of the connection wait to be read; 0, where no connection is known."""
    connection = request.environ.get("gunicorn.socket")
    if connection is None:
        return 0
    (waiting,) = struct.unpack("i", fcntl.ioctl(connection, termios.FIONREAD, bytes(struct.calcsize("i"))))
    return int(waiting)


def _take(work: Callable[[], Progress]) -> Response:
    """Do the work, and read a refused body to its end: a server that hangs up looks like no network to a phone."""
    try:
        progress = work()
    except Stalled:
        raise
    except AppError:
        _drain()
        raise
    if progress.stored:
        _drain()
    return _said(201 if progress.stored else 204, {"Upload-Offset": str(progress.offset)})


def _said(status: int, headers: dict[str, str] | None = None) -> Response:
    """Answer without a body; never as HTML, which a phone takes for a captive portal's page."""
    return Response(status=status, headers=headers, mimetype="application/octet-stream")


def _drain() -> None:
    for _ in _pieces():
        pass
