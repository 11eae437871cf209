"""What a teacher does on the phone, in the words of the screen."""

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.e2e.conftest import Phone

PASSWORD = "visit-demo"
UUID = re.compile(r"/app/visit/([0-9a-f-]{36})")


@dataclass(frozen=True)
class Visit:
    """One visit that a test wrote."""

    id: str
    student_name: str
    student_id: str = ""


def sign_in(phone: Phone, login: str) -> Page:
    """Sign in, read the six sentences away, and wait until the classes are on the phone and the worker has the shell."""
    page = phone.go("/app/sign-in")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    known = page.get_by_role("button", name="知道了")
    greeting = page.get_by_role("heading", name=re.compile("老师，|，晚上好|，上午好|，下午好|，早"))
    known.or_(greeting).first.wait_for()
    if known.is_visible():
        known.click()
    expect(page.get_by_text(re.compile(r"\d+ 户，已联系")).first).to_be_visible(timeout=20_000)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), "the worker serves the page")
    return page


def be_awake(phone: Phone) -> None:
    """Let it be midday on the screens that the phone opens from now on, whenever the test runs: in the quiet hours nothing is offered."""
    phone.context.add_init_script("Date.prototype.getHours = () => 12")


def begin_visit(phone: Phone, student: int) -> Visit:
    """Open 记一次家访 and pick the n-th student of the first class."""
    page = phone.page
    phone.go("/app/visit/new")
    row = page.locator("main ul li button").nth(student)
    row.wait_for()
    row.click()
    page.wait_for_url(UUID)
    found = UUID.search(page.url)
    assert found
    student_id = re.search(r"student=([0-9a-f-]{36})", page.url)
    name = page.locator(".cell-group .title").first
    expect(name).not_to_have_text("还没选学生")
    return Visit(found[1], name.inner_text(), student_id[1] if student_id else "")


def write_visit(phone: Phone, student: int, strengths: str, photos: list[Path] | None = None, **texts: str) -> Visit:
    """Write a visit that took place at home; it stays a draft. `texts`: labels of other fields and what goes into them."""
    page = phone.page
    visit = begin_visit(phone, student)
    choose(page, "已完成")
    page.get_by_role("link", name="接着写").click()
    open_part(page, "三")
    page.get_by_label("闪光点").fill(strengths)
    for label, text in texts.items():
        page.get_by_label(label).first.fill(text)
    for place, photo in enumerate(photos or []):
        add_photo(phone, photo, place)
    return visit


def choose(page: Page, word: str) -> None:
    """Tap one chip."""
    page.locator("label.chip", has_text=word).first.click()


def open_part(page: Page, numeral: str) -> None:
    """Unfold one part of the form."""
    part = page.locator("details.part", has=page.get_by_role("heading", name=re.compile(f"^{numeral}、")))
    part.wait_for()
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()


def add_photo(phone: Phone, photo: Path, already: int) -> None:
    """Go to the photos, choose one from the gallery, wait until it is kept, and come back to the form."""
    page = phone.page
    page.get_by_role("link", name=re.compile("照片")).last.click()
    page.wait_for_url(re.compile("/photos"))
    expect(page.locator("[data-photo]")).to_have_count(already)
    page.locator("input[type=file]").last.set_input_files(photo)
    expect(page.locator("[data-photo]")).to_have_count(already + 1, timeout=20_000)
    leave_photos(page)


def leave_photos(page: Page) -> None:
    """Go back to the form as a person does: the page goes only when its words are kept."""
    page.get_by_role("link", name=re.compile("返回")).or_(
        page.get_by_role("button", name=re.compile("返回"))
    ).first.click()
    page.wait_for_url(lambda url: "/photos" not in url)


def photo_bytes(phone: Phone) -> int:
    """Add up the sizes of all photos that the phone keeps, as its own cards say."""
    return int(
        phone.page.evaluate(
            """() => new Promise((resolve, reject) => {
              const open = indexedDB.open("outbox");
              open.onerror = () => reject(open.error);
              open.onsuccess = () => {
                const all = open.result.transaction("photos").objectStore("photos").getAll();
                all.onsuccess = () => { open.result.close(); resolve(all.result.reduce((sum, each) => sum + each.bytes, 0)); };
              };
            })"""
        )
    )


def hand_in(phone: Phone) -> None:
    """交上去, incomplete as it may be."""
    page = phone.page
    page.get_by_role("button", name="交上去").click()
    anyway = page.get_by_role("button", name="先交")
    anyway.or_(page.get_by_role("heading", name="我的记录")).first.wait_for()
    if anyway.is_visible():
        anyway.click()
    page.wait_for_url(re.compile("/app/records"))


def hand_in_from(phone: Phone, visit: Visit) -> None:
    """交上去, from any screen."""
    open_visit(phone, visit)
    hand_in(phone)


def sign_out(phone: Phone) -> None:
    """退出登录, whatever is still unsent."""
    page = phone.go("/app/me")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_timeout(300)
    sure = page.get_by_role("button", name="退出", exact=True)
    if sure.is_visible():
        sure.click()
    page.wait_for_url(re.compile("/app/sign-in"))


def open_visit(phone: Phone, visit: Visit) -> Page:
    """Open a visit by its address and wait for its form."""
    phone.go(f"/app/visit/{visit.id}")
    phone.page.locator("details.part").first.wait_for()
    return phone.page


def state_of(phone: Phone, visit: Visit) -> str:
    """Read the state that 我的记录 shows for a visit."""
    phone.go("/app/records")
    row = phone.page.locator(f"a[href*='{visit.id}']").first
    row.wait_for()
    return row.locator(".tag").inner_text().strip()


def send_now(phone: Phone, *, wait: bool = True) -> None:
    """立即上传, where there is something to send."""
    phone.go("/app/records")
    phone.page.wait_for_timeout(300)
    tap_send(phone)
    if wait:
        phone.page.wait_for_timeout(700)


def tap_send(phone: Phone) -> None:
    """Tap 立即上传 if it is there: it goes away by itself when a round begins."""
    button = phone.page.get_by_role("button", name="立即上传")
    if button.is_visible():
        with contextlib.suppress(PlaywrightTimeout):
            button.click(timeout=1_500)


def wait_for_state(phone: Phone, visit: Visit, state: str, seconds: float = 40) -> None:
    """Wait until 我的记录 says so; ask for an upload again now and then, as a person would."""
    deadline = time.monotonic() + seconds
    shown = ""
    while time.monotonic() < deadline:
        shown = state_of(phone, visit)
        if shown == state:
            return
        tap_send(phone)
        phone.page.wait_for_timeout(600)
    raise AssertionError(f"{visit.student_name}: {shown!r}, not {state!r}")


def settled_state(phone: Phone, visit: Visit, seconds: float = 20) -> str:
    """Wait until a visit is no longer on its way; returns the state it came to."""
    deadline = time.monotonic() + seconds
    while (shown := state_of(phone, visit)) == "待上传" and time.monotonic() < deadline:
        phone.page.wait_for_timeout(500)
    return shown


def expect_line(phone: Phone, words: str, seconds: float = 20) -> None:
    """Wait until the one line on the connection says so."""
    phone.go("/")
    expect(phone.page.get_by_text(words).first).to_be_visible(timeout=seconds * 1000)


def until(condition: Callable[[], Any], what: str, seconds: float = 20) -> None:
    """Wait for something that is not on a screen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"never came: {what}")
