"""Make the pictures of README and guides again: `make pictures`. A demo store, a real server, a real browser.

`python -m tools.screenshots [FOLDER]`; the folder is docs/guide/ where none is named. With `--manifest` the pictures that a
browser shows when it offers to install are taken, into pwa/public/screens/. With `--all` every screen in every state is taken
in four windows, by day and by night, in the largest system font and zoomed, for a person to look at.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import ViewportSize, sync_playwright

from tests.e2e import app, paper_screens, pictures, school, screens, stage
from tests.e2e.conftest import ROOT, Phone, Server
from tests.e2e.screens import Screen
from tools import guide_pictures, parent_pictures
from tools.guide_pictures import DESK, evening_phone

GUIDE = ROOT / "docs" / "guide"
SCREENS = ROOT / "pwa" / "public" / "screens"
FONT = "size => document.documentElement.style.setProperty('font-size', size)"


@dataclass(frozen=True)
class Look:
    """A window, and how its reader has set the phone."""

    name: str
    width: int
    height: int
    colours: Literal["light", "dark"] = "light"
    font: str = ""

    @property
    def size(self) -> ViewportSize:
        """Give the window as the browser wants it."""
        return {"width": self.width, "height": self.height}


LOOKS = (
    Look("360-light", 360, 740),
    Look("360-dark", 360, 740, "dark"),
    Look("412-light", 412, 915),
    Look("412-dark", 412, 915, "dark"),
    Look("1280-light", 1280, 800),
    Look("1280-dark", 1280, 800, "dark"),
    Look("320-largest", 320, 640, font="28px"),
    Look("360-largest", 360, 740, font="28px"),  # a system scale of 1.75
    Look("zoomed", 640, 400),  # a desk at 200 %
)


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
    phone = Phone(driver, place / "teacher", url, **evening_phone())
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
    parent_pictures.take(driver, place, url, folder)


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
    """Take every screen in every state as each of LOOKS shows it."""
    teacher = Phone(driver, place / "teacher", url, **evening_phone())
    colleague, desk = Phone(driver, place / "colleague", url), Phone(driver, place / "desk", url, **DESK)
    home = Phone(driver, place / "home", url)
    for phone, seen in ((teacher, screens.SIGNED_OUT), (desk, screens.SCHOOL_SIGNED_OUT)):
        _each_look(phone, seen, {}, folder)
    set_up = stage.set_up(teacher, colleague, desk, server, place)
    links = stage.hand_out(teacher, home, server, set_up.sent)
    school_id, person = server.rows("SELECT school_id, id FROM staff WHERE login = 't101'")[0]
    ids = {**set_up.ids, **vars(links), "school": school_id, "person": person}
    for phone, seen in (
        (home, paper_screens.families(links.code)),
        (teacher, screens.TEACHER),
        (colleague, screens.COLLEAGUE),
        (desk, (*screens.SCHOOL, *paper_screens.OFFICE)),
    ):
        _each_look(phone, seen, ids, folder)
        phone.close()
    for login, seen in (("ethics1", paper_screens.CONFIDENTIAL), ("centre", paper_screens.CENTRE)):
        desk = Phone(driver, place / login, url, **DESK)
        school.sign_in(desk, login)
        _each_look(desk, seen, ids, folder)
        desk.close()


def _first_link(phone: Phone, path: str, prefix: str) -> str:
    phone.go(path)
    link = phone.page.locator(f"a[href^='{prefix}']").first
    link.wait_for()
    return link.get_attribute("href") or path


def _each_look(phone: Phone, seen: tuple[Screen, ...], ids: dict[str, str], folder: Path) -> None:
    for screen in seen:
        screens.show(phone, screen, ids, LOOKS[0].size)
        for look in LOOKS:
            phone.page.set_viewport_size(look.size)
            phone.page.emulate_media(color_scheme=look.colours, reduced_motion="reduce")
            phone.page.evaluate(FONT, look.font)
            phone.page.wait_for_timeout(100)
            phone.page.screenshot(path=folder / f"{screen.name}-{look.name}.png", scale="css")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
