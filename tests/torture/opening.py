"""Who came to read a visit's private part, and by whose word: replayed from the versions alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Duty
from server.records.models import Record, RecordVersion
from server.sync.models import Case, InboxEdit

People = frozenset[str]


def nobody_opens_what_they_may_not_read(session: Session) -> None:
    """A visit gets a new reader only by who took part in it, by a 班主任, or by the office."""
    trusted = _Trusted(set(session.scalars(_ACCEPTED)), set(session.scalars(_HOMEROOM)))
    merges = set(session.scalars(_MERGES))
    visits = {each.id: _Visit(each.author_id) for each in session.scalars(_STANDING)}
    for version in session.scalars(_VERSIONS):
        if version.record_id in visits:
            visits[version.record_id].versions.append(version)
    for visit in visits.values():
        for version, before, after in visit.replayed():
            if version.rev > 1 and version.edit_id not in merges:  # a merge is looked at from the losing visit's side
                trusted.look(version, before, after - before)
            into = visits.get(version.after.get("merged_into") or "")
            if into:
                there = into.people_before(version)
                trusted.look(version, there, before - there if into.changed_by(version) else frozenset())
                trusted.look(version, before, there - before)


_ACCEPTED = (
    select(InboxEdit.edit_id).join(Case, Case.id == InboxEdit.case_id).where(Case.status == "accepted")
)  # by the office
_HOMEROOM = select(Duty.staff_id).where(Duty.kind == "homeroom")
_MERGES = select(InboxEdit.edit_id).where(InboxEdit.op == "merge")
_STANDING = select(Record).where(Record.kind == "visit", Record.state != "erased")
_VERSIONS = select(RecordVersion).where(RecordVersion.kind == "visit").order_by(RecordVersion.rev)


@dataclass
class _Trusted:
    accepted: set[str]
    homeroom: set[str]

    def look(self, version: RecordVersion, people: People, let_in: People) -> None:
        """Look whether who let these persons in was one of the people who may."""
        may = version.edit_id in self.accepted or version.staff_id in people | self.homeroom
        assert may or not let_in, f"{let_in} were let in by {version.staff_id}, who took no part: {version.record_id}"


@dataclass
class _Visit:
    author: str
    versions: list[RecordVersion] = field(default_factory=list)

    def replayed(self) -> Iterator[tuple[RecordVersion, People, People]]:
        """Give each version with who had taken part before it, and who after it."""
        people = frozenset({self.author})
        for version in self.versions:
            before = people
            if "visitors" in version.after:
                people = frozenset({self.author, *(version.after["visitors"] or [])})
            yield version, before, people

    def changed_by(self, other: RecordVersion) -> bool:
        """Tell whether the same edit changed this visit; else everybody of the other one stood here already."""
        return any(version.edit_id == other.edit_id for version in self.versions)

    def people_before(self, merge: RecordVersion) -> People:
        """Tell who had taken part when another visit was merged into this one."""
        people = frozenset({self.author})
        for version, before, after in self.replayed():
            if version.edit_id == merge.edit_id:
                return before
            if version.at < merge.at:
                people = after
        return people
