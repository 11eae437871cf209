"""Photo bytes by their sha256: what is stored, who sent it, and which records name it."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model


class PhotoBytes(Model):
    """Bytes that the store holds under the sha256 of what was sent; private metadata was cut out before they were kept.

    Width and height come from the picture's header; whether it can be decoded is known after the first look at it.
    """

    __tablename__ = "photo_bytes"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)  # as sent
    media_type: Mapped[str] = mapped_column(String(32))
    stored_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(12), index=True)  # stored, decoded, unreadable
    width: Mapped[int]
    height: Mapped[int]


class PhotoClaim(Model):
    """One person sent these bytes whole: so they may ask for them, and their records may show them."""

    __tablename__ = "photo_claims"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[datetime]


class PhotoUse(Model):
    """One person added one photo to one record. Rows stay when the photo is taken out: its versions still name it.

    `shown` is equal for all who added the same photo to the same record: true once one of them sent the bytes, or may
    read another record that shows them.
    """

    __tablename__ = "photo_uses"
    __table_args__ = (
        Index("ix_photo_uses_sha256", "sha256"),
        Index("ix_photo_uses_added_by_shown", "added_by", "shown"),
    )

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    added_by: Mapped[str] = mapped_column(String(36), primary_key=True)
    named: Mapped[bool]  # false once it was taken out of the record's set
    shown: Mapped[bool]
    named_at: Mapped[datetime]  # when this person first added it to this record


class ErasedPhoto(Model):
    """A photo that went with an erased family's records: it is not taken in again unless another record names it."""

    __tablename__ = "erased_photos"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
