"""Photos of erased families: their hashes stay, so that no phone that still has one on its way brings it back."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from server.db import ask, insert_into, reading
from server.errors import PhotoErased
from server.photos.models import ErasedPhoto, PhotoUse
from server.photos.service import Hooks
from server.prepared import Prepared
from server.times import utc_now

# Asked for every photo that arrives; hardly ever is there one.
_ERASED = Prepared(select(ErasedPhoto.sha256).where(ErasedPhoto.sha256 == bindparam("of_sha256")))


def remember(session: Session, sha256s: Iterable[str]) -> None:
    """Note which photos went with a family's records."""
    rows = [{"sha256": sha256, "at": utc_now()} for sha256 in sorted(set(sha256s))]
    if rows:
        session.execute(insert_into(session, ErasedPhoto).on_conflict_do_nothing(), rows)


def known(connection: Connection) -> set[str]:
    """List the photos that are not taken in again."""
    return set(connection.scalars(select(ErasedPhoto.sha256)))


def refuse(hooks: Hooks, sha256: str) -> None:
    """Let no bytes pass that went with an erased family, unless another record names them, or an edit that may still be applied.

    Raises: PhotoErased.
    """
    if ask(_ERASED, {"of_sha256": sha256}):
        with reading() as session:
            if is_refused(session, hooks, sha256):
                raise PhotoErased


def is_refused(session: Session, hooks: Hooks, sha256: str) -> bool:
    """Tell whether these bytes went with an erased family and nothing else names them."""
    if session.get(ErasedPhoto, sha256) is None:
        return False
    named = session.scalar(select(PhotoUse.sha256).where(PhotoUse.sha256 == sha256).limit(1))
    return named is None and not hooks.waited_for(session, sha256)
