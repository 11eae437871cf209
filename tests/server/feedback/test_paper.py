"""Links on paper: for one child from the start, printed again, taken back, and forgotten with the child."""

import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.accounts.models import AccessLog, Duty
from server.campaign.consent import consent_text
from server.db import reading, transaction
from server.errors import Clash, NotFound
from server.feedback import handed_out, links
from server.feedback.joining import visit_of
from server.feedback.models import Feedback, Ticket
from server.feedback.tickets import revoke
from server.suggestions.models import Suggestion
from server.sync import erasure
from server.times import shanghai_day, utc_now
from tests.server.feedback.families import Family, tickets_of, visit_with
from tests.server.office.conftest import Desk
from tests.server.sync.phone import Phone, edit, new_visit

NEW = "/school/tickets/slips"
LINK = re.compile(r"/f/[A-Za-z0-9_-]{22}")


@pytest.fixture
def desk(app, world):
    return Desk(app, world.staff["desk1"])


@pytest.fixture
def other_desk(app, world):
    return Desk(app, world.staff["desk2"])


def printed(desk, world, **said) -> str:
    """Make links for class 1/0; gives the address of their page."""
    answer = desk.post(NEW, **{"class_id": world.classes["1/0"], "kind": "named", "count": "40", **said})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def links_on(desk, place, kind="slips") -> list[str]:
    return list(dict.fromkeys(LINK.findall(desk.get(f"{place}/{kind}").text)))


def test_the_letter_carries_the_consent_word_for_word_and_a_part_to_sign_with_nothing_ticked(desk, world):
    page = desk.get(f"{printed(desk, world)}/letters").text
    first = page.split('class="letter"')[1]
    for words in consent_text().paragraphs(school="第1中学", contact="德育处", phone=""):
        assert words in first
    tear = first.split('class="tear"')[1]
    for words in ("学生100", "七年级1班", "□ 父亲", "□ 母亲", "□ 其他监护人", "□ 不同意记录", "签名", "日期"):
        assert words in tear
    assert f"□ {consent_text().uses['record'].tick}" in tear
    assert consent_text().version in tear  # the desk notes to which text it was signed
    assert "爷爷奶奶" not in tear
    assert "照片在校内" not in page  # asked when it is wanted, never in advance
    blank = desk.get(f"{printed(desk, world, kind='blank', count='1')}/letters").text
    assert "扫上面的码来选" in page
    assert "扫上面的码来选" not in blank  # nobody knows yet whose it is


def test_each_child_gets_a_link_and_printing_again_gives_the_same(desk, world):
    place = printed(desk, world)
    found = links_on(desk, place)
    assert len(found) == 10
    assert links_on(desk, place, "letters") == found
    paper = desk.get(f"{place}/slips").text
    assert "学生100的家长" in paper
    assert "老师t_011老师" in paper
    assert paper.count("<svg") == 10
    assert LINK.search(desk.get(place).text) is None
    assert "还等着填 10 张" in desk.get("/school/tickets").text


def test_a_child_that_left_gets_none_and_one_made_before_is_printed_no_more(app, desk, world):
    def leaves(child, last_day):
        path = f"/school/students/{world.students[child]}/leave"
        assert desk.post(path, last_day=last_day.isoformat()).status_code == 303

    today = shanghai_day(utc_now())
    before = printed(desk, world)
    found = links_on(desk, before)
    leaves("1/0/0", today - timedelta(days=1))
    leaves("1/0/1", today)  # the last day is not over
    for place in (before, printed(desk, world)):
        paper = desk.get(f"{place}/letters").text
        assert len(links_on(desk, place)) == 9
        assert "学生100" not in paper
        assert "学生101" in paper
    assert "已转出，不印" in desk.get(before).text
    (theirs,) = set(found) - set(links_on(desk, before))
    assert Family(app, theirs).see().status_code == 200  # where the family has it, it works
    assert len(links_on(desk, printed(desk, world, kind="blank", count="3"))) == 3


def test_an_answer_belongs_to_the_child_at_once_and_reaches_no_phone_without_a_visit(app, client, world, desk):
    family = Family(app, links_on(desk, printed(desk, world))[0])
    assert "学*同学" in family.see().text
    family.answer(text="请多布置阅读", visible_to="teacher_and_school")
    with reading() as session:
        each, told = session.scalars(select(Feedback)).one(), session.scalars(select(Suggestion)).one()
        assert each.class_id == told.class_id == world.classes["1/0"]
        assert each.student_id == told.student_id
        assert each.visit_id is None
    assert not [kind for kind, _ in Phone(client, world, "t101").rows() if kind == "feedback"]
    assert "还等着填 9 张" in desk.get("/school/tickets").text


def answered_slip(app, desk, world) -> str:
    """Let a family answer on its child's slip; gives the child as the world names it."""
    link = links_on(desk, printed(desk, world))[0]
    Family(app, link).answer(know_child="yes")
    with reading() as session:
        student = session.scalars(select(Feedback.student_id)).one()
    return next(name for name, id_ in world.students.items() if id_ == student)


def visited(world, child, days_ago=0, **fields):
    day = (shanghai_day(utc_now()) - timedelta(days=days_ago)).isoformat()
    return new_visit(world, child, **{"visit_result": "done", "visit_date": day, **fields})


def on_phone(client, world, login="t101"):
    return [row["visit_id"] for (kind, _), row in Phone(client, world, login).rows().items() if kind == "feedback"]


@pytest.mark.parametrize("days_ago", [0, 59])
def test_an_answer_on_a_childs_slip_stands_beside_its_teachers_visit_once_that_arrives(
    app, client, world, desk, days_ago
):
    child = answered_slip(app, desk, world)
    visit = visited(world, child, days_ago)
    assert Phone(client, world, "t101").push(visit)[0]["status"] == "applied"
    assert on_phone(client, world) == [visit["record"].removeprefix("visit:")]
    Phone(client, world, "t101").push(edit(visit["record"], {"void_reason": (None, "写错了人")}))
    assert on_phone(client, world) == []


def test_a_colleagues_an_older_an_undone_or_another_childs_visit_is_not_meant(app, client, world, desk):
    child = answered_slip(app, desk, world)
    other = next(name for name in world.students if name.startswith("1/0") and name != child)
    Phone(client, world, "t102").push(visited(world, child))
    teacher = Phone(client, world, "t101")
    for made in (visited(world, child, 61), visited(world, child, visit_result="declined"), visited(world, other)):
        assert teacher.push(made)[0]["status"] == "applied"
    assert on_phone(client, world) == []


def test_of_several_visits_the_last_before_the_answer_is_meant(app, client, world, desk):
    child = answered_slip(app, desk, world)
    older, newer = visited(world, child, 5), visited(world, child, 2)
    for made in (newer, older):
        Phone(client, world, "t101").push(made)
    assert on_phone(client, world) == [newer["record"].removeprefix("visit:")]
    with reading() as session:
        ticket = session.scalars(select(Ticket).join(Feedback, Feedback.ticket_id == Ticket.id)).one()
        found = visit_of(session, ticket, shanghai_day(utc_now()) - timedelta(days=3))
    assert f"visit:{found.id}" == older["record"]


def test_an_answer_stays_beside_its_visit_when_the_result_is_put_otherwise(app, client, world, desk):
    child = answered_slip(app, desk, world)
    visit = visited(world, child)
    phone = Phone(client, world, "t101")
    phone.push(visit)
    id_ = visit["record"].removeprefix("visit:")
    assert phone.push(edit(visit["record"], {"visit_result": ("done", "nobody_home")}))[0]["status"] == "applied"
    assert on_phone(client, world) == [id_]
    assert "家长反馈" in desk.get(f"/school/visits/{id_}").text
    with reading() as session:
        assert session.scalars(select(Feedback.visit_id)).all() == [id_]
    phone.push(edit(visit["record"], {"void_reason": (None, "记错了")}))
    assert on_phone(client, world) == []


def test_slips_for_nobody_in_particular_know_only_their_class(app, world, desk):
    place = printed(desk, world, kind="blank", count="3")
    found = links_on(desk, place)
    assert len(found) == 3
    family = Family(app, found[0])
    assert "同学" not in family.see().text
    family.answer()
    with reading() as session:
        each = session.scalars(select(Feedback)).one()
        assert (each.class_id, each.student_id) == (world.classes["1/0"], None)


@pytest.mark.parametrize(
    "said", [{"class_id": ""}, {"kind": "x"}, {"kind": "blank", "count": ""}, {"kind": "blank", "count": "999"}]
)
def test_what_makes_no_sense_is_said_and_nothing_is_made(desk, world, said):
    assert (
        desk.post(NEW, **{"class_id": world.classes["1/0"], "kind": "named", "count": "4", **said}).status_code == 422
    )
    with reading() as session:
        assert session.scalars(select(Ticket)).all() == []


def test_a_class_of_another_school_or_without_a_teacher_gets_none(world, desk):
    desk1 = actor_of_token(world.tokens["desk1"])
    with pytest.raises(NotFound):
        handed_out.make_sheet(desk1, world.classes["2/0"])
    with transaction() as session:
        for duty in session.scalars(select(Duty).where(Duty.kind == "homeroom")):
            session.delete(duty)
    with pytest.raises(Clash):
        handed_out.make_sheet(desk1, world.classes["1/0"])
    assert "还没有班主任" in desk.post(NEW, class_id=world.classes["1/0"], kind="named", count="1").text


def test_one_link_and_then_all_of_a_class_are_taken_back_and_answers_stay(app, world, desk):
    place = printed(desk, world)
    first, second, third = links_on(desk, place)[:3]
    code = Family(app, first).answer(text="请多布置阅读")
    with reading() as session:
        ticket = session.scalars(select(Ticket.id).where(Ticket.link_hash == links.hash_of(second[3:]))).one()
    assert desk.post(f"/school/tickets/{ticket}/revoke?sheet=x").status_code == 303
    assert Family(app, second).see().status_code == 410
    assert Family(app, third).see().status_code == 200
    desk.post(f"/school/tickets/class/{world.classes['1/0']}/revoke")
    assert "已停用" in Family(app, third).see().text
    assert "请多布置阅读" in Family(app, first).post("/answer", code=code).text
    assert links_on(desk, place) == []
    with reading() as session:
        logged = session.execute(
            select(AccessLog.action, AccessLog.rows).where(AccessLog.action.like("revoke_%"))
        ).all()
    assert sorted(map(tuple, logged)) == [("revoke_ticket", 1), ("revoke_tickets", 8)]


def test_a_code_of_a_phone_is_taken_back_on_its_visits_page_and_leaves_the_phone(app, client, world, desk):
    phone = Phone(client, world, "t101")
    ticket = tickets_of(client, world)[0]
    visit = visit_with(world, ticket["id"])
    phone.push(visit)
    page = f"/school/visits/{visit['record'].removeprefix('visit:')}"
    assert "给这一家的链接" in desk.get(page).text
    done = desk.post(f"/school/tickets/{ticket['id']}/revoke?visit={page.rsplit('/', 1)[1]}")
    assert done.headers["Location"] == page
    assert "已停用" in desk.get(page).text
    assert ("ticket", ticket["id"]) not in phone.rows()
    assert Family(app, ticket["link"]).see().status_code == 410
    with transaction() as session:
        revoke(session, session.get_one(Ticket, ticket["id"]))
    with reading() as session:
        assert session.get_one(Ticket, ticket["id"]).rev == 2


def test_another_school_sees_and_takes_back_nothing(app, world, desk, other_desk):
    place = printed(desk, world)
    found = links_on(desk, place)
    with reading() as session:
        ticket = session.scalars(select(Ticket.id).limit(1)).one()
    for path in (place, f"{place}/slips", f"{place}/letters"):
        assert other_desk.get(path).status_code == 404
    assert other_desk.post(f"/school/tickets/{ticket}/revoke").status_code == 404
    assert other_desk.post(f"/school/tickets/class/{world.classes['1/0']}/revoke").status_code == 404
    assert all(Family(app, each).see().status_code == 200 for each in found)


def test_the_link_of_an_erased_child_ends(app, world, desk):
    place = printed(desk, world)
    found = links_on(desk, place)
    Family(app, found[0]).answer(text="请多布置阅读")
    with reading() as session:
        student = session.scalars(select(Feedback.student_id)).one()
    erasure.erase(app.extensions["jiafang.photos"], student, actor_of_token(world.tokens["head1"]))
    with reading() as session:
        assert session.scalars(select(Ticket).where(Ticket.student_id == student)).one().revoked_at is not None
        left = session.scalars(select(Feedback)).one()
        assert (left.state, left.text) == ("erased", "")
    assert "学*同学" not in Family(app, found[0]).see().text
    assert desk.get(place).status_code == 200


def test_no_link_stands_in_an_address_or_a_log(world, desk, caplog):
    with caplog.at_level(logging.DEBUG):
        place = printed(desk, world)
        found = links_on(desk, place)
    with reading() as session:
        logged = str([(each.action, each.subject) for each in session.scalars(select(AccessLog))])
    for link in found:
        assert link[3:] not in caplog.text + logged + place


def test_after_a_change_of_key_old_links_are_not_printed_wrong(app, world, desk):
    place = printed(desk, world)
    before = links_on(desk, place)
    with reading() as session:
        school, sheet = world.schools[1], place.rsplit("/", 1)[1]
        app.config["SECRET_KEY"] = "another" * 8
        slips = handed_out.sheet_of(session, school, sheet).slips
    assert before
    assert [each.link for each in slips] == [None] * 10
