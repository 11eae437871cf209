"""A real thing for every route that names one, and who is to find it. A route without a sample fails the walk."""

import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.accounts.models import Device
from server.accounts.service import NewDuty, NewStaff, add_staff, give_duty
from server.confidence.models import Report
from server.confidence.service import NewReport, report
from server.db import new_id, reading, transaction
from server.demo.pictures import draw_desk
from server.families import service as families
from server.families.service import NewRequest
from server.feedback.handed_out import make_sheet
from server.feedback.links import secret_of
from server.feedback.models import Feedback, Ticket
from server.feedback.saying import Said
from server.feedback.service import Sending, send
from server.photos import receive
from server.photos.partials import Upload
from server.schools.models import Guardian
from server.suggestions.models import Suggestion
from server.suggestions.service import NewSuggestion, take_up
from server.sync import push
from server.sync.inbox import Note
from server.times import shanghai_day, utc_now
from tests.server.world import World

OFFICE_1 = frozenset({"head1", "desk1"})
SUGGESTION = "/school/suggestions/<suggestion_id>"
PERSON = "/school/people/<staff_id>"
REPORT = "/school/ethics/reports/<report_id>"
STUDENT, REQUEST = "/school/students/<student_id>", "/school/requests/<request_id>"
STUDENT_PLACES = (
    "",
    "/move",
    "/leave",
    "/return",
    "/erase",
    "/erase/call-off",
    "/consent",
    "/name",
    "/request",
    "/guardians/new",
)
STEPS = "accept, check, hear, find, settle, reopen, ask, reply, 'pass-up', 'hand-back'"


CONSENT = ("/consent", "/consent/choice", "/consent/again", "/consent/take-back")


@dataclass(frozen=True)
class Things:
    """What there is to find: one visit of class 1/0 with its photo, a case and a report of school 1, one of its people with a duty and a phone."""

    visit: str
    sha256: str
    case: str
    person: str
    duty: str
    device: str
    student: str
    class_id: str
    suggestion: str  # of school 1, handed to t103
    report: str
    answer: str  # of a family of class 1/0
    ticket: str
    sheet: str
    guardian: str
    request: str  # for a copy, of the student's family


@dataclass(frozen=True)
class Sample:
    """Values of a route's parameters; `finders` are the logins that find it there (None: whoever has the right)."""

    values: Mapping[str, str]
    finders: frozenset[str] | None = None


def _person(things: Things, **more: str) -> Sample:
    return Sample({"staff_id": things.person, **more}, OFFICE_1)


def _student(things: Things, **more: str) -> Sample:
    return Sample({"student_id": things.student, **more}, OFFICE_1)


def _request(things: Things, **more: str) -> Sample:
    return Sample({"request_id": things.request, **more}, OFFICE_1)


def _suggestion(things: Things) -> Sample:
    return Sample({"suggestion_id": things.suggestion}, OFFICE_1 | {"t103"})


def _report(things: Things, **more: str) -> Sample:
    return Sample({"report_id": things.report, **more}, frozenset({"ethics1"}))


def _case(things: Things) -> Sample:
    return Sample({"case_id": things.case}, OFFICE_1)


def _answer(things: Things) -> Sample:
    return Sample({"feedback_id": things.answer}, OFFICE_1)


SAMPLES: dict[str, Callable[[Things], Sample]] = {
    # The photo's sender, who is on duty for its class, the head whose 联系班级 it is, and the desk.
    "/api/v1/photos/<sha256>": lambda things: Sample({"sha256": things.sha256}, OFFICE_1 | {"t101", "t102"}),
    "/api/v1/records/<kind>/<record_id>/history": lambda things: Sample(
        {"kind": "visit", "record_id": things.visit}, OFFICE_1 | {"t101", "t102"}
    ),
    "/school/photos/<sha256>": lambda things: Sample({"sha256": things.sha256}, OFFICE_1 | {"t101", "t102"}),
    "/school/visits/<visit_id>/paper": lambda things: Sample({"visit_id": things.visit}, OFFICE_1 | {"t101", "t102"}),
    "/school/visits/<visit_id>": lambda things: Sample({"visit_id": things.visit}, OFFICE_1),
    "/school/visits/<visit_id>/withheld": lambda things: Sample({"visit_id": things.visit}, frozenset({"head1"})),
    "/school/visits/<visit_id>/review": lambda things: Sample({"visit_id": things.visit}, OFFICE_1),
    "/school/inbox/<case_id>": _case,
    "/school/inbox/<case_id>/accept": _case,
    "/school/inbox/<case_id>/return": _case,
    **dict.fromkeys((f"{PERSON}{place}" for place in ("", "/password", "/duties", "/leave", "/return")), _person),
    REPORT: _report,
    # Nothing is in a file until a case is closed as 属实.
    "/school/ethics/file/<staff_id>": lambda things: Sample({"staff_id": things.person}, frozenset()),
    f"{REPORT}/<any({STEPS}):step>": lambda things: _report(things, step="accept"),
    f"{PERSON}/duties/<duty_id>": lambda things: _person(things, duty_id=things.duty),
    f"{PERSON}/devices/<device_id>": lambda things: _person(things, device_id=things.device),
    **dict.fromkeys((f"{STUDENT}{place}" for place in STUDENT_PLACES), _student),
    f"{STUDENT}/guardians/<guardian_id>": lambda things: _student(things, guardian_id=things.guardian),
    **dict.fromkeys((f"{REQUEST}{place}" for place in ("", "/find", "/check", "/done", "/refuse")), _request),
    f"{REQUEST}/student/<student_id>": lambda things: _request(things, student_id=things.student),
    f"{REQUEST}/copy": _request,
    "/school/students/class/<class_id>": lambda things: Sample({"class_id": things.class_id}, OFFICE_1),
    "/school/me/devices/<device_id>": lambda things: Sample({"device_id": things.device}),
    **dict.fromkeys((f"/school/feedback/<feedback_id>{place}" for place in ("", "/checked")), _answer),
    "/school/feedback/<feedback_id>/called": lambda things: Sample({"feedback_id": things.answer}),  # it has no number
    "/school/tickets/sheets/<sheet_id>": lambda things: Sample({"sheet_id": things.sheet}, OFFICE_1),
    "/school/tickets/sheets/<sheet_id>/<any(slips, letters):kind>": lambda things: Sample(
        {"sheet_id": things.sheet, "kind": "slips"}, OFFICE_1
    ),
    "/school/tickets/<ticket_id>/revoke": lambda things: Sample({"ticket_id": things.ticket}, OFFICE_1),
    "/school/tickets/class/<class_id>/revoke": lambda things: Sample({"class_id": things.class_id}, OFFICE_1),
    # Open to anybody who has the link; nobody has this one.
    **dict.fromkeys(
        (
            f"/f/<secret>{place}"
            for place in (
                "",
                "/answer",
                "/edit",
                "/change",
                "/rate",
                "/question",
                "/take-back",
                "/ask",
                "/asked",
                "/letters",
                *CONSENT,
            )
        ),
        lambda _: Sample({"secret": "A" * 22}),
    ),
    **dict.fromkeys((f"{SUGGESTION}{place}" for place in ("", "/original", "/progress", "/reply")), _suggestion),
    **dict.fromkeys(
        (
            f"{SUGGESTION}{place}"
            for place in ("/hand-out", "/sort", "/close", "/tie", "/untie", "/publish", "/take-down")
        ),
        lambda things: Sample({"suggestion_id": things.suggestion}, OFFICE_1),
    ),
    f"{SUGGESTION}/give-back": lambda things: Sample(
        {"suggestion_id": things.suggestion}, frozenset()
    ),  # not passed up
    **dict.fromkeys(
        (
            f"/box/<school_id>{place}"
            for place in ("", "/carry", "/letters", "/answer", "/rate", "/question", "/answers")
        ),
        lambda _: Sample({"school_id": new_id()}),  # open to anybody
    ),
    # Handing it to the 师德专员 takes it off the board: the walk asks for one that is not there.
    f"{SUGGESTION}/ethics": lambda _: Sample({"suggestion_id": new_id()}),
    "/app/<path:place>": lambda _: Sample({"place": "records"}),
    "/assets/<path:name>": lambda _: Sample({"name": "index-0.js"}),
    "/static/<path:name>": lambda _: Sample({"name": "pages.css"}),
    "/<any(icons, screens):folder>/<path:name>": lambda _: Sample({"folder": "icons", "name": "icon-192.png"}),
    "/<string:name>": lambda _: Sample({"name": "manifest.webmanifest"}),
}


def make_things(app, world: World) -> Things:
    """Write a visit with a photo, and another for a student of the other school, which the office must decide on."""
    teacher = actor_of_token(world.tokens["t101"])
    photo = draw_desk(random.Random(1))
    sha256, visit = hashlib.sha256(photo).hexdigest(), new_id()
    outcomes = push.take(
        teacher,
        [
            _visit(visit, world.students["1/0/0"], world.classes["1/0"], [sha256]),
            _visit(new_id(), world.students["2/0/0"], world.classes["2/0"], []),
        ],
        Note(),
    )
    upload = Upload(world.devices["t101"], sha256, len(photo))
    receive.send_whole(app.extensions["jiafang.photos"], teacher.staff_id, upload, [photo])
    case, student, class_id = outcomes[1]["case"], world.students["1/0/0"], world.classes["1/0"]
    more = (student, class_id, _suggestion_for(world), _reported(world), *_answered(world), *_asked(world))
    return Things(visit, sha256, case, *_somebody(world), *more)


def _suggestion_for(world: World) -> str:
    """Tell the school something, and hand it to t103."""
    told = NewSuggestion(world.schools[1], "box", new_id(), "食堂的汤常是凉的", "suggestion")
    with transaction() as session:
        made = take_up(session, told).id
        session.get_one(Suggestion, made).owner_id = world.staff["t103"]
    return made


def _asked(world: World) -> tuple[str, str]:
    """Let the family of the student ask for a copy, checked; gives its guardian and the request."""
    student, desk = world.students["1/0/0"], world.staff["desk1"]
    with transaction() as session:
        guardian = session.scalars(select(Guardian.id).where(Guardian.student_id == student)).one()
        new = NewRequest(new_id(), world.schools[1], "copy", student_id=student, by=desk)
        request = families.ask(session, new)
        families.check(session, families.find(session, world.schools[1], request), "in_person", guardian, desk)
    return guardian, request


def _reported(world: World) -> str:
    """Report t101 in confidence; gives the report's id."""
    about = (world.staff["t101"],)
    with transaction() as session:
        report(session, NewReport(world.schools[1], "link", new_id(), ("1",), "让我接送", visited_staff_ids=about))
        return session.scalars(select(Report.id)).one()


def _answered(world: World) -> tuple[str, str, str]:
    """Print links for class 1/0 and let one family answer; gives the answer, its ticket, and the sheet."""
    sheet = make_sheet(actor_of_token(world.tokens["desk1"]), world.classes["1/0"])
    with reading() as session:
        ticket = session.scalars(select(Ticket.id).where(Ticket.sheet_id == sheet).order_by(Ticket.id)).first() or ""
    said = Said(
        {"who": "mother", "visit_happened": "agreed", "overall": "satisfied"}, "", "suggestion", "other", "school"
    )
    send(secret_of(ticket), Sending(new_id(), "192.0.2.1"), said)
    with reading() as session:
        return session.scalars(select(Feedback.id)).one(), ticket, sheet


def _somebody(world: World) -> tuple[str, str, str]:
    """Take in somebody whom nobody minds losing phones and passwords; gives person, duty, phone."""
    today = shanghai_day(utc_now())
    with transaction() as session:
        person = add_staff(session, NewStaff(world.centre, world.schools[1], "spare1", "备用", "!"))
        duty = give_duty(session, person, NewDuty("subject", today, class_id=world.classes["1/0"], subject="数学"))
        phone = Device(id=new_id(), staff_id=person, name="手机", token_hash=new_id(), created_at=utc_now())
        session.add(phone)
        return person, duty, phone.id


def _visit(visit: str, student: str, class_id: str, photos: list[str]) -> dict[str, object]:
    fields = {"student_id": student, "class_id": class_id, "visit_result": "done", "visit_form": "home"}
    return {
        "id": new_id(),
        "record": f"visit:{visit}",
        "after": None,
        "op": "edit",
        "v": 1,
        "made_at": "2026-09-30T19:58:11+08:00",
        "changes": {name: {"old": None, "new": value} for name, value in fields.items()},
        "members": {"photos": {"add": photos, "remove": []}},
        "args": {},
    }
