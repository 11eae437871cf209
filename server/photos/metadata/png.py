"""The PNG container: chunks. Source: W3C PNG (third edition), section 5."""

import struct
import zlib

from server.photos.metadata import orientation
from server.photos.metadata.container import Cleaned, need

SIGNATURE_BYTES = 8
KEPT = frozenset(
    (
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"iCCP",
        b"sRGB",
        b"gAMA",
        b"cHRM",
        b"cICP",
        b"sBIT",
        b"bKGD",
        b"pHYs",
    )
)


def clean(data: memoryview) -> Cleaned:
    """List what is kept of a PNG: the chunks that pixels and colours need; never texts, times, or what follows the end.

    Raises: DamagedError, if a chunk is cut off or the file does not begin with its header.
    """
    parts: list[bytes | memoryview] = [data[:SIGNATURE_BYTES]]
    at, turned, size, name = SIGNATURE_BYTES, orientation.UPRIGHT, (0, 0), b""
    while name != b"IEND":
        need(at + 12 <= len(data))
        (length,) = struct.unpack_from(">I", data, at)
        name, end = bytes(data[at + 4 : at + 8]), at + 12 + length
        need(end <= len(data))
        if at == SIGNATURE_BYTES:
            need(name == b"IHDR" and length == 13)  # noqa: PLR2004  # the header's fixed length
            size = struct.unpack_from(">II", data, at + 8)
        if name == b"eXIf":
            turned = orientation.read(bytes(data[at + 8 : end - 4]))
        elif name in KEPT:
            parts.append(data[at:end])
        at = end
    need(min(size) > 0)
    exif = orientation.block(turned)
    if exif:
        parts.insert(2, _chunk(b"eXIf", exif))
    return Cleaned(parts, *size)


def _chunk(name: bytes, payload: bytes) -> bytes:
    check = zlib.crc32(name + payload)
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", check)
