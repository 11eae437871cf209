"""What the school does meanwhile: moves students, changes duties, decides cases, erases a family, puts a backup back."""

import contextlib
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts import duties
from server.actor import Actor
from server.errors import AppError
from server.schools.models import Student
from server.sync import backup, cases, erasure, restore, sweeps
from server.sync.models import Case, InboxEdit
from server.times import utc_now
from server.visits import moving, reasons
from tests.torture.house import House, today
from tests.torture.wire import Ledger

ACTS = (
    *("move_student", "move_student", "duty_on", "duty_off", "accept_case", "accept_case", "return_case"),
    *("sweep", "sweep", "erase", "restore", "restore", "restore", "backup", "sign_out", "sign_in", "session_ends"),
)
NOTES = frozenset({"access_log", "devices", "job_lease"})  # what a request may write beside the records
SIDE_DUTIES = {"t101": ("subject", 1), "t102": ("subject", 1), "t103": ("subject", 0), "head1": ("leader", 0)}


def ids_in_custody(session: Session) -> set[str]:
    """List the ids of every edit that the inbox holds."""
    return set(session.scalars(select(InboxEdit.edit_id)))


class Office:
    """Everything that is not a phone."""

    def __init__(self, house: House, ledger: Ledger) -> None:
        self.house, self.ledger = house, ledger
        self.saved: Path | None = None
        self.photo_desk = house.app.extensions["jiafang.photos"]

    def act(self, act: str, login: str, pick: int) -> None:
        """Do one act by its name."""
        world = self.house.world
        if act in ("duty_on", "duty_off"):
            kind, index = SIDE_DUTIES[login]
            self.house.set_duty(world.staff[login], kind, world.classes[f"1/{index}"], on=act == "duty_on")
        elif act in ("accept_case", "return_case"):
            self.decide(pick, accept=act == "accept_case")
        elif act == "put_right":
            self.decide(pick, accept=True, student=self.student(pick))
        elif act == "sweep":
            self.sweep(6 if pick % 2 else 0)
        else:
            {"move_student": self.move, "erase": self.erase, "backup": lambda _: self.back_up()}[act](pick)

    def student(self, pick: int) -> str:
        """Choose a student of school 1."""
        students = [each for name, each in self.house.world.students.items() if name.startswith("1/")]
        return students[pick % len(students)]

    def move(self, pick: int) -> None:
        """Move a student to another class, now and then of another school: their visits go along."""
        self.move_child(self.student(pick), pick)

    def move_child(self, student: str, pick: int) -> None:
        """Move this one, unless they were erased."""
        classes = [self.house.world.classes[name] for name in ("1/0", "1/1", "2/0")]
        with self.house.act() as session:
            row = session.get_one(Student, student)
            if not row.erased:
                step = 2 if pick % 7 == 0 else 1
                moving.move_student(session, student, classes[(classes.index(row.class_id) + step) % len(classes)])

    def erase(self, pick: int) -> None:
        """Erase a family; few of them, so that there is something left to torture."""
        student = self.student(pick % 2)
        self.ledger.erased.add(student)
        desk = self.desk()
        with self.house.app.app_context():
            erasure.erase(self.photo_desk, student, by=desk)

    def desk(self) -> Actor:
        """Tell who acts."""
        with self.house.look() as session:
            return duties.actor_on(session, self.house.world.staff["desk1"], today())

    def decide(self, pick: int, *, accept: bool, student: str | None = None) -> None:
        """Accept a case of the office's inbox, perhaps for another student, or return it.

        What came under a used id is never accepted here.
        """
        with self.house.look() as session:
            waiting = list(session.scalars(select(Case).where(Case.status == "open").order_by(Case.opened_at)))
        if student:  # mostly it is a visit that somebody began for a child whom they do not teach
            waiting = [case for case in waiting if case.reason == reasons.NOT_YOURS] or waiting
        if not waiting:
            return
        desk, case = self.desk(), waiting[pick % len(waiting)]
        with self.house.app.app_context(), contextlib.suppress(AppError):  # what still cannot be applied stays a case
            if accept and case.reason != reasons.ID_REUSED:
                cases.accept(desk, case.id, student)
                if student:
                    self.note_put_right(case.edit_id, student)
            else:
                cases.return_(desk, case.id, "请再看一下。")

    def note_put_right(self, edit_id: str, student: str) -> None:
        """Remember whose family a visit tells about now."""
        with self.house.look() as session:
            visit = session.scalar(select(InboxEdit.record_id).where(InboxEdit.edit_id == edit_id))
        self.ledger.put_right.add(visit)
        self.ledger.student_of[visit] = student

    def sweep(self, days: int = 0) -> None:
        """Let the jobs pass, now and as if days had gone by, and start the server again."""
        now = utc_now() + timedelta(days=days, minutes=2)
        with self.house.app.app_context():
            sweeps.retry_newer(now)
            sweeps.sweep(now)

    def back_up(self) -> None:
        """Write a backup."""
        self.saved = self.house.config.data_dir / "saved.tar"
        self.saved.unlink(missing_ok=True)
        with self.house.app.app_context():
            backup.save(self.photo_desk, self.saved)

    def restore(self) -> bool:
        """Put the last backup back; where there is none, write one."""
        if self.saved is None:
            self.back_up()
            return False
        with self.house.app.app_context():
            restore.restore(self.photo_desk, self.saved)
        return True
