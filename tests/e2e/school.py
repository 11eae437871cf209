"""What the school does at its desk, in the words of the page."""

from playwright.sync_api import expect

from tests.e2e.app import PASSWORD, Visit, until
from tests.e2e.conftest import Phone


def sign_in(desk: Phone, login: str) -> None:
    """Sign in to the school's pages."""
    page = desk.go("/school/sign-in")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/school/sign-in" not in url)


def open_today(desk: Phone) -> None:
    """Open 今日收到."""
    desk.go("/school/today")


def open_visit(desk: Phone, visit: Visit) -> None:
    """Open one visit as the school reads it."""
    desk.go(f"/school/visits/{visit.id}")


def wait_for_photos(desk: Phone, count: int) -> None:
    """Scroll to the photos and wait until so many really show: loaded, with a width."""
    photos = desk.page.locator("main img")
    expect(photos).to_have_count(count)
    for place in range(count):
        photos.nth(place).scroll_into_view_if_needed()
    shown = "[...document.querySelectorAll('main img')].every(each => each.complete && each.naturalWidth > 0)"
    until(lambda: desk.page.evaluate(shown), "every photo shows")
