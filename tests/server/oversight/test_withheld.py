"""A guardian's refusal counts at once and everywhere: words and photos are shown to nobody, and come back with consent."""

import pytest
from sqlalchemy import select

from server.accounts.models import AccessLog
from server.consents.service import Word, say
from server.db import new_id, reading, transaction
from server.records.models import Record
from tests.server.oversight.conftest import Desk
from tests.server.photos.pictures import picture, sha256
from tests.server.sync.phone import Phone, edit, id_of, new_visit

STUDENT = "1/0/3"
STORY = ("爱画画", "先写作业", "想当医生", "体会很深", "食堂很好", "张大爷家门口")


def says(world, who="mother", **uses):
    with transaction() as session:
        say(session, Word(world.students[STUDENT], who, uses, "page", new_id()))


@pytest.fixture
def told(phone, client, world):
    """A visit with a story, a photo that was agreed to on the spot, and a history."""
    data = picture(seed=7)
    client.put(f"/api/v1/photos/{sha256(data)}", data=data, headers=world.headers("t101"))
    name = sha256(data)
    visit = new_visit(world, STUDENT, visit_result="done", strengths="爱画画", at_home="先写作业", photos=[name])
    id_, hang = id_of(visit), {"after": visit["id"]}
    on_it = {
        f"photos/{name}/agreed_on_spot": (None, True),
        f"photos/{name}/caption": (None, "张大爷家门口"),
        f"photos/{name}/use": (None, "school"),
    }
    reflection = {"visit_id": (None, id_), "reflection": (None, "体会很深"), "gift_declined": (None, "一箱苹果")}
    phone.push(
        visit,
        edit(visit["record"], on_it, **hang),
        edit(visit["record"], {"at_home": ("先写作业", "先看电视")}, **hang),
        edit(f"visit_private:{id_}", {"child_voice": (None, "想当医生")}, **hang),
        edit(f"reflection:{new_id()}", reflection, **hang),
        edit(f"opinion:{new_id()}", {"visit_id": (None, id_), "text": (None, "食堂很好")}, **hang),
    )
    return id_, name


def pages(desk, id_):
    return desk.read(f"/school/visits/{id_}"), desk.read(f"/school/visits/{id_}/paper")


def words_on(phone):
    return repr([row for (kind, _), row in sorted(phone.rows().items()) if kind not in ("campaign", "card")])


def test_a_story_is_shown_until_it_is_refused_then_to_nobody_and_again_after_consent(app, desk, phone, told, world):
    id_, _ = told
    assert all(any(words in page for page in pages(desk, id_)) for words in STORY)
    says(world, record=False)
    for page in (*pages(desk, id_), *pages(Desk(app, "head1"), id_), pages(Desk(app, "head1"), id_)[1]):
        assert not [words for words in (*STORY, "先看电视") if words in page]
        assert "9月30日" in page
        assert "登门" in page
    assert "家长不同意记录" in pages(desk, id_)[0]
    assert "家长不同意记录，不打印" in Desk(app, "t101").read(f"/school/visits/{id_}/paper")
    assert not [words for words in STORY if words in words_on(phone)]
    assert phone.row("visit", id_)["visit_form"] == "home"
    says(world, record=True, photo_archive=True)
    assert all(any(words in page for page in pages(desk, id_)) for words in STORY)
    assert phone.row("visit", id_)["strengths"] == "爱画画"


def test_a_refusal_reaches_a_phone_that_holds_the_story_with_the_next_pull(phone, told, world):
    first = phone.round(pull={"limit": 500, "scopes": {}})
    cursors = {scope: each["cursor"] for scope, each in first["scopes"].items()}
    says(world, record=False)
    changed = phone.round(pull={"limit": 500, "scopes": cursors})["changes"]
    rows = {(each["kind"], each["id"]): each["row"] for each in changed if each["op"] == "put"}
    kinds = {kind for kind, _ in rows}
    assert {"student", "visit", "visit_private", "reflection", "opinion"} <= kinds
    assert not [words for words in STORY if words in repr(rows)]
    assert "一箱苹果" in repr(rows)  # kept for the teacher's own protection


def test_a_change_of_what_is_hidden_is_told_as_that(desk, told, world):
    id_, _ = told
    past = desk.read(f"/school/visits/{id_}").partition("改动经过")[2]
    assert "手记，1 处" in past
    assert "收起来" not in past
    says(world, record=False)
    past = desk.read(f"/school/visits/{id_}").partition("改动经过")[2]
    assert "手记，改了收起来的内容" in past
    assert " 0 处" not in past


def test_the_schools_pages_promise_no_more_than_the_familys_own(desk, told, world):
    id_, _ = told
    says(world, record=False)
    for page in (desk.read(f"/school/visits/{id_}"), desk.read(f"/school/students/{world.students[STUDENT]}")):
        assert "除非法律要求（校长写明原因打开，有记录），谁也不看、不打印" in page


def test_nothing_is_lost_by_a_refusal(told, world):
    id_, name = told
    says(world, record=False)
    with reading() as session:
        fields = session.get_one(Record, ("visit", id_)).fields
        assert (fields["strengths"], fields["photos"]) == ("爱画画", [name])


def test_the_history_and_the_list_of_what_differs_say_no_words_either(desk, phone, other, told, world):
    id_, _ = told
    other.push(edit(f"visit:{id_}", {"strengths": ("别的", "爱唱歌")}))
    assert "爱唱歌" in desk.read("/school/conflicts")
    assert "1 处两位老师写得不同" in desk.read("/school/today")
    assert '等老师定 <span class="count"' in desk.read("/school/conflicts")
    conflict = next(row for (kind, _), row in phone.rows().items() if kind == "conflict")
    assert conflict["status"] == "open"
    says(world, record=False)
    assert "爱唱歌" not in desk.read("/school/conflicts")
    assert "两位老师写得不同" not in desk.read("/school/today")
    assert '等老师定 <span class="count"' not in desk.read(
        "/school/conflicts"
    )  # nothing waits that nobody could settle
    hidden = phone.row("conflict", conflict["id"])
    assert (hidden["status"], hidden["head"]["value"], hidden["alternative"]["value"]) == ("settled", None, None)
    answer = phone.client.get(f"/api/v1/records/visit/{id_}/history", headers=world.headers("t101"))
    assert answer.status_code == 200
    assert not [words for words in (*STORY, "先看电视") if words in answer.get_data(as_text=True)]
    says(world, record=True)
    assert phone.row("conflict", conflict["id"]) == conflict


def look(client, world, name, login="t101"):
    return [
        client.get(f"/api/v1/photos/{name}?size={size}", headers=world.headers(login)).status_code
        for size in ("thumb", "full")
    ]


def test_photos_are_looked_at_by_nobody_once_a_guardian_refuses_them(app, client, desk, told, world):
    id_, name = told
    assert "照片 1/1" in desk.read("/school/today")
    assert id_ in desk.read("/school/today?photos=1")
    assert look(client, world, name) == look(client, world, name, "t102") == [200, 200]
    says(world, photo_archive=False)
    for login in ("t101", "t102"):  # also not by the phone that sent them
        assert look(client, world, name, login) == [404, 404]
    for who in (desk, Desk(app, "head1"), Desk(app, "t101")):
        for size in ("thumb", "full"):
            assert who.get(f"/school/photos/{name}?size={size}").status_code == 404
    page, paper = pages(desk, id_)
    assert name not in page + paper
    assert "1 张照片：家长不同意留照片" in page
    assert "爱画画" in page
    assert "照片 1/1" not in desk.read("/school/today")
    assert id_ not in desk.read("/school/today?photos=1")
    row = Phone(client, world, "t101").row("visit", id_)
    assert not [path for path in row if path.startswith("photo")]
    assert row["strengths"] == "爱画画"
    says(world, photo_archive=True)
    assert look(client, world, name) == [200, 200]
    assert Phone(client, world, "t101").row("visit", id_)["photos"] == [name]


def test_a_photo_that_was_taken_out_before_or_after_is_looked_at_by_nobody_either(client, phone, told, world):
    id_, name = told
    out = {"photos": {"add": [], "remove": [name]}}
    phone.push(edit(f"visit:{id_}", members=out))
    assert look(client, world, name) == [200, 200]
    says(world, photo_archive=False)
    assert look(client, world, name) == [404, 404]
    phone.push(new_visit(world, "1/0/5", photos=[name]))
    assert look(client, world, name) == [200, 200]  # a family that refuses nothing shows them in its own


def test_photos_are_part_of_the_record_and_go_with_it(client, told, world):
    _, name = told
    says(world, record=False, photo_archive=True)
    assert look(client, world, name) == [404, 404]
    assert Phone(client, world, "t101").row("student", world.students[STUDENT])["may_photo"] == "no"


def test_bytes_that_another_family_agreed_to_are_shown_in_its_record_alone(client, phone, told, world):
    _, name = told
    phone.push(new_visit(world, "1/0/5", photos=[name]))
    says(world, photo_archive=False)
    assert look(client, world, name) == [200, 200]
    with transaction() as session:
        say(session, Word(world.students["1/0/5"], "mother", {"photo_archive": False}, "page", new_id()))
    assert look(client, world, name) == [404, 404]


def test_a_brothers_refusal_takes_the_photos_out_of_the_lists_as_well(client, desk, phone, world):
    data = picture(seed=8)
    client.put(f"/api/v1/photos/{sha256(data)}", data=data, headers=world.headers("t101"))
    also_for = [world.students["1/0/1"]]
    visit = new_visit(world, "1/0/0", visit_result="done", photos=[sha256(data)], also_for=also_for)
    alone = new_visit(world, "1/0/0", visit_result="done", visit_date="2026-09-20", photos=[sha256(data)])
    phone.push(visit, alone)
    assert "照片 2/2" in desk.read("/school/today")
    assert id_of(visit) in desk.read("/school/today?photos=1")
    with transaction() as session:
        say(session, Word(world.students["1/0/1"], "mother", {"photo_archive": False}, "page", new_id()))
    assert "照片 1/1" in desk.read("/school/today")
    assert id_of(visit) not in desk.read("/school/today?photos=1")
    assert id_of(alone) in desk.read("/school/today?photos=1")  # that one tells of no other child


def test_a_use_goes_as_far_as_the_family_has_agreed(client, desk, told, world):
    id_, _ = told
    assert "老师建议校内，家长还没同意，只存档" in pages(desk, id_)[0]
    said = []
    for uses in ({"photo_archive": True}, {"photo_school": True}, {"photo_public": True}, {"photo_school": False}):
        says(world, **uses)
        said.append(Phone(client, world, "t101").row("student", world.students[STUDENT])["may_photo"])
        if uses == {"photo_school": True}:
            assert "家长还没同意" not in pages(desk, id_)[0]
    assert said == ["archive", "school", "public", "archive"]


def opened():
    with reading() as session:
        query = select(AccessLog.action, AccessLog.subject).where(AccessLog.action.startswith("open_"))
        return [tuple(line) for line in session.execute(query)]


def test_the_head_alone_opens_it_where_the_law_asks_and_says_why(app, desk, told, world):
    id_, name = told
    head, place = Desk(app, "head1"), f"/school/visits/{id_}/withheld"
    assert head.get(place).status_code == 302  # nothing is withheld: it is read where all are
    says(world, record=False)
    assert place in head.read(f"/school/visits/{id_}")
    assert place not in desk.read(f"/school/visits/{id_}")
    for who in (desk, Desk(app, "t101"), Desk(app, "ethics1")):
        assert who.get(place).status_code == 403
    assert Desk(app, "head2").get(place).status_code == 404
    asked = head.read(place)
    assert not [words for words in STORY if words in asked]
    assert head.send(place, place).status_code == 422
    assert opened() == []
    page = head.send(place, place, reason="law")
    assert page.status_code == 200
    for words in ("爱画画", "想当医生", "体会很深", "公安、法院、检察院等依法要求"):
        assert words in page.text
    assert name not in page.text
    assert ("open_law", f"visit:{id_}") in opened()
    assert not [words for words in STORY if words in head.read(f"/school/visits/{id_}")]  # for this once
