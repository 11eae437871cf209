"""The 师德专员 reads gifts declined and answers what was told about teachers, and nothing else; who took part never does."""

import pytest
from sqlalchemy import update

from server.accounts.models import Duty
from server.db import new_id, transaction
from server.suggestions.judging import judge_anew
from tests.server.oversight.conftest import Desk
from tests.server.oversight.test_reading import logged
from tests.server.sync.phone import edit, id_of, new_visit


@pytest.fixture
def ethics(app, world):
    return Desk(app, "ethics1")


@pytest.fixture
def told(phone, world):
    visit = new_visit(world, strengths="爱画画", visitors=[world.staff["t101"], world.staff["t102"]])
    id_ = id_of(visit)

    def opinion(text, **fields):
        values = {"visit_id": id_, "text": text, "from": "family", "kind": "problem", **fields}
        return edit(f"opinion:{new_id()}", {name: (None, value) for name, value in values.items()}, after=visit["id"])

    about = opinion("数学老师留作业太多", about_staff=True)
    gift = edit(
        f"reflection:{new_id()}",
        {"visit_id": (None, id_), "reflection": (None, "体会很深"), "gift_declined": (None, "谢绝了一箱苹果")},
        after=visit["id"],
    )
    kept = opinion("不转达的话", about_staff=True, pass_on="withheld")
    phone.push(visit, about, gift, kept, opinion("食堂很好"))
    return {"visit": visit, "about": about, "gift": gift, "kept": kept}


def test_the_words_stand_there_without_the_rest_of_the_record(ethics, told):
    page = ethics.read("/school/ethics") + ethics.read("/school/ethics/gifts")
    for words in ("某老师留作业太多", "反映问题", "谢绝了一箱苹果", "婉拒礼物"):
        assert words in page
    for words in ("不转达的话", "食堂很好", "体会很深", "爱画画", "学生100", "老师t_011", id_of(told["visit"])):
        assert words not in page


def test_the_reading_of_each_is_logged(ethics, told):
    ethics.read("/school/ethics/gifts")
    ethics.read("/school/ethics")
    assert ("page", told["gift"]["record"]) in logged()
    assert [subject for _, subject in logged() if subject.startswith("suggestion:")] != []


def test_only_the_schools_own_ethics_officer_reads_it(app, desk, told):
    assert desk.get("/school/ethics/gifts").status_code == 403
    assert Desk(app, "t101").get("/school/ethics/gifts").status_code == 403
    page = Desk(app, "ethics2").read("/school/ethics/gifts")
    assert "没有这样的内容" in page


def test_who_took_part_never_reads_it_even_with_the_duty(app, told, world):
    with transaction() as session:
        is_ethics = (Duty.kind == "ethics") & (Duty.staff_id == world.staff["ethics1"])
        session.execute(update(Duty).where(is_ethics).values(staff_id=world.staff["t102"]))
    pages = Desk(app, "t102").read("/school/ethics") + Desk(app, "t102").read("/school/ethics/gifts")
    for words in ("留作业太多", "谢绝了一箱苹果"):
        assert words not in pages
    with transaction() as session:
        assert judge_anew(session) == 1
        assert judge_anew(session) == 0
    assert "留作业太多" in Desk(app, "centre").read("/centre/inbox")


def test_the_bar_leads_only_where_one_may_go(ethics, desk, told):
    page = ethics.read("/school/ethics/gifts")
    assert 'href="/school/ethics"' in page
    assert 'href="/centre/inbox"' not in page
    for place in ("/school/today", "/school/inbox", "/school/conflicts"):
        assert f'href="{place}"' not in page
    assert 'href="/school/ethics"' not in desk.read("/school/today")


def test_it_comes_in_pages_that_miss_nothing(ethics, phone, told, world, monkeypatch):
    from server.oversight import gifts as service

    monkeypatch.setattr(service, "PAGE_ROWS", 1)
    monkeypatch.setattr(service, "LOOKED_AT", 2)
    found, after = "", ""
    for _ in range(10):
        page = ethics.read(f"/school/ethics/gifts{after}")
        found += page
        if 'href="?after=' not in page:
            break
        after = "?after=" + page.split('href="?after=')[1].split('"')[0]
    assert found.count("谢绝了一箱苹果") == 1


def test_the_schools_address_leads_everybody_to_the_page_that_is_theirs(app, world):
    for login, page in (
        ("desk1", "/school/today"),
        ("ethics1", "/school/ethics"),
        ("centre", "/centre/inbox"),
        ("t101", "/"),
    ):
        answer = Desk(app, login).get("/school/")
        assert (answer.status_code, answer.location) == (302, page)
