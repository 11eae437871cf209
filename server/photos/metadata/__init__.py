"""What a picture file is, and the file without its private metadata. Nothing is decoded: only containers are walked.

Cut out: EXIF (with GPS and its own small picture), XMP, IPTC, comments, texts, vendors' blocks, whatever follows the
picture's end. Kept: pixels, colour profile, and which side is up (as an EXIF block that says nothing else).
"""

from collections.abc import Callable
from dataclasses import dataclass
from mmap import mmap

from server.errors import NotAPicture, PhotoBroken
from server.photos.metadata import jpeg, png, webp
from server.photos.metadata.container import Cleaned, DamagedError

HEAD_BYTES = 32  # enough to tell what a file is


@dataclass(frozen=True)
class Format:
    """One kind of picture that is taken in."""

    media_type: str
    clean: Callable[[memoryview], Cleaned]


JPEG = Format("image/jpeg", jpeg.clean)
PNG = Format("image/png", png.clean)
WEBP = Format("image/webp", webp.clean)

HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
HEIC = "这是 HEIC 格式的照片，学校的电脑打不开，没有收下。请在手机相机设置里选“兼容性最佳”再拍，或者截屏后上传。"
AVIF = "这是 AVIF 格式的照片，学校的电脑打不开，没有收下。请截屏后上传。"
GIF = "这是 GIF 动图，没有收下。请选一张普通照片。"
VIDEO = "这是一段视频，没有收下。请选一张照片。"
PDF = "这是 PDF 文件，没有收下。请选一张照片。"
EMPTY = "这个文件是空的，没有收下。请重新选这张照片。"


def sniff(head: bytes) -> Format:
    """Tell the kind of picture from the first `HEAD_BYTES` of a file (or all of a shorter one).

    Raises: NotAPicture, with a sentence that says what it is, where that is known.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    raise NotAPicture(message=_known_other(head))


def _known_other(head: bytes) -> str | None:
    if not head:
        return EMPTY
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in HEIC_BRANDS:
            return HEIC
        return AVIF if brand.startswith(b"avi") else VIDEO
    if head.startswith(b"GIF8"):
        return GIF
    return PDF if head.startswith(b"%PDF") else None


def clean(data: bytes | mmap) -> tuple[Format, Cleaned]:
    """Walk a whole picture file and list what is kept of it.

    Raises: NotAPicture; PhotoBroken, if its parts cannot be walked (then nobody knows what is in it).
    """
    view = memoryview(data)
    kind = sniff(bytes(view[:HEAD_BYTES]))
    try:
        return kind, kind.clean(view)
    except DamagedError as error:
        raise PhotoBroken from error
