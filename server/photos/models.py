"""Photo bytes by their sha256: what is stored, who sent it, what is half-way, and which records name it."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model


class PhotoBytes(Model):
    """Bytes that the store holds under their sha256 (of what was sent; `clean` tells whether a stripped copy is served)."""

    __tablename__ = "photo_bytes"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(32))
    stored_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(12))  # stored, decoded, unreadable, swept
    width: Mapped[int | None]
    height: Mapped[int | None]


class PhotoClaim(Model):
    """One person sent these bytes whole: so they may ask for them, and their records may show them."""

    __tablename__ = "photo_claims"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[datetime]


class PhotoPartial(Model):
    """Half an upload: it belongs to its device and lies in a file of its own."""

    __tablename__ = "photo_partials"

    device_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    length_bytes: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[datetime] = mapped_column(index=True)


class PhotoUse(Model):
    """One record names one photo. It is shown when its adder has a claim or may read a record that shows it."""

    __tablename__ = "photo_uses"
    __table_args__ = (Index("ix_photo_uses_sha256", "sha256"),)

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    added_by: Mapped[str] = mapped_column(String(36))
    named: Mapped[bool]  # false once it was taken out of the record's set
    shown: Mapped[bool]  # the bytes are here and its adder may show them
