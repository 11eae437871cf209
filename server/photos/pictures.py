"""Decoding, at the first look at a photo or in the background: whether it can be shown, and its small picture.

One picture at a time in a process: 64 million pixels take up to half a gigabyte while they are decoded.
"""

import io
from pathlib import Path

from PIL import Image, ImageOps

from server.db import reading, transaction
from server.errors import PhotoTooManyPixels
from server.photos import service
from server.photos.desk import Desk

MAX_PIXELS = 64_000_000
THUMB_PX = 320  # long edge
THUMB_QUALITY = 72
FORMATS = ("JPEG", "PNG", "WEBP")


def refuse_too_many_pixels(width: int, height: int) -> None:
    """Let only pictures pass that can be decoded safely.

    Raises: PhotoTooManyPixels.
    """
    if width * height > MAX_PIXELS:
        raise PhotoTooManyPixels(details={"limit_pixels": MAX_PIXELS})


def look(desk: Desk, sha256: str) -> bool:
    """Decode a stored photo for the first time, keep its small picture, and note what came of it.

    Where the photo went while it was decoded (its family was erased, say) no small picture is left of it.
    Returns: whether it can be shown. Raises: OSError, if the small picture cannot be kept; nothing is noted then.
    """
    with desk.decoding:
        small = small_picture(desk.store.path(sha256))
        kept = small is not None and _keep(desk, sha256, small)
    with transaction() as session:
        service.looked_at(session, sha256, readable=kept)
    return kept


def _keep(desk: Desk, sha256: str, small: bytes) -> bool:
    with desk.store.settling(sha256):
        with reading() as session:
            stored = service.stored(session, sha256) is not None
        if stored:
            desk.store.put_thumb(sha256, small)
    return stored


def small_picture(path: Path) -> bytes | None:
    """Make the small picture of a photo, upright, as JPEG; None, if it cannot be decoded whole (or got lost)."""
    try:
        with Image.open(path, formats=FORMATS) as image:
            refuse_too_many_pixels(*image.size)
            return _shrunk(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, PhotoTooManyPixels):
        return None


def _shrunk(image: Image.Image) -> bytes:
    image.draft("RGB", (2 * THUMB_PX, 2 * THUMB_PX))  # a JPEG is decoded at a fraction of its size
    image.load()
    turned = ImageOps.exif_transpose(image)
    turned.thumbnail((THUMB_PX, THUMB_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
    flat = Image.new("RGB", turned.size, "white")
    seen = turned.convert("RGBA")
    flat.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=THUMB_QUALITY, optimize=True)
    return out.getvalue()
