"""Passwords: argon2id, with a bound on how many are worked on at once, since each takes memory on purpose."""

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2  # 2 times the memory of one hash, however many sign in together


class Passwords:
    """Hashes and checks passwords with one set of parameters; made once an application."""

    def __init__(self, *, memory_kib: int, passes: int) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._turns = BoundedSemaphore(AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def make(self, password: str) -> str:
        """Hash a password, about 0.1 s with the default parameters."""
        with self._turns:
            return self._hasher.hash(password)

    def fits(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the one; for an unknown person (None) it is never, in the same time."""
        with self._turns:
            try:
                right = self._hasher.verify(kept or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return right and kept is not None

    def aged(self, kept: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)
