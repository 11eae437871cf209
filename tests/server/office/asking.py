"""A family that asked something of the data about it, and the desk that works on it."""

import re

from sqlalchemy import select

from server.db import reading
from server.families.models import FamilyRequest, FamilyRequestEvent
from server.schools.models import Guardian
from tests.server.feedback.families import TOKEN, Family, tickets_of, visit_with


def joined_family(app, client, world, phone, **fields):
    """Write a visit with a code, and give the family that holds it."""
    ticket = tickets_of(client, world)[0]
    made = visit_with(world, ticket["id"], **fields)
    phone.push(made)
    return Family(app, ticket["link"]), made


def ask(family, code, kind, **said):
    """Open the page of a request and send it, as a family does."""
    page = family.post("/ask", code=code, kind=kind)
    assert page.status_code == 200, page.text
    return family.post("/asked", code=code, kind=kind, token=TOKEN.search(page.text)[1], **said)


def requests_kept():
    with reading() as session:
        return list(session.scalars(select(FamilyRequest).order_by(FamilyRequest.id)))


def events():
    with reading() as session:
        return [each.what for each in session.scalars(select(FamilyRequestEvent).order_by(FamilyRequestEvent.id))]


def guardian_of(student_id):
    with reading() as session:
        return session.scalars(select(Guardian).where(Guardian.student_id == student_id).order_by(Guardian.id)).first()


def check(desk, request_id, student_id):
    """Make sure that the child's guardian asks."""
    said = {"guardian_id": guardian_of(student_id).id, "how": "call_back"}
    assert desk.post(f"/school/requests/{request_id}/check", **said).status_code == 303


def text_of(page):
    """Give a page without what differs each time: tokens, and the minute it was looked at."""
    return re.sub(r'name="csrf_token"[^>]*value="[^"]+"|\b\d\d:\d\d(?= 的情形)', "", page.text)
