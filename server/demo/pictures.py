"""Small pictures for the demo's visits, drawn here: a desk by a window, with what a child keeps on it."""

import io
import random

from PIL import Image, ImageDraw

SIZE = (640, 480)  # pixels
WALLS = ("#f3ead7", "#e6eee4", "#e8ecf3", "#f4e4dc")
BOOKS = ("#b5523b", "#2f6f6d", "#c9932f", "#4f5d8a", "#7a8c4e")


def draw_desk(chance: random.Random) -> bytes:
    """Draw one desk, no two alike; gives a JPEG of a few kilobytes without metadata."""
    picture = Image.new("RGB", SIZE, chance.choice(WALLS))
    pen = ImageDraw.Draw(picture)
    _window(pen, chance.randint(40, 120))
    pen.rectangle((0, 350, 640, 480), fill="#c79a68")
    pen.rectangle((0, 350, 640, 362), fill="#a97b4b")
    _books(pen, chance, left=chance.randint(280, 340))
    _plant(pen, chance, left=chance.randint(60, 150))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=72)
    return file.getvalue()


def _window(pen: ImageDraw.ImageDraw, left: int) -> None:
    pen.rectangle((left, 40, left + 200, 230), fill="#fdfbf5", outline="#8a6d4b", width=8)
    pen.rectangle((left + 10, 50, left + 190, 220), fill="#bfdce6")
    pen.line((left + 100, 44, left + 100, 226), fill="#8a6d4b", width=6)
    pen.ellipse((left + 120, 70, left + 165, 115), fill="#f6d27a")


def _books(pen: ImageDraw.ImageDraw, chance: random.Random, *, left: int) -> None:
    for _ in range(chance.randint(4, 7)):
        width, height = chance.randint(22, 38), chance.randint(110, 170)
        pen.rectangle((left, 350 - height, left + width, 350), fill=chance.choice(BOOKS), outline="#3c3428")
        left += width


def _plant(pen: ImageDraw.ImageDraw, chance: random.Random, *, left: int) -> None:
    pen.polygon([(left, 300), (left + 80, 300), (left + 66, 350), (left + 14, 350)], fill="#b8694a")
    for _ in range(chance.randint(6, 10)):
        x, y = left + chance.randint(-20, 80), chance.randint(210, 285)
        pen.line((left + 40, 300, x + 12, y + 8), fill="#4d7a3d", width=4)
        pen.ellipse((x, y, x + 34, y + 20), fill=chance.choice(("#5f9a4a", "#7cb05e", "#4d8a45")))
