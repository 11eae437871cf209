"""The JPEG container: markers, segments and scans. Source: ITU-T T.81 annex B; JFIF 1.02; CIPA DC-007 (MPF)."""

import re
import struct
from dataclasses import dataclass, field

from server.photos.metadata import orientation
from server.photos.metadata.container import Cleaned, need

SOI, EOI, SOS, APP0, APP1, APP2, APP14, COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
APPS = range(0xE0, 0xF0)
NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)  # what ends a scan: no stuffing, filler or restart
FRAME_BYTES = 5  # precision, height, width


@dataclass
class _Walk:
    """What was gathered on the way through one file."""

    parts: list[bytes | memoryview] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    turned: int = orientation.UPRIGHT
    scanned: bool = False


def clean(data: memoryview) -> Cleaned:
    """List what is kept of a JPEG; what follows its end (a second picture, a film) is not.

    Raises: DamagedError, if a header is cut off. A cut-off scan is kept: the decoder tells at the first look.
    """
    walk, at = _Walk(), 2
    while at < len(data):
        at = _segment(data, at, walk)
    need(walk.scanned and min(walk.size) > 0)
    exif = orientation.block(walk.turned)
    if exif:
        after_jfif = int(walk.parts[0][1] == APP0)
        walk.parts.insert(after_jfif, _segment_bytes(APP1, b"Exif\0\0" + exif))
    return Cleaned([data[:2], *walk.parts], *walk.size)


def _segment(data: memoryview, at: int, walk: _Walk) -> int:
    """Take one segment, with the scan behind it; returns where the next begins."""
    need(at + 2 <= len(data) and data[at] == 0xFF)  # noqa: PLR2004  # every marker begins so
    marker = data[at + 1]
    if marker == 0xFF:  # noqa: PLR2004  # a filler byte
        return at + 1
    if marker == EOI:
        walk.parts.append(data[at : at + 2])
        return len(data)
    need(at + 4 <= len(data) and marker not in (SOI, 0x00))
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    need(at + 4 <= end <= len(data))
    if marker in FRAMES:
        need(end - at - 4 >= FRAME_BYTES)
        height, width = struct.unpack_from(">HH", data, at + 5)
        walk.size = (width, height)
    if marker == SOS:
        end = _scan_end(data, end)
        walk.scanned = True
    _keep(data[at:end], marker, walk)
    return end


def _keep(segment: memoryview, marker: int, walk: _Walk) -> None:
    head = bytes(segment[4:18])
    if marker == APP0 and head.startswith(b"JFIF\0") and len(segment) >= 18:  # noqa: PLR2004  # JFIF's fixed part
        walk.parts.append(_segment_bytes(APP0, head[:12] + b"\0\0"))  # without its small picture
    elif marker == APP1 and head.startswith(b"Exif\0"):
        walk.turned = orientation.read(bytes(segment[10:]))
    elif marker == APP14 and head.startswith(b"Adobe"):
        walk.parts.append(segment[:16])
        need(len(segment) == 16)  # noqa: PLR2004  # the colour transform and nothing behind it
    elif (marker == APP2 and head.startswith(b"ICC_PROFILE\0")) or not (marker in APPS or marker == COM):
        walk.parts.append(segment)


def _scan_end(data: memoryview, at: int) -> int:
    """Find the marker behind a scan; the end of the file, where the scan is cut off."""
    found = NEXT_MARKER.search(data, at)
    return found.start() if found else len(data)


def _segment_bytes(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
