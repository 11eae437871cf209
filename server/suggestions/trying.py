"""Two who write the same rows in one moment: the database ends one of them, and that one simply does it again."""

import logging
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from server.errors import Busy

ATTEMPTS = 3
LOST = "刚才有人在同一时刻也在改，没有存上。您写的还在这一页，请再点一次。"
log = logging.getLogger("jiafang.suggestions")


def do(deed: Callable[[], None]) -> None:
    """Run one whole transaction, again if it lost a race.

    Raises: Busy, if it lost every time; nothing was changed then. Whatever the deed raises by itself.
    """
    for _ in range(ATTEMPTS):
        try:
            deed()
        except DBAPIError:
            log.warning("a deed about a suggestion lost a race and is tried again")
        else:
            return
    raise Busy(message=LOST)
