"""Every screen is worked from the keyboard: all is reached, the focus is seen and in view, a sheet is closed and gives it back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import screens, stage
from tests.e2e.conftest import Phone
from tests.e2e.screens import Screen, show, visit_each
from tools.guide_pictures import DESK, evening_phone

# All that must be reached: of a set of radio buttons one, of an open sheet only what is in it.
LIST = """() => {
  const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const sheet = document.querySelector("dialog[open]") ?? document;
  const groups = new Set();
  window.toReach = [...sheet.querySelectorAll(focusable)].filter(each => {
    if (each.disabled || each.tabIndex < 0 || each.closest("[inert]")) return false;
    if (!each.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })) return false;
    if (each.type !== "radio") return true;
    const set = [...document.querySelectorAll("input[type=radio]")].filter(other => other.name === each.name);
    if (groups.has(each.name) || (set.some(other => other.checked) && !each.checked)) return false;
    groups.add(each.name);
    return true;
  });
  window.reached = new Set();
  window.ringed = new Set();
  window.faults = [];
  return window.toReach.length;
}"""
# Looks at where the focus is. The line that offers 放回来 goes away by itself.
WATCH = """() => {
  const named = each => `${each.tagName}.${each.className} ${(each.getAttribute("aria-label") ?? each.textContent).trim().slice(0, 20)}`;
  const ringed = each => {
    if (!each) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  window.look = () => {
    const at = document.activeElement, label = at.closest("label");
    if (at === document.body) return false;
    window.reached.add(at);
    if (at.type === "radio") for (const each of window.toReach) if (each.name === at.name) window.reached.add(each);
    if ([at, at.nextElementSibling, label].some(ringed)) window.ringed.add(at);
    const frame = (at.closest("main, dialog") ?? document.documentElement).getBoundingClientRect();
    const { left, right, top, bottom } = at.getBoundingClientRect();
    const y = (Math.max(top, frame.top, 0) + Math.min(bottom, frame.bottom, innerHeight)) / 2;
    const there = document.elementFromPoint((Math.max(left, 0) + Math.min(right, innerWidth)) / 2, y);
    const isSeen = there && [at, label, at.nextElementSibling].some(each => each?.contains(there) || (each && there.contains(each)));
    if (!isSeen && !there?.closest(".undo")) window.faults.push(`out of view: ${named(at)}`);
    return window.toReach.every(each => !each.isConnected || window.reached.has(each));
  };
  window.told = () => [
    ...window.faults,
    ...[...window.reached].filter(each => each.isConnected && each.type !== "radio" && !window.ringed.has(each))
      .map(each => `no ring: ${named(each)}`),
    ...window.toReach.filter(each => each.isConnected && !window.reached.has(each))
      .map(each => `not reached: ${named(each)}`),
  ];
}"""
MOST = 140  # steps; a field of dates is several, a text offers more once it is reached, and a long list is believed after these


def walk(page: Page, screen: Screen) -> list[str]:
    """Go around with Tab, and say what was not reached and where the focus was not seen."""
    page.evaluate(WATCH)
    count = page.evaluate(LIST)
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate("window.look()"):
            break
    told = page.evaluate("window.told()")
    return [f"{screen.name}: {each}" for each in told if 2 * count < MOST or not each.startswith("not reached")]


def walk_all(phone: Phone, seen: tuple[Screen, ...], ids: dict[str, str]) -> list[str]:
    return [fault for screen in visit_each(phone, seen, ids) for fault in walk(phone.page, screen)]


def sheets(phone: Phone, seen: tuple[Screen, ...], ids: dict[str, str]) -> None:
    """Close each sheet with Esc: the focus is again where it was opened."""
    for screen in seen:
        if screen.opener:
            show(phone, screen, ids)
            page = phone.page
            expect(page.get_by_role("dialog")).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
            expect(page.locator(":focus")).to_contain_text(screen.opener)


@pytest.mark.timeout(600)
def test_every_screen_is_worked_from_the_keyboard(server, phone, tmp_path: Path):
    teacher, colleague, desk = phone("t101", **evening_phone()), phone("t102"), phone("desk1", **DESK)
    found = walk_all(teacher, screens.SIGNED_OUT, {}) + walk_all(desk, screens.SCHOOL_SIGNED_OUT, {})
    ids = stage.set_up(teacher, colleague, desk, server, tmp_path).ids
    found += walk_all(teacher, screens.TEACHER, ids) + walk_all(colleague, screens.COLLEAGUE, ids)
    found += walk_all(desk, screens.SCHOOL, ids)
    assert found == [], "\n".join(found)
    sheets(teacher, screens.TEACHER, ids)
    sheets(colleague, screens.COLLEAGUE, ids)
