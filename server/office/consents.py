"""What a student's guardians agreed to, as the office reads it and writes it down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.access import Read, write_reads
from server.accounts.models import Staff
from server.actor import Actor
from server.campaign.consent import consent_text
from server.consents import service
from server.consents.models import Consent
from server.db import new_id, transaction
from server.errors import NotFound
from server.schools.models import Student
from server.schools.settings import may_record, settings_of

ON_THE_LINK = "要这位家长在原来的链接上凭查询码改，或由学校记下新的答复"
SAID_AGAIN = "这位家长再答复一次，就按新的"


@dataclass(frozen=True)
class WordLine:
    """One guardian's word; `said` are the uses that were asked, by name, `until` when another one took its place.

    `holds` tells of a refusal in force how it is changed; "" of any other word.
    """

    who: str
    at: datetime
    said: Sequence[tuple[str, bool]]
    channel: str
    by: str
    version: str
    until: datetime | None
    holds: str


@dataclass(frozen=True)
class ConsentSheet:
    """What the phones are told of words (yes, no, unknown) and of photos (no, unknown, or how far they may be used), what it
    comes from, and what was said before that, the newest first.
    """

    standing: str
    photos: str
    words: Sequence[WordLine]
    former: Sequence[WordLine]


def sheet_of(session: Session, student_id: str) -> ConsentSheet:
    """Read what a student's guardians agreed to. The student is known to exist."""
    student = session.get_one(Student, student_id)
    words = service.words_said(session, student_id)
    names = select(Staff.id, Staff.name).where(Staff.id.in_([each.by for each in words if each.by]))
    by = dict(session.execute(names).all())
    standing = may_record(student.may_record, settings_of(session, student.school_id).consent_basis)
    lines = [
        _line(each, by.get(each.by or "", "")) if each.school_id == student.school_id else _came_along(each)
        for each in words
    ]
    ended = [line for line in lines if line.until is not None]
    return ConsentSheet(standing, student.may_photo, [line for line in lines if line.until is None], ended[::-1])


def note(actor: Actor, student_id: str, who: str, uses: Mapping[str, bool], channel: str) -> None:
    """Write down what a guardian answered to the office; it ends whatever this guardian said before.

    Raises: NotFound, if the school has no such student.
    """
    with transaction() as session:
        if service.lock(session, student_id).school_id != actor.school_id:
            raise NotFound
        word = service.Word(student_id, who, uses, channel, new_id(), by=actor.staff_id, by_office=True)
        service.say(session, word)
        write_reads(session, actor, "note_consent", [Read(f"student:{student_id}")])


def _line(each: Consent, by: str) -> WordLine:
    text = consent_text()
    said = [(use.label, getattr(each, name)) for name, use in text.uses.items() if getattr(each, name) is not None]
    until = each.withdrawn_at
    refuses = until is None and any(service.refuses(each, use) for use in service.USES)
    holds = ON_THE_LINK if each.channel == "page" else SAID_AGAIN
    return WordLine(
        each.who, each.at, said, text.channels[each.channel], by, each.text_version, until, holds if refuses else ""
    )


def _came_along(each: Consent) -> WordLine:
    """Tell of a word that was said at another school: what it refuses, which counts here as well, and nothing else."""
    line = _line(each, "")
    refused = [(label, agreed) for label, agreed in line.said if not agreed]
    return replace(line, said=refused, channel=f"{line.channel}（在原来的学校）", holds=SAID_AGAIN)
