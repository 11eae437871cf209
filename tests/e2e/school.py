"""What the school does at its desk, in the words of the page."""

from tests.e2e.app import PASSWORD, Visit
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


def shown_photos(desk: Phone) -> int:
    """Count the photos that really show: loaded, with a width."""
    desk.page.wait_for_load_state("networkidle")
    return int(
        desk.page.evaluate(
            "[...document.querySelectorAll('main img')].filter(i => i.complete && i.naturalWidth > 0).length"
        )
    )
