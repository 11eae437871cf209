"""Taking photo bytes in: piece by piece, checked at the end, safe on the disk before "stored" is said."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mmap import mmap

from sqlalchemy.exc import OperationalError

from server.db import NeedsSessionError, prepared_transaction, reading, transaction
from server.errors import BadRequest, PhotoMismatch, PhotoTooLarge, StorageFull, Unprocessable, UploadOffset
from server.photos import erased, metadata, service
from server.photos.desk import Desk
from server.photos.held import Held
from server.photos.partials import RETRY_FULL, Upload, mapped
from server.photos.pictures import refuse_too_many_pixels
from server.photos.service import Picture


@dataclass(frozen=True)
class Part:
    """The next part of a photo: where it goes, and the whole length in bytes, where the phone says it."""

    device_id: str
    sha256: str
    offset: int
    length: int | None


@dataclass(frozen=True)
class Progress:
    """How far an upload has come: the bytes that are here, and whether the photo is stored now."""

    offset: int
    stored: bool


def send_whole(desk: Desk, staff_id: str, upload: Upload, pieces: Iterable[bytes]) -> Progress:
    """Take in a photo from its first byte; what arrives before a cut is kept, to be gone on with.

    Raises: PhotoTooLarge; and see `_send`.
    """
    if upload.length > desk.max_bytes:
        raise PhotoTooLarge(details={"limit_bytes": desk.max_bytes})
    if _sent(desk, staff_id, upload.sha256):
        return Progress(upload.length, stored=True)
    return _send(desk, staff_id, upload, 0, pieces)


def send_on(desk: Desk, staff_id: str, part: Part, pieces: Iterable[bytes]) -> Progress:
    """Take in the next part of a photo.

    Raises: UploadOffset, if that is not where the upload stands; BadRequest, if the first part names no length.
    """
    found = desk.partials.find(part.device_id, part.sha256)
    length = part.length or (found[0].length if found else None)
    here = found[1] if found and found[0].length == length else 0
    if _sent(desk, staff_id, part.sha256):
        return Progress(length or part.offset, stored=True)
    if part.offset != here:
        raise UploadOffset(here)
    if length is None:
        raise BadRequest(details={"header": "Upload-Length"})
    if length > desk.max_bytes:
        raise PhotoTooLarge(details={"limit_bytes": desk.max_bytes})
    return _send(desk, staff_id, Upload(part.device_id, part.sha256, length), part.offset, pieces)


def _send(desk: Desk, staff_id: str, upload: Upload, offset: int, pieces: Iterable[bytes]) -> Progress:
    """Append what comes, then finish the photo if all of it is here.

    Raises: NotAPicture, PhotoBroken, PhotoTooManyPixels, PhotoMismatch or PhotoErased, and then nothing is kept; UploadOffset or
    StorageFull, and then what was here before is kept.
    """
    _forget_other_length(desk, upload)
    held = Held(desk.partials, upload, offset, lambda: erased.refuse(desk.hooks, upload.sha256))
    try:
        held.gather(_checked(upload, offset, pieces))
        if held.is_whole:
            _keep(desk, staff_id, upload, held.whole())
        elif held.end == upload.length:
            _finish(desk, staff_id, upload)
    except Unprocessable:
        desk.partials.wipe(upload)
        raise
    except (StorageFull, OperationalError):
        held.write()  # it is all here: the next try sends none of it again
        raise
    except UploadOffset:
        # Page and worker sent it side by side, and the other one is through.
        if not _sent(desk, staff_id, upload.sha256):
            raise
        desk.partials.wipe(upload)
        held.end = upload.length
    return Progress(held.end, stored=held.end == upload.length)


def _sent(desk: Desk, staff_id: str, sha256: str) -> bool:
    """Tell whether this person's photo is here; bytes that got lost on the disk are taken in again."""
    if not desk.store.has(sha256):
        return False
    with reading() as session:
        return service.sent_by(session, sha256, staff_id)


def _forget_other_length(desk: Desk, upload: Upload) -> None:
    """Wipe an upload that was begun with another length: a hash has one, so it can never be finished."""
    found = desk.partials.find(upload.device_id, upload.sha256)
    if found and found[0] != upload:
        desk.partials.wipe(found[0])


def _checked(upload: Upload, offset: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pass the pieces on; stop at the first one that no picture begins with, or that is past the end.

    Raises: NotAPicture, BadRequest.
    """
    for piece in pieces:
        if offset + len(piece) > upload.length:
            raise BadRequest(details={"length": upload.length})
        if offset == 0 and len(piece) >= min(metadata.HEAD_BYTES, upload.length):
            metadata.sniff(piece[: metadata.HEAD_BYTES])
        yield piece
        offset += len(piece)


def _finish(desk: Desk, staff_id: str, upload: Upload) -> None:
    """Store a photo that has come in parts."""
    with desk.partials.opened(upload) as handle:
        size = os.fstat(handle).st_size
        if size != upload.length:
            raise UploadOffset(size)
        _keep(desk, staff_id, upload, mapped(desk.partials.path(upload)))


def _keep(desk: Desk, staff_id: str, upload: Upload, data: bytes | mmap) -> None:
    """Check the whole photo, store it without private metadata, and note who sent it."""
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        raise PhotoMismatch
    kind, cleaned = metadata.clean(data)
    refuse_too_many_pixels(cleaned.width, cleaned.height)
    picture = Picture(kind.media_type, cleaned.width, cleaned.height)
    with desk.store.settling(upload.sha256) as folder:
        erased.refuse(desk.hooks, upload.sha256)  # its family may have been erased while it came
        try:
            desk.store.put(upload.sha256, cleaned.parts, folder)
        except OSError as error:
            raise StorageFull(headers=RETRY_FULL) from error
        _note(desk, staff_id, upload, picture)
    desk.partials.wipe(upload)


def _note(desk: Desk, staff_id: str, upload: Upload, picture: Picture) -> None:
    """Take a stored photo into the tables; only where others show it already, the dear way to ask is needed."""
    try:
        with prepared_transaction() as statements:
            service.take_in(statements, desk.hooks, upload.sha256, staff_id, upload.length, picture)
    except NeedsSessionError:
        with transaction() as session:
            service.take_in(session, desk.hooks, upload.sha256, staff_id, upload.length, picture)
