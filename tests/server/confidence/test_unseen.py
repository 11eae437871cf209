"""Nobody but its handler can tell that there is a report: every page, answer and pull is the same with and without one."""

import re

import pytest
from sqlalchemy import delete, func, insert, select

from server.accounts.devices import actor_of_token
from server.box.pages import TOKENS
from server.confidence import handling, service
from server.confidence.models import Report, ReportEvent
from server.db import Model, reading, transaction
from server.receipts import code_for, hash_of
from server.times import shanghai_day, utc_now
from tests.server.accounts.samples import SAMPLES, make_things
from tests.server.feedback.families import Family, tickets_of
from tests.server.oversight.conftest import Desk
from tests.server.sync.phone import Phone

TABLES = (Report.__table__, ReportEvent.__table__)
WORDS = "让我接送"
OF_THE_MOMENT = (
    "Set-Cookie",
    "Content-Length",
    "Date",
    "Expires",
)  # cookies are compared by name, lengths by the bytes
BOX_FORM = "0190a000-0000-7000-8000-000000000001"
SCHOOL = ("desk1", "head1", "t101", "t102", "t103")
# What differs from one answer to the next anyway: tokens and ids of forms, cookies, the request's own id, the clock.
PASSING = re.compile(
    rb'(name="(?:(?:csrf_)?token|form_id)"[^>]*value="[^"]+")|("csrf": ?"[^"]+")|("request_id": ?"[^"]+")'
    rb"|(\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?)|(\b\d\d:\d\d\b)"
)


@pytest.fixture(params=["sqlite"])
def config(config):
    """What is shown is the same on every database: one is enough for a walk of this length."""
    return config


def answer_of(response):
    """Give what can be told from an answer: status, headers, bytes."""
    headers = sorted((name, value) for name, value in response.headers if name not in OF_THE_MOMENT)
    cookies = sorted(each.split("=")[0] for each in response.headers.getlist("Set-Cookie"))
    return response.status_code, headers, cookies, PASSING.sub(b"", response.data)


def addresses(app, things):
    """Name every address, with real things in it; those of a report's steps are knocked at with POST, too."""
    found = []
    for rule in app.url_map.iter_rules():
        values = dict(SAMPLES[rule.rule](things).values) if rule.arguments else {}
        path = rule.build(values, append_unknown=False)[1] if rule.arguments else rule.rule
        if "GET" in rule.methods or "reports/" in rule.rule:
            found.append(("GET" if "GET" in rule.methods else "POST", path))
    return found


def seen_from(app, world, paths, login):
    """Look at everything that a person can ask for: each page and call, with their cookie and with their phone."""
    desk, phone, seen = Desk(app, login), app.test_client(), {}
    for method, path in paths:
        if method == "GET":
            seen["cookie", path] = answer_of(desk.get(path))
            seen["device", path] = answer_of(phone.get(path, headers=world.headers(login)))
        else:
            seen["post", path] = answer_of(desk.send("/school/me", path))
    pull = Phone(phone, world, login).post({"edits": [], "pull": {"limit": 500, "scopes": {}}})
    seen["pull", ""] = answer_of(pull)
    return seen


def taken_out():
    """Take the reports out of the store; gives their rows."""
    with transaction() as session:
        rows = [[dict(row) for row in session.execute(select(table)).mappings()] for table in TABLES]
        for table in reversed(TABLES):
            session.execute(delete(table))
    return rows


def put_back(rows):
    with transaction() as session:
        for table, each in zip(TABLES, rows, strict=True):
            session.execute(insert(table), each)


def work_on(world, report_id):
    """Let its handler and its writer do all that can be done."""
    actor, ref = actor_of_token(world.tokens["ethics1"]), _ref(report_id)

    def step(deed, *rest):
        with reading() as session:
            seen = handling.last_done(session, report_id)
        deed(actor, report_id, seen, *rest)

    today = shanghai_day(utc_now())
    step(handling.accept)
    step(handling.check, "问了门卫", today)
    step(handling.ask, "大概几点？")
    with transaction() as session:
        service.answer_question(session, "link", ref, "晚上")
    step(handling.hear, "老师说是顺路", today)
    step(handling.conclude, "proven", "门卫看见了", world.staff["t101"])
    step(handling.settle, "谈话提醒")
    step(handling.reply, "谢谢您")


def _ref(report_id):
    with reading() as session:
        return session.get_one(Report, report_id).ref


@pytest.mark.parametrize("case", ["fresh", "worked", "centre", "box"])
def test_every_page_answer_and_pull_is_the_same_with_and_without_a_report(app, world, case):
    things = make_things(app, world)
    paths = addresses(app, things)
    if case == "worked":
        work_on(world, things.report)
    if case == "centre":
        with transaction() as session:
            each = session.get_one(Report, things.report)
            each.circle, each.kept_from_school = "centre", True
    if case == "box":
        with transaction() as session:
            each = session.get_one(Report, things.report)
            each.source, each.ref, each.code_hash = "box", BOX_FORM, hash_of(world.schools[1], code_for(BOX_FORM))
    askers = (*SCHOOL, "ethics1") if case == "centre" else SCHOOL
    handler = "centre" if case == "centre" else "ethics1"
    for login in (*askers, handler):
        seen_from(app, world, paths, login)  # phones take their tickets, reviews are looked at: once
    rows = taken_out()
    assert len(rows[0]) == 1
    without = {login: seen_from(app, world, paths, login) for login in (*askers, handler)}
    put_back(rows)
    for login in askers:
        there = seen_from(app, world, paths, login)
        assert [key for key in there if there[key] != without[login][key]] == [], login
        assert not [key for key, value in there.items() if WORDS.encode() in value[3]], login
        assert sum(value[0] == 200 for value in there.values()) > 10  # it did look at something
    assert seen_from(app, world, paths, handler) != without[handler]  # it is really there, and would be noticed


def test_a_pull_of_the_visited_teacher_is_the_same_to_the_byte(app, client, world):
    things = make_things(app, world)
    phone = Phone(client, world, "t101")
    phone.rows()

    def pulled():
        return PASSING.sub(b"", phone.post({"edits": [], "pull": {"limit": 500, "scopes": {}}}).data)

    rows = taken_out()
    before = pulled()
    put_back(rows)
    assert pulled() == before
    work_on(world, things.report)
    assert pulled() == before


def test_a_page_sent_with_a_report_writes_the_same_rows_elsewhere_as_one_without(app, client, world):
    tickets = [each["link"] for each in tickets_of(client, world)[:2]]

    def grown(family, **said):
        before = counts()
        assert family.send(text="谢谢老师", **said).status_code == 200
        return {name: count - before[name] for name, count in counts().items()}

    plain, told = Family(app, tickets[0]), Family(app, tickets[1])
    without = grown(plain)
    within = grown(told, five_no=["1"], five_no_text=WORDS)
    assert {name for name in within if within[name] != without[name]} == {"reports", "report_events"}


def test_what_is_put_into_the_box_with_a_report_writes_the_same_rows_elsewhere_as_without_one(client, world):
    path = f"/box/{world.schools[1]}"
    words = {
        "asker": "family",
        "kind": "suggestion",
        "topic": "other",
        "text": "食堂的汤常是凉的",
        "visible_to": "school",
    }

    def grown(**said):
        before = counts()
        assert client.post(path, data={**words, **said, "token": TOKENS.make(world.schools[1])}).status_code == 200
        return {name: count - before[name] for name, count in counts().items()}

    without, within = grown(), grown(five_no=["1"], five_no_text=WORDS)
    assert {name for name in within if within[name] != without[name]} == {"reports", "report_events"}


def counts():
    with reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Model.metadata.sorted_tables
        }


def test_who_reads_reports_stands_in_the_log_of_reads_which_none_of_them_can_open(app, world):
    from server.accounts.models import AccessLog

    things = make_things(app, world)
    Desk(app, "ethics1").read(f"/school/ethics/reports/{things.report}")
    with reading() as session:
        subjects = set(session.scalars(select(AccessLog.subject)))
    assert f"report:{things.report}" in subjects
    paths = addresses(app, things)
    for login in SCHOOL:
        seen = seen_from(app, world, paths, login)
        assert not [key for key, value in seen.items() if f"report:{things.report}".encode() in value[3]]
