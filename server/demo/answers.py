"""What some families of the demo answered about their visits, on links that the school made for them; without words of their own."""

import random
from datetime import timedelta

from sqlalchemy import select

from server.db import new_id, reading, transaction
from server.feedback.links import secret_of
from server.feedback.saying import Said
from server.feedback.service import Sending, send
from server.feedback.tickets import TicketPlace, issue
from server.schools.models import School
from server.times import shanghai_day, utc_now
from server.visits.models import VisitFacts

A_SCHOOL = 14
NOT_COME = 1  # of them
GOOD_FOR = timedelta(days=30)
WHO = ("father", "mother", "mother", "grandparent", "other_guardian")
OVERALL = ("satisfied", "satisfied", "satisfied", "mostly", "not")
KNOW = ("yes", "yes", "partly", None)
TONE = ("encouraging", "encouraging", "plain", None)
NEXT = (["home"], ["at_school"], ["phone", "video"], None)


def fill_answers(chance: random.Random) -> None:
    """Let some families of each school answer."""
    with reading() as session:
        schools = session.scalars(select(School.id).order_by(School.id)).all()
        done = select(VisitFacts).where(VisitFacts.visit_result == "done").order_by(VisitFacts.visit_id)
        visits = {id_: session.scalars(done.where(VisitFacts.school_id == id_)).all() for id_ in schools}
    for school_id in schools:
        for place, visit in enumerate(chance.sample(visits[school_id], A_SCHOOL)):
            _answer(chance, visit, happened="not" if place < NOT_COME else "agreed")


def _answer(chance: random.Random, visit: VisitFacts, *, happened: str) -> None:
    form_id = new_id()
    with transaction() as session:
        place = TicketPlace(
            visit.school_id, visit.author_id, class_id=visit.class_id, student_id=visit.student_id, id=form_id
        )
        issue(session, place, shanghai_day(utc_now()) + GOOD_FOR)
    said = {"who": chance.choice(WHO), "visit_happened": happened, "overall": chance.choice(OVERALL)}
    more = {"know_child": chance.choice(KNOW), "tone": chance.choice(TONE), "next_form": chance.choice(NEXT)}
    send(secret_of(form_id), Sending(form_id, "demo"), Said({**said, **more}))
