"""The school says 已阅 or 请补充 of a visit; the words reach its author's phone and nobody else's."""

import re
from datetime import timedelta

from sqlalchemy import select

from server.consents import service as consents
from server.db import new_id, reading, transaction
from server.records.models import Record, RecordVersion
from server.sync import erasure
from server.times import utc_now
from server.visits import reviews as service
from server.visits.models import VisitFacts
from server.visits.moving import move_student
from tests.server.sync.phone import Phone, edit, id_of, merge, new_visit
from tests.server.sync.reader import Reader

WORDS = "请补一句家长怎样配合"


def say(desk, visit, state="more", words=WORDS, seen=None):
    page = f"/school/visits/{id_of(visit)}"
    seen = seen or re.search(r'name="seen_rev" value="(\d+)"', desk.read(page))[1]
    return desk.send(page, f"{page}/review", state=state, words=words, seen_rev=seen)


def reviews(reader):
    return [line["row"] for (_, kind, _), line in reader.rows.items() if kind == "review"]


def facts(visit):
    with reading() as session:
        return session.get(VisitFacts, id_of(visit))


def test_words_reach_the_author_alone(desk, phone, other, world):
    visit = new_visit(world, visitors=[world.staff["t101"], world.staff["t102"]])
    phone.push(visit)
    page = say(desk, visit).text
    assert "已记下要补充的话" in page
    assert page.count(WORDS) == 2  # said, and in the history
    [row] = [row for (kind, _), row in phone.rows().items() if kind == "review"]
    assert {**row, "id": "", "at": ""} == {
        "id": "",
        "visit_id": id_of(visit),
        "author_id": world.staff["t101"],
        "state": "more",
        "words": WORDS,
        "by": world.staff["desk1"],
        "at": "",
    }
    assert not [row for (kind, _), row in other.rows().items() if kind == "review"]
    assert (facts(visit).review, facts(visit).reviewed_at is not None) == ("more", True)


def test_in_the_history_the_schools_word_is_told_and_is_no_change_of_the_visit(desk, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    say(desk, visit)
    say(desk, visit, "read", "")
    history = desk.read(f"/school/visits/{id_of(visit)}").partition("改动经过")[2]
    assert f"请补充：{WORDS}" in history
    assert re.search(r"已阅\s*</p>", history)
    assert "看改了什么" not in history
    assert history.count("<li>") == 3


def test_the_visits_own_row_stays_as_it_is(desk, phone, other, world):
    visit = new_visit(world)
    phone.push(visit)
    before = other.row("visit", id_of(visit))
    say(desk, visit)
    assert other.row("visit", id_of(visit)) == before


def test_one_word_stands_and_the_versions_keep_the_others(desk, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    reader = Reader(world.tokens["t101"])
    say(desk, visit)
    reader.read_all()
    assert [row["state"] for row in reviews(reader)] == ["more"]
    say(desk, visit, "read", "")
    reader.read_all()
    assert [(row["state"], row["words"]) for row in reviews(reader)] == [("read", "")]
    with reading() as session:
        kept = session.scalars(select(RecordVersion).where(RecordVersion.kind == "review").order_by(RecordVersion.rev))
        said = [(each.staff_id, each.after.get("state")) for each in kept]
    assert said == [(world.staff["desk1"], "more"), (world.staff["desk1"], "read")]
    assert WORDS in desk.read(f"/school/visits/{id_of(visit)}")


def test_asking_for_more_needs_words_and_few_of_them(desk, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    for words, complaint in ((" ", "请写一句要补充什么"), ("长" * 201, "200 字以内")):
        answer = say(desk, visit, words=words)
        assert answer.status_code == 422
        assert complaint in answer.text
    assert say(desk, visit, "nonsense").status_code == 422
    assert facts(visit).review is None
    assert "已记下：已阅" in say(desk, visit, "read", "").text


def test_what_changed_while_it_was_read_is_not_called_read(desk, phone, world):
    visit = new_visit(world)
    phone.push(visit, edit(visit["record"], {"issues": (None, "字写得慢")}, after=visit["id"]))
    answer = say(desk, visit, "read", "写得好", seen="1")
    assert answer.status_code == 409
    for words in ("老师刚才又改过", "字写得慢", "写得好"):
        assert words in answer.text
    assert facts(visit).review is None


def test_a_code_shown_since_the_page_was_opened_stops_no_word_of_the_school(desk, phone, world):
    visit = new_visit(world)
    code = edit(visit["record"], members={"tickets": {"add": [new_id()], "remove": []}}, after=visit["id"])
    phone.push(visit, code)
    assert say(desk, visit, "read", "", seen="1").status_code == 200
    assert facts(visit).review == "read"
    phone.push(edit(visit["record"], {"issues": (None, "字写得慢")}, after=code["id"]))
    assert say(desk, visit, "more", WORDS, seen="2").status_code == 409


def test_what_stands_beside_a_visit_is_named_by_what_it_holds(desk, phone, world):
    visit, record = new_visit(world), f"reflection:{new_id()}"
    begun = edit(record, {"visit_id": (None, id_of(visit)), "no_opinion": (None, True)}, after=visit["id"])
    gift = edit(record, {"gift_declined": (None, "一袋苹果")}, after=begun["id"])
    phone.push(visit, begun, gift, edit(record, {"reflection": (None, "有收获")}, after=gift["id"]))
    past = desk.read(f"/school/visits/{id_of(visit)}").partition("改动经过")[2]
    for words in ("写下“没有意见”", "“婉拒礼物”，1 处", "家访体会，1 处"):
        assert words in past
    assert "写下家访体会" not in past


def test_another_school_and_a_phone_say_nothing(desk, elsewhere, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    page = f"/school/visits/{id_of(visit)}/review"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', elsewhere.read("/school/inbox"))[1]
    answer = elsewhere.client.post(page, data={"csrf_token": token, "state": "read", "seen_rev": 1})
    assert answer.status_code == 404
    [said] = phone.push(edit(f"review:{new_id()}", {"visit_id": (None, id_of(visit)), "state": (None, "read")}))
    assert said["status"] == "held"
    assert facts(visit).review is None


def test_the_desk_sees_that_the_teacher_has_written_since(desk, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    say(desk, visit)
    page = f"/school/visits/{id_of(visit)}"
    assert "那以后老师又写过" not in desk.read(page)
    reflection = edit(f"reflection:{new_id()}", {"visit_id": (None, id_of(visit)), "reflection": (None, "有收获")})
    phone.push(reflection)
    assert "那以后老师又写过" in desk.read(page)


def test_a_code_shown_to_the_family_is_told_as_that_and_is_nothing_written(desk, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    say(desk, visit)
    page = f"/school/visits/{id_of(visit)}"
    code = edit(visit["record"], members={"tickets": {"add": [new_id()], "remove": []}}, after=visit["id"])
    [taken] = phone.push(code)
    assert taken["status"] == "applied"
    read = desk.read(page)
    assert "手记，给家长出了码" in read
    assert "0 处" not in read
    assert "那以后老师又写过" not in read
    assert "请补充</span>" in desk.read("/school/today")
    phone.push(edit(visit["record"], {"issues": (None, "字写得慢")}, after=visit["id"]))
    assert "那以后老师又写过" in desk.read(page)


def test_what_came_along_by_a_merge_is_told_as_that(desk, phone, other, world):
    lost, kept = new_visit(world, visit_result="done"), new_visit(world, visit_result="done")
    about = {"visit_id": (None, id_of(lost)), "reflection": (None, "有收获")}
    phone.push(lost, edit(f"reflection:{new_id()}", about, after=lost["id"]))
    other.push(kept)
    say(desk, lost)
    phone.push(merge(lost["record"], kept["record"]))
    past = desk.read(f"/school/visits/{id_of(kept)}").partition("改动经过")[2]
    assert "家访体会，随家访并到了这一条" in past
    assert "德育处审阅，随家访并到了这一条" in past
    assert "0 处" not in past


def test_of_a_family_that_refuses_nothing_more_is_asked(desk, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    say(desk, visit)
    page, needless = f"/school/visits/{id_of(visit)}", "家长不同意记录，不用补了"
    assert needless not in desk.read(page)
    assert "请补充</span>" in desk.read("/school/today")
    with transaction() as session:
        student = session.get_one(Record, ("visit", id_of(visit))).student_id
        consents.say(session, consents.Word(student, "mother", {"record": False}, "page", new_id()))
    assert needless in desk.read(page)
    today = desk.read("/school/today")
    assert "不用补了</span>" in today
    assert "请补充</span>" not in today


def test_what_waited_for_the_review_to_end_counts_as_written_since(desk, phone, world, monkeypatch):
    """Whoever takes the time first may come to the lock second: a clock cannot tell which of the two was first."""
    visit = new_visit(world)
    phone.push(visit)
    monkeypatch.setattr(service, "utc_now", lambda: utc_now() + timedelta(minutes=1))
    say(desk, visit)
    phone.push(edit(visit["record"], {"issues": (None, "字写得慢")}, after=visit["id"]))
    assert "那以后老师又写过" in desk.read(f"/school/visits/{id_of(visit)}")
    assert "那以后老师又写过" not in say(desk, visit, "read", "").text


def test_it_moves_with_the_student_and_goes_with_the_family(app, desk, phone, world):
    visit = new_visit(world)
    phone.push(visit)
    say(desk, visit)
    reader = Reader(world.tokens["t101"])
    reader.read_all()
    with transaction() as session:
        move_student(session, world.students["1/0/0"], world.classes["1/1"])
    reader.read_all()
    assert [row["words"] for row in reviews(reader)] == [WORDS]
    with reading() as session:
        assert session.scalar(select(Record.class_id).where(Record.kind == "review")) == world.classes["1/1"]
    with transaction() as session:
        erasure.erase_student(session, world.students["1/0/0"], None)
    reader.read_all()
    assert reviews(reader) == []
    with reading() as session:
        left = [*session.execute(select(Record.fields)), *session.execute(select(RecordVersion.after))]
    assert WORDS not in str(left)


def test_it_follows_a_merged_visit_and_the_next_word_reaches_both_authors(desk, phone, other, world):
    lost, kept = new_visit(world, visit_result="done"), new_visit(world, visit_result="done")
    phone.push(lost)
    other.push(kept)
    say(desk, lost)
    [said] = phone.push(merge(lost["record"], kept["record"]))  # the class teacher may
    assert said["status"] == "applied"
    readers = [Reader(world.tokens[login]) for login in ("t101", "t102")]
    for reader in readers:
        reader.read_all()
    assert [[row["visit_id"] for row in reviews(reader)] for reader in readers] == [[id_of(kept)], []]
    assert facts(kept).review == "more"
    assert WORDS in desk.read(f"/school/visits/{id_of(kept)}")
    say(desk, kept, "read", "")
    for reader in readers:
        reader.read_all()
    assert [[row["state"] for row in reviews(reader)] for reader in readers] == [["read"], ["read"]]


def test_after_a_merge_it_reaches_whoever_wrote_one_of_the_visits(desk, phone, other, client, world):
    third = Phone(client, world, "head1")
    visits = [new_visit(world, visit_result="done") for _ in range(3)]
    for who, visit in zip((phone, other, third), visits, strict=True):
        who.push(visit)
    first, second, third_visit = (visit["record"] for visit in visits)
    phone.push(merge(third_visit, second))
    phone.push(merge(second, first))
    say(desk, visits[0])
    for login in ("t101", "t102", "head1"):
        reader = Reader(world.tokens[login])
        reader.read_all()
        assert [row["words"] for row in reviews(reader)] == [WORDS]


def test_whoever_turned_out_not_to_have_been_there_is_asked_for_nothing(desk, phone, other, world):
    lost, kept = new_visit(world, visit_result="done"), new_visit(world, visit_result="done")
    other.push(lost)
    phone.push(kept)
    out = edit(kept["record"], members={"visitors": {"add": [], "remove": [other.staff]}}, after=kept["id"])
    phone.push(merge(lost["record"], kept["record"]), out)
    say(desk, kept)
    assert not [row for (kind, _), row in other.rows().items() if kind == "review"]
