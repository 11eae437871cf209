"""Small real pictures for the photo tests, with and without what must not be kept."""

import hashlib
import io
import struct

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET = b"GPS-31.2304N-121.4737E"
ICC = b"a colour profile of some bytes" * 8


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 40), seed: int = 0, **options) -> bytes:
    """Make a picture whose left half is red and whose right half is blue; `seed` makes its bytes its own."""
    image = Image.new("RGB", size, (200, seed * 37 % 256, 0))
    image.paste((0, 0, 200), (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    """Make an EXIF block with an orientation, a place, and words."""
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = SECRET.decode()
    block.get_ifd(0x8825)[1] = "N"
    block.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    return block.tobytes()


def talkative_jpeg(orientation: int = 1, **options) -> bytes:
    """Make a JPEG with every kind of metadata a phone writes, and a second picture behind its end."""
    plain = picture(exif=exif(orientation), icc_profile=ICC, comment=SECRET, **options)
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>" + SECRET + b"</x>")
    iptc = segment(0xED, b"Photoshop 3.0\x008BIM" + SECRET)
    mpf = segment(0xE2, b"MPF\0" + SECRET)
    small = segment(0xE0, b"JFXX\0\x10" + SECRET)
    return plain[:2] + xmp + iptc + mpf + small + plain[2:] + SECRET + picture(seed=9)


def talkative_png(orientation: int = 1) -> bytes:
    """Make a PNG with texts, a time and EXIF."""
    words = PngInfo()
    words.add_text("Comment", SECRET.decode())
    words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return picture("PNG", pnginfo=words, exif=exif(orientation), icc_profile=ICC) + SECRET


def talkative_webp(orientation: int = 1) -> bytes:
    """Make a WebP with EXIF, XMP and a colour profile."""
    return picture("WEBP", exif=exif(orientation), xmp=SECRET, icc_profile=ICC) + SECRET


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
