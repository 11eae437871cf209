"""Real pictures, made when they are asked for: what a phone's camera and gallery hold."""

import base64
import random
from pathlib import Path

from PIL import Image, ImageDraw


def desk(path: Path) -> None:
    """A small photo with EXIF: an orientation, a camera, a place."""
    image = Image.new("RGB", (1200, 900), "#c9b28a")
    draw = ImageDraw.Draw(image)
    draw.rectangle((150, 300, 1050, 800), fill="#7d5a3c")
    draw.rectangle((300, 420, 600, 640), fill="#f4f1e8")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Phone"
    exif[0x8825] = {1: "N", 2: (34.0, 20.0, 0.0), 3: "E", 4: (108.0, 56.0, 0.0)}
    image.save(path, "JPEG", quality=88, exif=exif)


def garden(path: Path) -> None:
    """Another photo, upright, without anything beside the pixels."""
    image = Image.new("RGB", (900, 1200), "#9fc38a")
    ImageDraw.Draw(image).ellipse((200, 300, 700, 800), fill="#4f8a3c")
    image.save(path, "JPEG", quality=88)


def large(path: Path) -> None:
    """Twelve megapixels of grain: a few hundred kilobytes after the phone has shrunk it."""
    grain = Image.frombytes("L", (1000, 750), random.Random(7).randbytes(750_000))
    grain.resize((4000, 3000)).convert("RGB").save(path, "JPEG", quality=80)


def huge(path: Path) -> None:
    """Sixty-five megapixels: more than a phone's browser should unpack."""
    Image.new("RGB", (9_400, 7_000), "#7f8fa0").save(path, "JPEG", quality=50)


def text(path: Path) -> None:
    """A text file that calls itself a photo."""
    path.write_text("这不是照片，是一封信。" * 50, encoding="utf-8")


def truncated(path: Path) -> None:
    """A JPEG whose second half never arrived."""
    garden(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


# 96 × 64 pixels, coded as HEVC by libheif.
HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAAF4AAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xy"
    "bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAAGZt"
    "ZGF0AAAAWigBr1j5MdE8BKo+pRymWUhN9gnTGKxm6hBQVD33zRLGMag4Dzjkm9Efh3DlOyqqNIKrpL7lXsjhz5AwiVgVvCmgQSOM"
    "mqhcqh8LeR9V5i8iABVCAD+0IywZbg=="
)


def heic(path: Path) -> None:
    """A real HEIC, as an iPhone keeps its photos."""
    path.write_bytes(base64.b64decode(HEIC))


def seven(folder: Path) -> list[Path]:
    """Seven small pictures that differ."""
    made = []
    for number, colour in enumerate(("#c9b28a", "#9fc38a", "#7f8fa0", "#b9c6c4", "#d9cdb9", "#8a6a4b", "#aa77bb")):
        image = Image.new("RGB", (640, 480), colour)
        ImageDraw.Draw(image).rectangle((40, 40, 80 + 60 * number, 300), fill="#2f5c6b")
        image.save(folder / f"{number}.jpg", "JPEG")
        made.append(folder / f"{number}.jpg")
    return made


MAKERS = {
    "desk.jpg": desk,
    "garden.jpg": garden,
    "large.jpg": large,
    "huge.jpg": huge,
    "text.jpg": text,
    "truncated.jpg": truncated,
    "iphone.heic": heic,
}
