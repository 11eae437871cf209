"""What the school reads: the day, one visit, and what waits for its teachers."""

import re
from datetime import timedelta

from sqlalchemy import select

from server.accounts.models import AccessLog
from server.db import new_id, reading
from server.times import shanghai_day, utc_now
from tests.server.sync.phone import edit, new_visit

SHA = "ab" * 32


def id_of(made):
    return made["record"].partition(":")[2]


def logged():
    with reading() as session:
        return {(action, subject) for action, subject in session.execute(select(AccessLog.action, AccessLog.subject))}


def test_a_visit_shows_on_its_day_under_its_class_and_teacher(desk, phone, world):
    visit = new_visit(world, visit_result="declined", visit_form="phone", photos=[SHA])
    phone.push(visit)
    page = desk.read("/school/today")
    assert "今天收到 1 次家访，1 位老师交来。" in page
    places = [
        page.rindex(words) for words in ("七年级1班", "老师t_011　1 次", "学生100", "电话 · 家长婉拒", "照片 0/1")
    ]
    assert places == sorted(places)
    assert f'href="/school/visits/{id_of(visit)}"' in page
    assert ("page", f"class:{world.classes['1/0']}") in logged()


def test_another_school_sees_nothing_of_it(desk, elsewhere, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    assert desk.get(f"/school/visits/{id_of(visit)}").status_code == 200
    assert elsewhere.get(f"/school/visits/{id_of(visit)}").status_code == 404
    assert "今天还没有收到家访。" in elsewhere.read("/school/today")


def test_a_day_that_is_none_or_has_not_come_is_today(desk):
    today = shanghai_day(utc_now())
    for asked in ("nonsense", (today + timedelta(days=1)).isoformat(), "0001-01-01"):
        assert "今日收到</h1>" in desk.read(f"/school/today?day={asked}")
    assert "收到的家访</h1>" in desk.read(f"/school/today?day={(today - timedelta(days=1)).isoformat()}")


def test_the_day_renews_itself_only_when_asked(desk):
    assert "Refresh" not in desk.get("/school/today").headers
    assert desk.get("/school/today?live=1").headers["Refresh"] == "60"


def test_a_long_day_comes_in_pages_that_miss_no_visit_and_repeat_none(desk, phone, other, world):
    made = [new_visit(world, f"1/0/{n % 10}") for n in range(30)]
    more = [new_visit(world, f"1/1/{n % 10}") for n in range(23)]
    phone.push(*made)
    other.push(*more)
    link = re.compile(r"/school/visits/([0-9a-f-]{36})")
    first = desk.read("/school/today")
    after = re.search(r"after=([0-9a-f-]{36})", first)[1]
    second = desk.read(f"/school/today?after={after}")
    found = link.findall(first) + link.findall(second)
    assert len(link.findall(first)) == 50
    assert sorted(found) == sorted(map(id_of, made + more))
    assert "后面的" not in second


def test_a_visit_is_read_in_the_words_of_the_form_and_the_reading_is_logged(desk, phone, world):
    visit = new_visit(
        world,
        visit_result="done",
        strengths="爱帮妈妈做饭",
        promises=None,
        visitors=[world.staff["t101"], world.staff["t102"]],
        respondents=["mother", "student"],
    )
    private = edit(f"visit_private:{id_of(visit)}", {"child_voice": (None, "想当医生")}, after=visit["id"])
    phone.push(visit, private)
    page = desk.read(f"/school/visits/{id_of(visit)}")
    for words in ("登门访问", "已完成", "爱帮妈妈做饭", "老师t_011、老师t_021", "母亲、学生", "想当医生", "9月30日"):
        assert words in page
    subjects = {subject for action, subject in logged() if action == "page"}
    assert {visit["record"], private["record"]} <= subjects


def test_titles_and_addresses_carry_no_name(desk, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    for path in ("/school/today", f"/school/visits/{id_of(visit)}", "/school/conflicts", "/school/inbox"):
        page = desk.read(path)
        title = re.search(r"<title>(.*?)</title>", page)[1]
        addresses = re.findall(r'(?:href|src|action)="([^"]*)"', page)
        assert not [text for text in (title, *addresses) if "学生" in text or "老师t" in text]


def test_an_opinion_kept_back_or_about_a_teacher_is_not_shown_to_the_office(desk, phone, world):
    visit = new_visit(world)
    said = {"实名的话": "named", "匿名的话": "anonymous", "不转达的话": "withheld"}
    opinions = [
        edit(
            f"opinion:{new_id()}",
            {"visit_id": (None, id_of(visit)), "text": (None, text), "pass_on": (None, how)},
            after=visit["id"],
        )
        for text, how in said.items()
    ]
    about = {"visit_id": (None, id_of(visit)), "text": (None, "说老师的话"), "about_staff": (None, True)}
    phone.push(visit, *opinions, edit(f"opinion:{new_id()}", about, after=visit["id"]))
    page = desk.read(f"/school/visits/{id_of(visit)}")
    assert [text in page for text in (*said, "说老师的话")] == [True, True, False, False]


def test_what_a_person_wrote_is_text_and_never_markup(desk, phone, world):
    visit = new_visit(world, strengths="<script>alert(1)</script>", visit_form="<b>new</b>")
    phone.push(visit)
    for page in (desk.read("/school/today"), desk.read(f"/school/visits/{id_of(visit)}")):
        assert "<script>alert" not in page
        assert "<b>new" not in page


def test_an_open_conflict_shows_both_texts_and_who_settles_it(desk, elsewhere, phone, other, world):
    visit = new_visit(world, at_home="先写作业")
    phone.push(visit)
    phone.push(edit(visit["record"], {"at_home": ("先写作业", "先写作业再玩")}, after=visit["id"]))
    [said] = other.push(edit(visit["record"], {"at_home": ("先写作业", "先看书")}))
    assert said["status"] == "conflict"
    for path in ("/school/conflicts", f"/school/visits/{id_of(visit)}"):
        page = desk.read(path)
        for words in ("在家表现", "先写作业再玩", "先看书", "等老师t_021或老师t_011在手机上定"):
            assert words in page
    assert "1 处等老师定" in desk.read("/school/today")
    assert "先看书" not in elsewhere.read("/school/conflicts")


def test_a_merged_visit_leads_to_the_one_it_became(desk, phone, other, world):
    from tests.server.sync.phone import merge

    kept, lost = new_visit(world, visit_result="done"), new_visit(world, visit_result="done")
    phone.push(kept)
    other.push(lost)
    assert "可能记了两次" in desk.read("/school/today")
    [said] = phone.push(merge(lost["record"], kept["record"]))
    assert said["status"] == "applied"
    answer = desk.get(f"/school/visits/{id_of(lost)}")
    assert answer.headers["Location"].endswith(id_of(kept))
    assert "今天收到 1 次家访" in desk.read("/school/today")


def test_a_void_visit_stays_readable_and_counts_no_more(desk, phone, world):
    visit = new_visit(world)
    phone.push(visit, edit(visit["record"], {"void_reason": (None, "记错了学生")}, after=visit["id"]))
    page = desk.read("/school/today")
    assert "已撤下" in page
    assert "今天还没有收到家访。" in page
    assert "记错了学生" in desk.read(f"/school/visits/{id_of(visit)}")


def test_by_telephone_nobody_is_face_to_face(desk, phone, world):
    called, met = (new_visit(world, visit_form=form, face_four=["voice"], pledge=True) for form in ("phone", "home"))
    phone.push(called, met)
    assert "沟通内容" in desk.read(f"/school/visits/{id_of(called)}")
    page = desk.read(f"/school/visits/{id_of(met)}")
    assert "四面对" in page
    assert "本次遵守" in page


def test_no_opinion_and_a_gift_declined_are_told(desk, phone, world):
    visit = new_visit(world)
    said = {"visit_id": id_of(visit), "no_opinion": True, "gift_declined": "谢绝了一箱苹果"}
    made = edit(f"reflection:{new_id()}", {name: (None, value) for name, value in said.items()}, after=visit["id"])
    phone.push(visit, made)
    page = desk.read(f"/school/visits/{id_of(visit)}")
    for words in ("没有意见", "婉拒礼物", "谢绝了一箱苹果"):
        assert words in page


def test_what_is_lacking_says_what_only_the_phone_counts_besides(desk, phone, world):
    visit = new_visit(world, visit_result="done")
    phone.push(visit)
    page = desk.read(f"/school/visits/{id_of(visit)}")
    assert "还没写：" in page
    assert "意见建议、照片是否征得同意没算在内" in page
