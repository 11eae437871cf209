"""A phone that sends photos, and visits that name them."""

from dataclasses import dataclass

import pytest

from server.db import RowChange, new_id, note_change, transaction
from server.photos.uses import Naming, name_photos
from server.records.models import Record
from server.times import utc_now
from server.visits.reading import PersonReads
from tests.server.photos.pictures import sha256
from tests.server.world import World


@dataclass
class Sender:
    """The photo calls of one person's phone."""

    client: object
    headers: dict[str, str]

    def head(self, name: str):
        return self.client.head(f"/api/v1/photos/{name}", headers=self.headers)

    def put(self, data: bytes, name: str | None = None):
        return self.client.put(f"/api/v1/photos/{name or sha256(data)}", data=data, headers=self.headers)

    def patch(self, data: bytes, start: int, end: int | None = None, **more):
        length = {"Upload-Length": str(len(data))} if start == 0 else {}
        headers = {**self.headers, "Upload-Offset": str(start), **length, **more}
        return self.client.patch(f"/api/v1/photos/{sha256(data)}", data=data[start:end], headers=headers)

    def get(self, name: str, size: str = "full"):
        return self.client.get(f"/api/v1/photos/{name}?size={size}", headers=self.headers)


@dataclass
class Office:
    """The desk's browser, signed in by cookie: it asks for photos on pages."""

    client: object

    def get(self, name: str, size: str = "full"):
        return self.client.get(f"/school/photos/{name}?size={size}")


@pytest.fixture
def phone(app, world):
    return lambda login: Sender(app.test_client(), world.headers(login))


@pytest.fixture
def visit_with(world):
    """Write a visit of class 1/0 that names photos, as the sync does: without their bytes."""

    def write(login: str, *hashes: str, place: str = "1/0") -> str:
        visit = Record(id=new_id(), kind="visit", **_record(world, login, place, hashes))
        with transaction() as session:
            visit.visit_id = visit.id
            session.add(visit)
            _note(session, visit)
            session.flush()
            name_photos(session, [Naming("visit", visit.id, world.staff[login], hashes)], PersonReads(session))
        return visit.id

    return write


def _record(world: World, login: str, place: str, hashes: tuple[str, ...]) -> dict[str, object]:
    now = utc_now()
    return {
        "school_id": world.schools[int(place[0])],
        "class_id": world.classes[place],
        "student_id": world.students[f"{place}/0"],
        "author_id": world.staff[login],
        "rev": 1,
        "fields": {"photos": list(hashes)},
        "state": "live",
        "created_at": now,
        "updated_at": now,
    }


def _note(session, visit: Record) -> None:
    note_change(session, RowChange(visit.school_id, "visit", visit.id, 1, (f"class:{visit.class_id}",)))
