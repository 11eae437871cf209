"""Every screen in every state, and how a person comes to it. Tests of access and the pictures for a look go through this one list."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e import app
from tests.e2e.conftest import Phone


def _stay(_: Page) -> None:
    """Nothing more is to be done."""


@dataclass(frozen=True)
class Screen:
    """One screen in one state: its address, how it is come to from there, and words that stand on it then."""

    name: str
    path: str
    words: str
    reach: Callable[[Page], object] = _stay
    agent: str = ""  # the browser that it is seen in, where that matters
    trouble: str = ""  # what the phone suffers from: see TROUBLES
    opener: str = ""  # what is pressed for the sheet that lies over it


def press(name: str, role: str = "button") -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.get_by_role(role, name=re.compile(name)).first.click()  # type: ignore[arg-type]

    return press


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.locator("details").first.wait_for()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def _first(page: Page, selector: str) -> None:
    page.locator(selector).first.click()


def _wrong_password(page: Page) -> None:
    page.get_by_label("登录名").fill("t101")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()


def _install(page: Page) -> None:
    unfold(page)
    page.locator("summary", has_text="装到桌面").or_(page.get_by_text("微信里打开")).first.scroll_into_view_if_needed()


def _in_facts(name: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        app.open_part(page, "一")
        page.get_by_role("button", name=re.compile(name)).first.click()

    return reach


def _put_off(page: Page) -> None:
    app.choose(page, "家长改约")


def _type_too_much(page: Page) -> None:
    app.open_part(page, "三")
    page.get_by_label("闪光点").fill("单亲，" + "每天先扫完地再开电视。" * 25)


def _promises(page: Page) -> None:
    app.open_part(page, "四")
    page.get_by_role("button", name="添一件").click()
    page.get_by_label("第一件，做什么").fill("借一本词典给她，" * 9)


def _opinions(page: Page) -> None:
    app.open_part(page, "五")
    page.get_by_role("button", name="记一条意见").click()
    page.get_by_label("第 1 条").first.fill("食堂的菜有点凉。")


def _search_none(page: Page) -> None:
    page.get_by_role("searchbox").fill("没有这样的人")


def _decide(page: Page) -> None:
    for part in ("闪光点", "在家表现"):
        page.get_by_role("region", name=part, exact=True).get_by_role("radio", name="用这份").check(force=True)
    page.get_by_role("button", name=re.compile("就这样定")).click()


def _write_third(page: Page) -> None:
    page.get_by_role("radio", name="另写一份").first.check(force=True)


def _fill_disk(page: Page) -> None:
    """The store takes nothing any more, and a word is written."""
    page.evaluate(f"() => {{ {TROUBLES['full']} }}")
    app.open_part(page, "三")
    page.get_by_label("闪光点").fill("会照顾弟弟，爱读书")


# What a phone suffers from, brought about before the page begins.
TROUBLES = {
    "full": """for (const name of ["put", "add", "count"]) IDBObjectStore.prototype[name] = () => {
      throw new DOMException("full", "QuotaExceededError");
    }""",
    "unread": """for (const each of [IDBObjectStore, IDBIndex])
      for (const name of ["getAll", "openCursor"]) {
        const usual = each.prototype[name];
        each.prototype[name] = function (...asked) {
          const store = this instanceof IDBIndex ? this.objectStore.name : this.name;
          if (store === "rows") throw new DOMException("broken", "UnknownError");
          return usual.apply(this, asked);
        };
      }""",
}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148"
AGENTS = {
    "safari": f"{IPHONE} Safari/604.1",
    "other-ios": f"{IPHONE} CriOS/126.0 Safari/604.1",
    "huawei": "Mozilla/5.0 (Linux; Android 12; HarmonyOS) AppleWebKit/537.36 Chrome/114.0 HuaweiBrowser/15.0 Mobile Safari/537.36",
    "android": "Mozilla/5.0 (Linux; Android 12; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
    "firefox": "Mozilla/5.0 (Android 13; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0",
    "desk": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "wechat": "Mozilla/5.0 (Linux; Android 12; K) AppleWebKit/537.36 Chrome/114.0 Mobile Safari/537.36 MicroMessenger/8.0",
}
SIGNED_OUT = (
    Screen("sign-in", "/app/sign-in", "登录名"),
    Screen("sign-in-wrong", "/app/sign-in", "不对", _wrong_password),
    Screen("share-signed-out", "/app/share?problem=signed_out", "还没登录"),
)
TEACHER = (
    Screen("today", "/", "学校转来 1 件意见"),
    Screen(
        "today-later",
        "/",
        "写到一半",
        lambda page: page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)"),
    ),
    Screen("today-unread", "/", "一时读不出来", trouble="unread"),
    Screen("class", "/app/class/{room}", "户"),
    Screen("class-none-found", "/app/class/{room}", "没有", _search_none),
    Screen("class-unknown", "/app/class/none", "没有这个班"),
    Screen("student", "/app/student/{student}", "家访经过"),
    Screen("appointment", "/app/student/{student}", "跟您聊聊", press("约个时间"), opener="约个时间"),
    Screen("student-unknown", "/app/student/none", "没有这名学生"),
    Screen("new", "/app/visit/new", "访的是谁"),
    Screen("new-none-found", "/app/visit/new", "没有找到", _search_none),
    Screen("quick", "/app/visit/{draft}?quick=1", "存好，晚上再写"),
    Screen("quick-declined", "/app/visit/{declined}?quick=1", "家长婉拒"),
    Screen("form", "/app/visit/{draft}", "交上去"),
    Screen("form-unfolded", "/app/visit/{draft}", "交上去", unfold),
    Screen("form-declined", "/app/visit/{declined}", "交上去", unfold),
    Screen("form-refused", "/app/visit/{refused}", "这些只在这部手机上", unfold),
    Screen("photos-refused", "/app/visit/{refused}/photos", "不收照片"),
    Screen("quick-rescheduled", "/app/visit/{declined}?quick=1", "把新日子发给家长", _put_off),
    Screen("form-of-the-school", "/app/visit/{sent}", "请补充", unfold),
    Screen("form-too-long", "/app/visit/{draft}", "多了", _type_too_much),
    Screen("form-promises", "/app/visit/{draft}", "去掉这一件", _promises),
    Screen("form-opinions", "/app/visit/{draft}", "去掉这一条", _opinions),
    Screen("form-not-stored", "/app/visit/{draft}", "这次没存上", _fill_disk),
    Screen("form-unfinished", "/app/visit/{draft}", "先交", press("^交上去")),
    Screen("visitors", "/app/visit/{draft}", "老师姓名", _in_facts("加老师"), opener="加老师"),
    Screen("another-student", "/app/visit/{draft}", "访的是谁", _in_facts("换一位"), opener="换一位"),
    Screen("visit-unknown", "/app/visit/none", "没有这条手记"),
    Screen("extra-page", "/app/visit/{draft}/page", "所见所闻"),
    Screen("photos", "/app/visit/{sent}/photos", "没有收下"),
    Screen("photos-of-draft", "/app/visit/{draft}/photos?at=0", "移走这一张"),
    Screen("photos-none", "/app/visit/{empty}/photos", "可拍可不拍"),
    Screen("form-undo", "/app/visit/{empty}", "放回来", press("放下这份草稿")),
    Screen("viewer", "/app/visit/{draft}/photos", "共 2 张", press("放大看")),
    Screen("family-code", "/app/visit/{sent}/code", "说说心里话"),
    Screen("thanks", "/app/visit/{sent}/code", "感谢的话", press("发给家长"), opener="发给家长"),
    Screen("history", "/app/visit/{sent}/history", "改动经过"),
    Screen("history-unfolded", "/app/visit/{sent}/history", "改动经过", unfold),
    Screen("records", "/app/records", "我的记录"),
    Screen("records-none", "/app/records?see=待上传", "这一类现在没有记录"),
    Screen("todo", "/app/todo", "还没归档"),
    Screen("todo-unfolded", "/app/todo", "还没归档", unfold),
    Screen("todo-correct", "/app/todo", "改好了", press("改一改再传")),
    Screen("conflict", "/app/todo/{sent}", "两位老师写得不同"),
    Screen("conflict-third", "/app/todo/{sent}", "另写一份", _write_third),
    Screen("conflict-sure", "/app/todo/{sent}", "不能撤回", _decide),
    Screen("overtaken", "/app/todo/{decided}", "先定好了"),
    Screen("same", "/app/todo/{same}/same/{other}", "是同一次吗"),
    Screen("same-sure", "/app/todo/{same}/same/{other}", "再看看", press("是，合并")),
    Screen("share-again", "/app/share?problem=again", "照片"),
    Screen("cards", "/app/cards", "家访前后"),
    Screen("cards-unfolded", "/app/cards", "家访前后", unfold),
    Screen("report", "/app/report", "马上做"),
    Screen("nowhere", "/app/no-such-page", "没有这一页"),
    Screen("me", "/app/me", "退出登录"),
    Screen("me-unfolded", "/app/me", "退出登录", unfold),
    Screen("me-full", "/app/me", "手机快满了", trouble="full"),
    Screen("sign-out", "/app/me", "先上传", press("退出登录"), opener="退出登录"),
    *(Screen(f"install-{name}", "/app/me", "各版本的字", _install, agent) for name, agent in AGENTS.items()),
    Screen("today-wechat", "/", "在微信里打开", agent=AGENTS["wechat"]),
    Screen("quick-not-asked", "/app/visit/new?student={unasked}", "还没问家长"),
)
COLLEAGUE = (
    Screen("choose-class", "/app/class", "看哪个班", lambda page: page.locator("h1 button").click(), opener="班"),
    Screen("records-of-colleague", "/app/records", "我的记录"),
)
SCHOOL = (
    Screen("school-today", "/school/today", "今日收到"),
    Screen("school-filter", "/school/today", "只看", unfold),
    Screen("school-filter-none", "/school/today?form=video&read=read", "筛选"),
    Screen("school-visit", "/school/visits/{sent}", "改动经过"),
    Screen("school-visit-unfolded", "/school/visits/{sent}", "改动经过", unfold),
    Screen("school-review-wrong", "/school/visits/{same}", "请写一句", press("请补充")),
    Screen("school-paper", "/school/visits/{sent}/paper", "家访手记"),
    Screen("school-inbox", "/school/inbox", "待归"),
    Screen("school-conflicts", "/school/conflicts", "不同"),
    Screen("school-unknown", "/school/visits/none", "没有"),
)
SCHOOL_SIGNED_OUT = (Screen("school-sign-in", "/school/sign-in", "登录名"),)


NO_OFFER = "addEventListener('beforeinstallprompt', offer => offer.stopImmediatePropagation(), true)"  # most browsers make none


def visit_each(phone: Phone, screens: tuple[Screen, ...], ids: dict[str, str] | None = None) -> Iterator[Screen]:
    """Bring each screen before the eyes, and give it as soon as its words stand there."""
    for screen in screens:
        show(phone, screen, ids or {})
        yield screen
    as_usual(phone)


def show(phone: Phone, screen: Screen, ids: dict[str, str], size: Any = None) -> None:
    """Bring one screen about, in a window of that size."""
    as_usual(phone)
    page = phone.page
    if size:
        page.set_viewport_size(size)
    session = phone.context.new_cdp_session(page)
    if screen.agent:
        session.send("Emulation.setUserAgentOverride", {"userAgent": screen.agent})
        page.add_init_script(NO_OFFER)
    if screen.trouble:
        page.add_init_script(TROUBLES[screen.trouble])
    phone.go(screen.path.format(**ids))
    page.locator("main, article").first.wait_for()
    screen.reach(page)
    expect(page.get_by_text(re.compile(re.escape(screen.words))).locator("visible=true").first).to_be_visible()
    page.wait_for_timeout(250)


def as_usual(phone: Phone) -> None:
    """Take a new page: an agent and a trouble end with the old one."""
    old, phone.page = phone.page, phone.context.new_page()
    phone.page.on("pageerror", lambda error: phone.errors.append(str(error)))
    old.close()
