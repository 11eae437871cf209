"""Giving a photo out to somebody who may see it: the whole picture or the small one."""

from dataclasses import dataclass
from pathlib import Path

from server.accounts.access import Read, log_reads
from server.actor import Actor
from server.db import reading
from server.errors import NotFound, PhotoUnreadable
from server.photos import pictures, service
from server.photos.desk import Desk


@dataclass(frozen=True)
class Given:
    """A file to send, and what is in it."""

    path: Path
    media_type: str


def give(desk: Desk, actor: Actor, sha256: str, size: str) -> Given:
    """Find a photo's file (`size`: thumb or full) for this person; the first look decodes it.

    A look at the whole picture is written into the access log; the small one belongs to the page or pull that named it.
    Raises: NotFound, also where the person may not see it; PhotoUnreadable.
    """
    with reading() as session:
        row = service.stored(session, sha256)
        if row is None or not service.may_look(session, desk.hooks, actor, sha256):
            raise NotFound
    if not desk.store.has(sha256):
        raise NotFound  # lost on the disk: the phone that still has it sends it again
    thumb = desk.store.thumb_path(sha256)
    readable = row.state == "decoded"
    if row.state == "stored" or (readable and size == "thumb" and not thumb.is_file()):
        readable = pictures.look(desk, sha256)
    if not readable:
        raise PhotoUnreadable
    if size == "thumb":
        return Given(thumb, "image/jpeg")
    log_reads(actor, "photo", [Read(f"photo:{sha256}")])
    return Given(desk.store.path(sha256), row.media_type)
