"""Make the pictures of README and guides again: `make pictures`. A demo store, a real server, a real browser.

`python -m tools.screenshots [FOLDER]`; the folder is docs/guide/ where none is named. With `--manifest` the pictures that a
browser shows when it offers to install are taken, into pwa/public/screens/. With `--all` every screen in every state is taken
at four sizes, by day and by night, and with the largest system font, for a person to look at.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.e2e import app, pictures, school, screens, stage
from tests.e2e.conftest import ROOT, Phone, Server
from tests.e2e.screens import Screen
from tools import guide_pictures
from tools.guide_pictures import DESK, evening_phone

GUIDE = ROOT / "docs" / "guide"
SCREENS = ROOT / "pwa" / "public" / "screens"
SIZES = {
    "320": {"width": 320, "height": 640},
    "360": {"width": 360, "height": 740},
    "412": {"width": 412, "height": 915},
    "1280": {"width": 1280, "height": 800},
}
LARGEST_FONT = "document.documentElement.style.setProperty('font-size', '28px')"


def main(arguments: list[str]) -> int:
    """Take the pictures that the documents show, those of the manifest, or with `--all` those that a person should look at."""
    take, usual = take_guide, GUIDE
    if "--manifest" in arguments:
        take, usual = take_screens, SCREENS
    named = [Path(each) for each in arguments if not each.startswith("--")]
    folder = named[0] if named else usual
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pictures-") as place, sync_playwright() as driver:
        data = Path(place) / "data"
        data.mkdir()
        server = Server(data)
        server.flask("prepare")
        server.start()
        try:
            url = f"http://127.0.0.1:{server.port}"
            if "--all" in arguments:
                take_all(driver, Path(place), url, folder, server)
            else:
                take(driver, Path(place), url, folder)
        finally:
            server.kill()
    return 0


def teacher_with_work(driver: Any, place: Path, url: str) -> tuple[Phone, app.Visit, app.Visit]:
    """Give a teacher's phone with a delivered visit, one that waits, and a draft."""
    phone = Phone(driver, place / "teacher", url)
    app.sign_in(phone, "t101")
    pictures.desk(place / "desk.jpg")
    sent = app.write_visit(
        phone,
        1,
        "数学课主动上台讲题，讲错了笑着改。",
        [place / "desk.jpg"],
        在家表现="先写作业再看电视，周末帮妈妈择菜。",
    )
    app.hand_in(phone)
    app.wait_for_state(phone, sent, "已送达")
    phone.context.route("**/api/v1/**", lambda route: route.abort())
    app.write_visit(phone, 2, "每晚陪弟弟读课文，邻居都夸她有耐心。")
    app.hand_in(phone)
    draft = app.write_visit(phone, 3, "愿意帮同学补英语。")
    phone.page.wait_for_timeout(500)
    return phone, sent, draft


def take_guide(driver: Any, place: Path, url: str, folder: Path) -> None:
    """Take the pictures of the README, the paper 《家访手记》, then the pictures of the guides."""
    phone, _, _ = teacher_with_work(driver, place, url)
    phone.go("/")
    phone.page.wait_for_timeout(1_000)
    phone.page.screenshot(path=folder / "today.png")
    phone.close()
    desk = Phone(driver, place / "desk", url, **DESK)
    school.sign_in(desk, "desk1")
    school.open_today(desk)
    desk.page.screenshot(path=folder / "school-today.png")
    desk.page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    desk.go(f"{_first_link(desk, '/school/today', '/school/visits/')}/paper")
    desk.page.locator(".paper").screenshot(path=folder / "paper.png")
    desk.close()
    guide_pictures.take(driver, place, url, folder)


def take_screens(driver: Any, place: Path, url: str, folder: Path) -> None:
    """Take the pictures of the manifest: two of a phone, one of a desk."""
    phone, _, draft = teacher_with_work(driver, place, url)
    for name, path in {"today": "/", "form": f"/app/visit/{draft.id}"}.items():
        phone.go(path)
        phone.page.wait_for_timeout(1_000)
        phone.page.screenshot(path=folder / f"{name}.png")
    phone.close()
    desk = Phone(driver, place / "wide", url, **DESK)
    app.sign_in(desk, "t102")
    desk.go("/")
    desk.page.wait_for_timeout(1_000)
    desk.page.screenshot(path=folder / "desk.png")
    desk.close()


def take_all(driver: Any, place: Path, url: str, folder: Path, server: Server) -> None:
    """Take every screen in every state at every size, by day, by night, and in the largest font."""
    teacher = Phone(driver, place / "teacher", url, **evening_phone())
    colleague, desk = Phone(driver, place / "colleague", url), Phone(driver, place / "desk", url, **DESK)
    for phone, seen in ((teacher, screens.SIGNED_OUT), (desk, screens.SCHOOL_SIGNED_OUT)):
        _each_size(phone, seen, {}, folder)
    ids = stage.set_up(teacher, colleague, desk, server, place).ids
    for phone, seen in ((teacher, screens.TEACHER), (colleague, screens.COLLEAGUE), (desk, screens.SCHOOL)):
        _each_size(phone, seen, ids, folder)
        phone.close()


def _first_link(phone: Phone, path: str, prefix: str) -> str:
    phone.go(path)
    link = phone.page.locator(f"a[href^='{prefix}']").first
    link.wait_for()
    return link.get_attribute("href") or path


def _each_size(phone: Phone, seen: tuple[Screen, ...], ids: dict[str, str], folder: Path) -> None:
    for screen in seen:
        for size, viewport in SIZES.items():
            screens.show(phone, screen, ids, viewport)
            for look, change in LOOKS.items():
                phone.page.emulate_media(color_scheme="dark" if look == "dark" else "light", reduced_motion="reduce")
                change(phone)
                phone.page.screenshot(path=folder / f"{screen.name}-{size}-{look}.png")


LOOKS: dict[str, Callable[[Phone], object]] = {
    "light": lambda _: None,
    "dark": lambda _: None,
    "large": lambda phone: phone.page.evaluate(LARGEST_FONT) or phone.page.wait_for_timeout(200),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
