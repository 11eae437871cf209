"""The pictures of the parents' guide: a family with a link answers, the desk replies, and the family reads the reply."""

import re
from pathlib import Path
from typing import Any

from tests.e2e import app, family, school
from tests.e2e.conftest import Phone
from tools.guide_pictures import DESK, evening_phone, keep

WORDS = "孩子爱看书，图书角能不能添几本新书？"
REPLY = "谢谢您。下月给每个班添三十本新书，孩子们也可以来荐书。"


def take(driver: Any, place: Path, url: str, folder: Path) -> None:
    """Take them into `folder`; `place` holds the browser of the teacher of the other guides."""
    teacher = Phone(driver, place / "guide-teacher", url, **evening_phone())
    visit = app.write_visit(teacher, 8, "爱看书，常给弟弟讲故事。")
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    teacher.go(f"/app/visit/{visit.id}/code")
    link = url + family.link_shown_by(teacher)
    teacher.page.wait_for_timeout(500)  # the sheet is closed
    keep(teacher, folder / "parent-scan.png")
    app.send_now(teacher)
    teacher.close()
    home = Phone(driver, place / "guide-home", url, java_script_enabled=False)
    home.page.goto(link)
    family.open_consent(home.page)
    _keep(home, folder / "parent-consent.png")
    family.open_questions(home.page, link)
    _keep(home, folder / "parent-questions.png")
    fold = home.page.locator("summary", has_text="保密反映")
    fold.click()
    fold.evaluate("each => each.scrollIntoView()")
    _keep(home, folder / "parent-confide.png")
    code = family.answer(home.page, link, WORDS)
    _keep(home, folder / "parent-code.png")
    desk = Phone(driver, place / "reply-desk", url, **DESK)
    school.sign_in(desk, "desk1")
    _reply(desk)
    desk.close()
    family.read_reply(home.page, link, code)
    home.page.get_by_text(REPLY).wait_for()
    _keep(home, folder / "parent-reply.png")
    home.page.goto(link)
    home.page.get_by_role("link", name=re.compile("意见箱")).click()
    home.page.get_by_role("button", name="提交").wait_for()
    _keep(home, folder / "parent-box.png")
    home.close()


def _keep(home: Phone, path: Path) -> None:
    """Take the picture once the new page has been laid out."""
    home.page.wait_for_load_state()
    home.page.wait_for_timeout(400)
    keep(home, path)


def _reply(desk: Phone) -> None:
    page = desk.go("/school/suggestions/")
    page.get_by_role("link", name=WORDS).first.click()
    page.locator("summary", has_text=re.compile("^答复")).click()
    page.get_by_label("答复", exact=True).fill(REPLY)
    page.get_by_label("链接页").check()
    page.get_by_role("button", name="答复", exact=True).click()
    page.get_by_text("已答复，对方凭链接或查询码看得到").wait_for()
