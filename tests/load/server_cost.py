"""CPU of the whole server per visit, against a bare Flask handler doing one entry a request."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.load.entries import jpeg, round_body, visit_edit
from tests.load.figures import Figure, in_pairs
from tests.load.served import Served, sign_in

BATCH, BATCHES, WITH_PHOTOS = 20, 10, 60  # a turn takes some tenths of a second: CPU is counted in hundredths
HTTP_OK = (200, 201)
LAST_DAY, APART = date(2026, 9, 30), timedelta(days=2)


class Visits:
    """Visits as a class has them, without end: one child after the other, and none twice on the same day or the next."""

    def __init__(self, students: list[str]) -> None:
        self._students, self._made = students, count()

    def edit(self, photos: list[str] | None = None) -> dict[str, Any]:
        """Make the next one."""
        turn, place = divmod(next(self._made), len(self._students))
        return visit_edit(self._students[place], photos, visit_date=str(LAST_DAY - turn * APART))


def measure(folder: Path) -> Iterator[Figure]:
    """Measure text only and with three photos, in alternating pairs."""
    ours = Served("server.wsgi:app", folder / "ours")
    for command in (("db", "upgrade"), ("demo", "--if-empty")):
        ours.flask(*command)
    with ours, Served("tests.load.bare:app", folder / "bare") as bare:
        headers, _ = sign_in(ours, "t101")
        visits, seeds = Visits(class_roster(ours, headers)), count(1)
        texts = in_pairs(lambda: texts_ours(ours, headers, visits), lambda: texts_bare(bare, visits))
        note = f"{texts.ours * 1000:.2f} ms a visit; bare {texts.floor * 1000:.2f} ms"
        yield Figure("CPU per visit, batches of 20, over a bare handler", texts.ratio, 2.5, "times", note)
        photos = in_pairs(lambda: photos_ours(ours, headers, visits, seeds), lambda: photos_bare(bare, visits, seeds))
        note = f"{photos.ours * 1000:.2f} ms a visit; bare {photos.floor * 1000:.2f} ms"
        yield Figure("CPU per visit with 3 photos, over a bare handler", photos.ratio, 2.0, "times", note)


def class_roster(served: Served, headers: dict[str, str]) -> list[str]:
    """Pull once, as a new phone does, and list the students whose families let visits be written down."""
    _, answer = served.call("POST", "/api/v1/sync", round_body([], {"limit": 500, "scopes": {}}), headers)
    students = [change for change in answer["changes"] if change["kind"] == "student"]
    return [change["id"] for change in students if change["row"]["may_record"] == "yes"]


def expect(status: int, answer: Any) -> Any:
    """Fail loudly: a figure of refused requests is no figure."""
    if status not in HTTP_OK:
        raise AssertionError((status, answer))
    return answer


def cpu_of(served: Served, work: Callable[[], None], visits: int) -> float:
    """Give CPU seconds a visit of what `work` made the server do."""
    before = served.cpu()
    work()
    return (served.cpu() - before) / visits


def texts_ours(served: Served, headers: dict[str, str], visits: Visits) -> float:
    """Send batches of 20 visits."""
    bodies = [round_body([visits.edit() for _ in range(BATCH)]) for _ in range(BATCHES)]
    link = served.connect()

    def work() -> None:
        for body in bodies:
            answer = expect(*served.call("POST", "/api/v1/sync", body, headers, link))
            statuses = {outcome["status"] for outcome in answer["outcomes"]}
            if statuses != {"applied"}:
                raise AssertionError(statuses)

    return cpu_of(served, work, BATCH * BATCHES)


def texts_bare(served: Served, visits: Visits) -> float:
    """Send the same visits one a request."""
    bodies = [visits.edit() for _ in range(BATCH * BATCHES)]
    link = served.connect()
    return cpu_of(
        served,
        lambda: [expect(*served.call("POST", "/entry", body, None, link)) for body in bodies] and None,
        BATCH * BATCHES,
    )


def photos_ours(served: Served, headers: dict[str, str], visits: Visits, seeds: "count[int]") -> float:
    """Send batches of 20 visits with 3 photos each, then the photos, as the phone does: text first."""
    pictures = [jpeg(next(seeds)) for _ in range(3 * WITH_PHOTOS)]
    names = [hashlib.sha256(each).hexdigest() for each in pictures]
    edits = [visits.edit(names[3 * turn : 3 * turn + 3]) for turn in range(WITH_PHOTOS)]
    bodies = [round_body(edits[start : start + BATCH]) for start in range(0, WITH_PHOTOS, BATCH)]
    link = served.connect()

    def work() -> None:
        for body in bodies:
            expect(*served.call("POST", "/api/v1/sync", body, headers, link))
        for name, picture in zip(names, pictures, strict=True):
            expect(
                *served.call("PUT", f"/api/v1/photos/{name}", picture, {**headers, "Content-Type": "image/jpeg"}, link)
            )

    return cpu_of(served, work, WITH_PHOTOS)


def photos_bare(served: Served, visits: Visits, seeds: "count[int]") -> float:
    """Send the same, one entry a request."""
    pictures = [jpeg(next(seeds)) for _ in range(3 * WITH_PHOTOS)]
    edits = [visits.edit() for _ in range(WITH_PHOTOS)]
    link = served.connect()

    def work() -> None:
        for edit in edits:
            expect(*served.call("POST", "/entry", edit, None, link))
        for picture in pictures:
            name = hashlib.sha256(picture).hexdigest()
            expect(*served.call("PUT", f"/photo/{name}", picture, {"Content-Type": "image/jpeg"}, link))

    return cpu_of(served, work, WITH_PHOTOS)
