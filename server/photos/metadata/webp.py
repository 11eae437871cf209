"""The WebP container: RIFF chunks. Source: RFC 9649, section 2."""

import struct

from server.photos.metadata import orientation
from server.photos.metadata.container import Cleaned, need

HEADER_BYTES = 12
KEPT = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
XMP_FLAG, EXIF_FLAG = 0x04, 0x08
LOSSLESS_SIGNATURE = 0x2F


def clean(data: memoryview) -> Cleaned:
    """List what is kept of a WebP; EXIF, XMP, unknown chunks and what follows the end are not.

    Raises: DamagedError, if a chunk is cut off or the file holds no picture.
    """
    (riff,) = struct.unpack_from("<I", data, 4) if len(data) >= HEADER_BYTES else (0,)
    need(riff + 8 <= len(data))
    kept: list[bytes | memoryview] = []
    extended, turned, size, at = b"", orientation.UPRIGHT, (0, 0), HEADER_BYTES
    while at < riff + 8:
        need(at + 8 <= riff + 8)
        name, (length,) = bytes(data[at : at + 4]), struct.unpack_from("<I", data, at + 4)
        end = at + 8 + length + length % 2
        need(end <= riff + 8)
        payload = data[at + 8 : at + 8 + length]
        if name == b"VP8X":
            need(length >= 10)  # noqa: PLR2004  # flags and the canvas
            extended = bytes(payload[:10])
        elif name == b"EXIF":
            turned = orientation.read(bytes(payload).removeprefix(b"Exif\0\0"))
        elif name in KEPT:
            size = size if max(size) else _size(name, payload)
            kept.append(data[at:end])
        at = end
    size = _canvas(extended) if extended else size
    need(min(size) > 0 and any(bytes(part[:4]) in (b"VP8 ", b"VP8L", b"ANMF") for part in kept))
    return Cleaned(_assembled(kept, extended, turned), *size)


def _assembled(kept: list[bytes | memoryview], extended: bytes, turned: int) -> list[bytes | memoryview]:
    parts: list[bytes | memoryview] = list(kept)
    if extended:
        # A simple file cannot carry EXIF: where one does, no reader turns it, and neither do we.
        exif = orientation.block(turned)
        flags = (extended[0] & ~(XMP_FLAG | EXIF_FLAG)) | (EXIF_FLAG if exif else 0)
        parts.insert(0, _chunk(b"VP8X", bytes((flags,)) + extended[1:]))
        if exif:
            parts.append(_chunk(b"EXIF", exif))
    body = sum(len(part) for part in parts)
    return [b"RIFF" + struct.pack("<I", body + 4) + b"WEBP", *parts]


def _canvas(extended: bytes) -> tuple[int, int]:
    width, height = (int.from_bytes(extended[at : at + 3], "little") + 1 for at in (4, 7))
    return width, height


def _size(name: bytes, payload: memoryview) -> tuple[int, int]:
    """Read a picture's size from its own first bytes; (0, 0) for chunks that hold none."""
    if name == b"VP8 ":
        need(len(payload) >= 10 and bytes(payload[3:6]) == b"\x9d\x01\x2a")  # noqa: PLR2004  # a key frame's header
        width, height = struct.unpack_from("<HH", payload, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L":
        need(len(payload) >= 5 and payload[0] == LOSSLESS_SIGNATURE)  # noqa: PLR2004  # its header
        bits = int.from_bytes(payload[1:5], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return 0, 0


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)
