"""The pages that need no script: what a family, the box, the office, the one for 师德 and the centre see, and how a person comes to each."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.e2e import family
from tests.e2e.screens import Screen, press, unfold


def _follow(*links: str) -> Callable[[Page], None]:
    """Follow the first link of each kind, one after the other."""

    def follow(page: Page) -> None:
        for each in links:
            page.locator(each).first.click()

    return follow


def _questions(page: Page) -> None:
    family.open_questions(page, page.url)


def _send_nothing(page: Page) -> None:
    _questions(page)
    press("^提交$")(page)


def _unfolded_questions(page: Page) -> None:
    _questions(page)
    unfold(page)


def _answer(page: Page) -> None:
    family.answer(page, page.url, "孩子说不想活了，我很担心。")


def _wrong_code(page: Page) -> None:
    page.get_by_label("查询码").fill("00000000")
    press("看答复")(page)


def _read(code: str) -> Callable[[Page], None]:
    def read(page: Page) -> None:
        page.get_by_label("查询码").fill(code)
        press("看答复")(page)
        unfold(page)

    return read


def _then(*steps: Callable[[Page], None]) -> Callable[[Page], None]:
    def then(page: Page) -> None:
        for step in steps:
            step(page)

    return then


def _put_in(words: str) -> Callable[[Page], None]:
    def put_in(page: Page) -> None:
        page.get_by_label("家长", exact=True).check()
        page.get_by_label("建议", exact=True).check()
        page.get_by_label("您的话，300字以内").fill(words)
        press("^提交$")(page)

    return put_in


def _open_whole(page: Page) -> None:
    page.locator("a.name").last.click()
    page.get_by_role("button", name=re.compile("看原文")).click()
    unfold(page)


def _ask_for_a_copy(page: Page) -> None:
    page.get_by_label("要一份资料").check()
    press("^记下$")(page)


def families(code: str) -> tuple[Screen, ...]:
    """Give the pages behind a link; `code` is the 查询码 of the link that was answered."""
    return (
        Screen("family-form", "/f/{fresh}", "提交", _questions),
        Screen("family-form-wrong", "/f/{fresh}", "请点一下", _send_nothing),
        Screen("family-form-big", "/f/{fresh}?big=1", "提交", _questions),
        Screen("family-form-unfolded", "/f/{fresh}", "再说两句", _unfolded_questions),
        Screen("family-sent", "/f/{fresh}", "您的查询码", _answer),
        Screen("family-answered", "/f/{link}", "已经收到了"),
        Screen("family-wrong-code", "/f/{link}", "查询码不对", _wrong_code),
        Screen("family-status", "/f/{link}", "撤回", _read(code)),
        Screen("family-status-big", "/f/{link}?big=1", "撤回", _read(code)),
        Screen("family-request", "/f/{link}", "哪里写错了", _then(_read(code), press("更正写错的"))),
        Screen("family-gone", "/f/{gone}", "链接已"),
        Screen("family-unknown", f"/f/{'A' * 22}", "链接"),
        Screen("box", "/box/{school}", "提交"),
        Screen("box-big", "/box/{school}?big=1", "提交"),
        Screen("box-wrong", "/box/{school}", "还要", press("^提交$")),
        Screen("box-sent", "/box/{school}", "查询码", _put_in("图书角的书旧了，想多添几本。")),
        Screen("box-sent-urgent", "/box/{school}", "查询码", _put_in("孩子说不想活了")),
        Screen("box-answer", "/box/{school}/answer", "查询码"),
        Screen("box-answers", "/box/{school}/answers", "答复"),
        Screen("box-unknown", "/box/none", "意见箱"),
    )


OFFICE = (
    Screen("suggestions", "/school/suggestions/", "待分办"),
    Screen("suggestions-late", "/school/suggestions/?status=late", "筛选", unfold),
    Screen("suggestion", "/school/suggestions/", "办理", _follow("a.name")),
    Screen("suggestion-unfolded", "/school/suggestions/?status=late", "办理", _open_whole),
    Screen("suggestions-mine", "/school/suggestions/mine", "交办给我的"),
    Screen("suggestions-figures", "/school/suggestions/figures", "意见"),
    Screen("suggestions-new", "/school/suggestions/new", "记一条"),
    Screen("suggestions-poster", "/school/suggestions/box", "意见箱"),
    Screen("feedback", "/school/feedback", "家长反馈"),
    Screen("feedback-one", "/school/feedback", "回家长反馈", _follow("main a.name")),
    Screen("feedback-phone", "/school/feedback/phone", "电话代填"),
    Screen("feedback-phone-form", "/school/feedback/phone", "填好了", _follow("a[href*='class=']")),
    Screen("tickets", "/school/tickets", "印给家长的链接"),
    Screen("tickets-new", "/school/tickets/slips", "印"),
    Screen("people", "/school/people", "找老师"),
    Screen("people-new", "/school/people/new", "登录名"),
    Screen("person", "/school/people/{person}", "手机和电脑"),
    Screen("person-password", "/school/people/{person}/password", "一次"),
    Screen("person-leave", "/school/people/{person}/leave", "离校"),
    Screen("person-duties", "/school/people/{person}/duties", "职务"),
    Screen("person-device", "/school/people/{person}", "停用", _follow("a[href*='/devices/']")),
    Screen("students", "/school/students", "学生"),
    Screen("students-class", "/school/students/class/{room}", "七年级1班"),
    Screen("students-new", "/school/students/new", "姓名"),
    Screen("students-left", "/school/students/left", "学生"),
    Screen("student-office", "/school/students/{student}", "学生"),
    Screen("student-consent", "/school/students/{student}/consent", "监护人"),
    Screen("student-move", "/school/students/{student}/move", "转到哪个班"),
    Screen("student-erase", "/school/students/{student}/erase", "找不回来"),
    Screen("student-name", "/school/students/{student}/name", "更正"),
    Screen("student-guardian", "/school/students/{student}/guardians/new", "是孩子的"),
    Screen("student-request", "/school/students/{student}/request", "记一件家长请求"),
    Screen("requests", "/school/requests", "要办的"),
    Screen("request", "/school/students/{student}/request", "先核实是不是监护人", _ask_for_a_copy),
    Screen("settings", "/school/settings", "学校设置"),
    Screen("school-me", "/school/me", "换密码"),
)
CONFIDENTIAL = (
    Screen("ethics", "/school/ethics", "师德"),
    Screen("ethics-gifts", "/school/ethics/gifts", "礼物"),
    Screen("ethics-file", "/school/ethics/file", "师德档案"),
    Screen("ethics-report", "/school/ethics", "保密反映", _follow("a[href*='/reports/']")),
)
CENTRE = (
    Screen("centre", "/centre/", "中心"),
    Screen("centre-inbox", "/centre/inbox", "收件"),
)
