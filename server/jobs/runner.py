"""The process that does the chores: `flask --app server.cli jobs`. Start as many as you like, one of them works."""

import json
import logging
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from server.db import new_id
from server.jobs import lease
from server.jobs.chores import CHORES, Chore
from server.photos.desk import Desk
from server.times import utc_now

log = logging.getLogger("jiafang.jobs")


@dataclass
class Runner:
    """Does chores while it holds the lease.

    `begun`: whether it did those of the start, which wait for the lease too; `stopping`: it takes up none any more.
    """

    app: Flask
    chores: Sequence[Chore] = CHORES
    holder: str = field(default_factory=new_id)
    begun: bool = False
    stopping: bool = False

    def turn(self, chore: Chore, now: datetime | None = None) -> bool:
        """Do one chore if the lease can be had; returns whether it was this process's turn."""
        at = now or utc_now()
        with self.app.app_context():
            if self.stopping or not self._holds(at):
                return False
            if not self.begun:
                self.begun = True
                for first in self.chores:
                    if first.every_seconds == 0:
                        self._do(first, at)
            self._do(chore, at)
        return True

    def give_back(self) -> None:
        """Give the lease back, so that another process need not wait for its end."""
        with self.app.app_context():
            lease.give_back(self.holder)

    def _holds(self, now: datetime) -> bool:
        try:
            return lease.take(self.holder, now)
        except Exception as error:  # noqa: BLE001  # the database is away: the next turn asks again
            _tell("lease", error=type(error).__name__)
            return False

    def _do(self, chore: Chore, now: datetime) -> None:
        desk: Desk = self.app.extensions["jiafang.photos"]
        started = time.perf_counter()
        try:
            done = chore.work(desk, now)
        except Exception as error:  # noqa: BLE001  # one chore's trouble must not end the others
            _tell(chore.name, error=type(error).__name__)
            return
        if done:
            _tell(chore.name, done=done, ms=round((time.perf_counter() - started) * 1000))


def run(app: Flask) -> None:
    """Do the chores, one after the other, until SIGTERM or Ctrl+C."""
    runner = Runner(app)
    scheduler = BlockingScheduler(
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    for chore in CHORES:
        if chore.every_seconds:
            # The first round comes at once; a chore that is late comes once, not as often as it was missed.
            scheduler.add_job(
                runner.turn, "interval", args=[chore], seconds=chore.every_seconds, next_run_time=utc_now()
            )
    # Raised, not handled there: a signal may come while the scheduler holds one of its locks.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        scheduler.start()
    except (KeyboardInterrupt, SystemExit):
        runner.stopping = True
        scheduler.shutdown(wait=True)
    finally:
        runner.give_back()


def _tell(chore: str, **what: object) -> None:
    """Write one line without names, texts or links."""
    log.info(json.dumps({"at": time.time(), "job": chore, **what}))
