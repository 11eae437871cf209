"""Consents of guardians: a word is said, is in force until the same guardian says another, and all of them make one state.

One guardian's refusal counts until that guardian takes it back, whatever the others say. What a teacher's phone brings
never ends what a guardian said on the family's own page; the page and the school's office end everything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import news
from server.campaign.consent import consent_text
from server.consents.models import Consent
from server.db import RowChange, new_id, note_change
from server.errors import NotFound
from server.schools.models import School, Student
from server.schools.settings import consent_basis, may_record
from server.times import utc_now

USES = ("record", "photo_archive", "photo_school", "photo_public", "care_file")
YES, NO, UNKNOWN = "yes", "no", "unknown"
ARCHIVE, SCHOOL, PUBLIC = "archive", "school", "public"  # how far photos may be used, each with what stands before it
PHOTO_LEVELS = (ARCHIVE, SCHOOL, PUBLIC)


@dataclass(frozen=True)
class Standing:
    """What a family lets be kept and shown: `record` yes, no or unknown; `photos` no, unknown, or how far they may be used."""

    record: str = YES
    photos: str = UNKNOWN

    @property
    def shows_photos(self) -> bool:
        """Tell whether photos may be looked at: agreed to, or agreed to on the spot and nobody has been asked since."""
        return self.photos != NO

    def lets_be_used(self, use: str) -> bool:
        """Tell whether a photo may be put to a use beyond the archive: only as far as the family has agreed to it."""
        if use not in PHOTO_LEVELS[1:]:
            return self.shows_photos
        return self.photos in PHOTO_LEVELS[PHOTO_LEVELS.index(use) :]


AGREED = Standing()  # of a record that is about no student


@dataclass(frozen=True)
class ConsentChanged:
    """The news that what may be shown of a family's visits is another thing than before."""

    student_id: str


@dataclass(frozen=True)
class Word:
    """What one guardian says. `uses` names only what was asked; the rest stays as this guardian said it before."""

    student_id: str
    who: str
    uses: Mapping[str, bool]
    channel: str
    source: str  # id of the form or edit: the same one again has no second effect
    ticket_id: str | None = None
    code_hash: str | None = None
    by: str | None = None
    by_office: bool = False
    version: str = field(default_factory=lambda: consent_text().version)


def say(session: Session, word: Word) -> Student:
    """Keep a word; from this transaction on it is in force, and the phones of the class learn what may be written.

    Returns: the student, as it stands then. Raises: NotFound, if there is no such student, or only ids are left.
    """
    student = lock(session, word.student_id)
    if session.scalar(select(Consent.id).where(Consent.source == word.source)) is not None:
        return student
    now, before = utc_now(), _standing(session, student)
    theirs = [each for each in before if each.who == word.who]
    ended = [each for each in theirs if _ends(word, each, student.school_id)]
    for each in ended:
        each.withdrawn_at = now
    kept = {use: _carried(ended, use, student.school_id) for use in USES}
    made = Consent(
        id=new_id(),
        student_id=student.id,
        school_id=student.school_id,
        who=word.who,
        **{use: word.uses.get(use, kept[use]) for use in USES},
        text_version=word.version,
        channel=word.channel,
        source=word.source,
        ticket_id=word.ticket_id,
        code_hash=word.code_hash,
        by=word.by,
        by_office=word.by_office,
        at=now,
    )
    session.add(made)
    session.flush()
    shown = _shows(student)
    settle(session, student)
    if shown != _shows(student):
        news.tell(session, ConsentChanged(student.id))
    return student


def _shows(student: Student) -> tuple[bool, bool]:
    return student.may_record != NO, student.may_photo != NO


def _ends(word: Word, before: Consent, school_id: str) -> bool:
    """Tell whether a word takes the place of one that the same guardian said before.

    Who reads a page says themselves who they are: a refusal said on one link is taken back on that link, or at the school. One
    that came along from another school has neither any more: this school's page takes its place.
    """
    if word.by_office or before.channel != "page":
        return True
    if word.channel != "page":
        return False
    return word.ticket_id == before.ticket_id or before.school_id != school_id or state_of([before], "record") != NO


def lock(session: Session, student_id: str) -> Student:
    """Find a student and keep others from speaking for them meanwhile.

    Raises: NotFound, if there is no such student, or only ids are left.
    """
    query = select(Student).where(Student.id == student_id).with_for_update().execution_options(populate_existing=True)
    student = session.scalar(query)
    if student is None or student.erased:
        raise NotFound
    return student


def settle(session: Session, student: Student) -> None:
    """Write what the words in force come to at the student's school of today, and tell the phones of the class."""
    words = _standing(session, student)
    student.may_record = state_of(words, "record", student.school_id)
    before, student.may_photo = student.may_photo, photo_level(words, student.school_id)
    if student.may_photo in PHOTO_LEVELS:
        student.photos_ended_at = None
    elif before in PHOTO_LEVELS:
        student.photos_ended_at = utc_now()
    _tell(session, student)


def renew(session: Session, school_id: str) -> None:
    """Tell the phones of a school anew about those who have not been asked: the school asks or tells differently now."""
    unasked = (Student.school_id == school_id) & Student.erased.is_(False) & (Student.may_record == UNKNOWN)
    for student in session.scalars(select(Student).where(unasked).order_by(Student.id).with_for_update()):
        _tell(session, student)


def state_of(words: Iterable[Consent], use: str, school_id: str | None = None) -> str:
    """Tell what the words in force come to for one use: yes, no, unknown. One refusal outweighs every consent.

    `school_id`: where it is asked; of what was said at another school the refusals count alone.
    """
    said = {getattr(each, use) for each in words if refuses(each, use) or school_id in (None, each.school_id)} - {None}
    return NO if False in said else YES if said else UNKNOWN


def refuses(word: Consent, use: str) -> bool:
    """Tell whether a word refuses one use."""
    return getattr(word, use) is False


def photo_level(words: Sequence[Consent], school_id: str) -> str:
    """Tell how far the words in force let photos be used: they are part of the record, and go with a refusal of it."""
    level = state_of(words, "photo_archive", school_id)
    if NO in (level, state_of(words, "record", school_id)):
        return NO
    if level != YES:
        return level
    shown, published = state_of(words, "photo_school", school_id), state_of(words, "photo_public", school_id)
    if published == YES and shown != NO:
        return PUBLIC
    return SCHOOL if shown == YES else ARCHIVE


def standings(session: Session, student_ids: Iterable[str | None]) -> dict[str, Standing]:
    """Tell of students what the phones are told, by their id."""
    ids = sorted({each for each in student_ids if each})
    columns = (Student.id, Student.may_record, Student.may_photo, School.settings)
    query = select(*columns).join(School, School.id == Student.school_id)
    found = session.execute(query.where(Student.id.in_(ids)))
    return {id_: Standing(may_record(said, consent_basis(settings)), photos) for id_, said, photos, settings in found}


def standing_of(session: Session, student_id: str | None) -> Standing:
    """Tell the same of one student; of none, that there is nobody to ask."""
    return standings(session, [student_id]).get(student_id or "", AGREED)


def words_said(session: Session, student_id: str) -> Sequence[Consent]:
    """List every word that was said about a student at their school of today, in force or ended, the oldest first.

    So are the refusals that came along from another school and are in force.
    """
    student = session.get_one(Student, student_id)
    here = (Consent.school_id == student.school_id) | Consent.id.in_([each.id for each in _standing(session, student)])
    query = select(Consent).where(Consent.student_id == student.id, here)
    return session.scalars(query.order_by(Consent.at, Consent.id)).all()


def word_on(session: Session, ticket_id: str) -> Consent | None:
    """Find the last word that was said on the page of one link, in force or not."""
    query = select(Consent).where(Consent.ticket_id == ticket_id)
    return session.scalar(query.order_by(Consent.at.desc(), Consent.id.desc()).limit(1))


def forget(session: Session, student_id: str) -> None:
    """Delete every word about a student: the family's records are being erased."""
    session.execute(delete(Consent).where(Consent.student_id == student_id))


def _standing(session: Session, student: Student) -> Sequence[Consent]:
    """List the words in force: those of the student's school of today, and others that refuse something.

    A refusal goes along to another school: what was hidden stays so until the same guardian says another word there.
    """
    query = select(Consent).where(Consent.student_id == student.id, Consent.withdrawn_at.is_(None))
    found = session.scalars(query.order_by(Consent.at, Consent.id)).all()
    return [each for each in found if each.school_id == student.school_id or any(refuses(each, use) for use in USES)]


def _carried(words: Iterable[Consent], use: str, school_id: str) -> bool | None:
    """Tell what a guardian had said of a use that is not asked now; of two tellings the refusal."""
    return {YES: True, NO: False}.get(state_of(words, use, school_id))


def _tell(session: Session, student: Student) -> None:
    student.rev += 1
    note_change(
        session, RowChange(student.school_id, "student", student.id, student.rev, (f"class:{student.class_id}",))
    )
