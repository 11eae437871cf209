"""Photo bytes under torture: put in pieces, cut, killed midway, gone on with; what was said to be stored must be stored."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.photos.models import PhotoUse
from server.photos.uses import missing_of
from server.storage import PhotoStore
from server.visits.withheld import letting_photos_be_seen
from tests.server.photos.pictures import picture, sha256
from tests.torture.house import House, ServerKilled
from tests.torture.phone import Profile
from tests.torture.stores import NoAnswerError, ProtocolError

PICTURES = {sha256(data): data for data in (picture(size=(16, 16), seed=seed) for seed in range(3))}
NAMES = sorted(PICTURES)
PIECES = 3


@dataclass
class PhotoWire:
    """Carries photo bytes from phones to one house, a piece at a time."""

    house: House

    def send(self, profile: Profile, sha: str, *, pieces: int = PIECES + 1, commits: int | None = None) -> None:
        """Send a photo on from where the server has it; the phone dies after some pieces, the server after some commits."""
        data = PICTURES[sha]
        size = len(data) // PIECES + 1
        offset = self._stored_up_to(profile, sha)
        while offset is not None and pieces > 0:
            pieces -= 1  # all of it may be here and not said to be stored: then an empty piece asks for the end
            offset = self._send_piece(profile, sha, offset, data[offset : offset + size], commits)
        if offset is None:
            profile.outbox.photos[sha] = "delivered"

    def _stored_up_to(self, profile: Profile, sha: str) -> int | None:
        """Ask how far it has come; None: it is stored."""
        status, headers = self._ask("HEAD", profile, sha, {}, b"", None)
        if status == 404:
            return 0
        return None if status == 200 else int(headers["Upload-Offset"])

    def _send_piece(self, profile: Profile, sha: str, offset: int, piece: bytes, commits: int | None) -> int | None:
        said = {"Upload-Offset": str(offset), "Upload-Length": str(len(PICTURES[sha]))}
        status, headers = self._ask("PATCH", profile, sha, said, piece, commits)
        if status not in (201, 204, 409):
            raise ProtocolError(f"{profile.name}: a piece of {sha} was answered {status}")
        return None if status == 201 else int(headers["Upload-Offset"])

    def _ask(
        self, method: str, profile: Profile, sha: str, said: dict[str, str], body: bytes, commits: int | None
    ) -> tuple[int, dict[str, str]]:
        headers = {
            "Authorization": f"Device {profile.token}",
            "Content-Type": "application/offset+octet-stream",
            **said,
        }
        self.house.commits_left = commits
        try:
            reply = self.house.app.test_client().open(
                f"/api/v1/photos/{sha}", method=method, headers=headers, data=body
            )
        except ServerKilled:
            raise NoAnswerError from None
        finally:
            self.house.commits_left = None
        return reply.status_code, dict(reply.headers)


def delivered_photos_are_stored(session: Session, store: PhotoStore, profiles: Iterable[Profile]) -> None:
    """A photo that a record names, and whose bytes its adder's phone gave away, is stored with the right hash and shown."""
    for profile in profiles:
        for sha, state in profile.outbox.photos.items():
            named = (PhotoUse.sha256 == sha) & (PhotoUse.added_by == profile.staff) & PhotoUse.named
            uses = session.scalars(select(PhotoUse).where(named)).all()
            if state == "delivered" and uses:
                assert hashlib.sha256(store.path(sha).read_bytes()).hexdigest() == sha
                assert all(use.shown for use in uses), f"{profile.name} gave {sha}, and it is not shown"


def no_photo_is_missing_that_a_phone_has(session: Session, profiles: Iterable[Profile]) -> None:
    """With the network healed, every photo has arrived that its adder's phone holds."""
    for profile in profiles:
        assert not profile.outbox.photos.keys() & set(missing_of(session, profile.staff, letting_photos_be_seen)), (
            f"{profile.name} misses photos"
        )
