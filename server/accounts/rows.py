"""What phones get of the staff: names and duties, nothing of how they sign in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Duty, Staff


def staff_rows(session: Session, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """Give members of staff, for everybody of their school.

    Shapes: id, name, left_on (ISO day or null), duties [{kind, class_id, grade, subject, from_on, to_on}], oldest first;
    the days stand in the row, so it need not change on the day a duty begins or ends.
    """
    duties: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for duty in session.scalars(select(Duty).where(Duty.staff_id.in_(ids)).order_by(Duty.from_on, Duty.id)):
        duties[duty.staff_id].append(
            {
                "kind": duty.kind,
                "class_id": duty.class_id,
                "grade": duty.grade,
                "subject": duty.subject,
                "from_on": duty.from_on.isoformat(),
                "to_on": duty.to_on.isoformat() if duty.to_on else None,
            }
        )
    query = select(Staff.id, Staff.name, Staff.left_on).where(Staff.id.in_(ids))
    return {
        id_: {"id": id_, "name": name, "left_on": left_on.isoformat() if left_on else None, "duties": duties[id_]}
        for id_, name, left_on in session.execute(query)
    }
