"""A day to meet is offered to a family from the phone, without signal, and stands on 今天 until the family was met."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.e2e import app


def test_a_family_is_asked_reminded_and_told_of_another_day_without_signal(phone, wire):
    teacher = phone("t101", timezone_id="UTC")
    teacher.context.grant_permissions(["clipboard-read", "clipboard-write"])
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    page = teacher.go("/app/class")
    page.locator("a[href^='/app/student/']").nth(1).click()
    page.get_by_role("button", name=re.compile("约个时间")).click()
    page.get_by_label("怎么称呼").fill("张爸爸")
    page.get_by_label("哪天").fill(_in_days(1))
    app.choose(page, "晚上")
    page.get_by_label("几点").fill("7点")
    page.get_by_role("button", name="复制", exact=True).click()
    asked = page.evaluate("navigator.clipboard.readText()")
    assert asked.startswith("张爸爸您好，我是第一中学（演示）王老师。想在"), asked
    assert "晚上7点跟您聊聊" in asked
    assert re.search(r"监督：http://[^/]+/box/[0-9a-f-]+$", asked)
    page.get_by_role("button", name="关上").click()
    expect(page.get_by_text(re.compile("约好的家访"))).to_be_visible()

    page = teacher.go("/")
    page.get_by_role("button", name=re.compile("提醒家长")).click()
    reminder = "张爸爸，明天晚上7点我们见。临时不方便，说一声就好。"
    expect(page.get_by_text(reminder)).to_be_visible()
    page.get_by_role("button", name="复制", exact=True).click()
    assert page.evaluate("navigator.clipboard.readText()") == reminder
    page.get_by_role("button", name="关上").click()

    page.get_by_role("link", name=re.compile("约好的家访，晚上7点")).click()
    page.get_by_role("button", name="改时间").click()
    page.get_by_label("哪天").fill(_in_days(5))
    page.get_by_role("button", name="复制", exact=True).click()
    assert "好的，改到" in page.evaluate("navigator.clipboard.readText()")
    teacher.go("/")
    expect(page.get_by_role("button", name=re.compile("提醒家长"))).to_have_count(0)
    expect(page.get_by_text("约好的家访，晚上7点")).to_be_visible()
    assert teacher.errors == []


def _in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
