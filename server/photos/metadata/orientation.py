"""Which side of a picture is up: read from an EXIF block, and written as a block that says nothing else.

Source: CIPA DC-008 (Exif 2.32) 4.6.2 and TIFF 6.0, section 2.
"""

import struct

TAG = 0x0112
SHORT = 3
UPRIGHT = 1
MAX_ENTRIES = 512


def read(tiff: bytes) -> int:
    """Read the orientation, 1 to 8; 1 (upright), where none can be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:  # noqa: PLR2004  # the header of a TIFF block
        return UPRIGHT
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        for index in range(min(count, MAX_ENTRIES)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * index)
            if tag == TAG and kind == SHORT and value in range(1, 9):
                return int(value)
    except struct.error:
        return UPRIGHT
    return UPRIGHT


def block(orientation: int) -> bytes:
    """Write a TIFF block of one entry; empty for an upright picture, which needs none."""
    if orientation == UPRIGHT:
        return b""
    return struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, TAG, SHORT, 1, orientation, 0, 0)
