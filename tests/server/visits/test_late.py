"""补录 is for the author and the office: it stands in no row that a whole class holds."""

from server.db import reading
from server.visits.models import VisitFacts
from tests.server.sync.phone import id_of, new_visit


def test_a_colleague_is_not_told_that_a_visit_was_written_late(phone, other, world):
    made = new_visit(world, visit_date="2026-09-01", visit_result="done")
    phone.push(made)
    with reading() as session:
        assert session.get(VisitFacts, id_of(made)).late_entry
    assert "late_entry" not in other.row("visit", id_of(made))
