"""Audiences: who holds which scope, and in which scopes a record stands. A row is the same for all who hold its scope."""

from collections.abc import Iterable

from server.actor import Actor

IN_CLASS = frozenset({"homeroom", "subject", "leader"})  # duties that read a class on the phone


def school(school_id: str) -> str:
    """Name the scope of a school's staff."""
    return f"school:{school_id}"


def of_class(class_id: str) -> str:
    """Name the scope of everyone on duty for a class."""
    return f"class:{class_id}"


def care(class_id: str) -> str:
    """Name the scope of a class's 班主任."""
    return f"care:{class_id}"


def self_(staff_id: str) -> str:
    """Name the scope of one person."""
    return f"self:{staff_id}"


def device(device_id: str) -> str:
    """Name the scope of one phone."""
    return f"device:{device_id}"


def without_others(named: Iterable[str], staff_ids: Iterable[str]) -> tuple[str, ...]:
    """Leave out the scopes of persons who are not among these."""
    theirs = set(map(self_, staff_ids))
    return tuple(scope for scope in named if not scope.startswith("self:") or scope in theirs)


def held(actor: Actor) -> tuple[str, ...]:
    """Name every scope that this person holds today, in the order in which a pull answers them.

    The small and the general come first, so that a new phone can show names before it shows visits.
    Whoever has left holds none.
    """
    if not actor.here:
        return ()
    on_duty = sorted(class_id for class_id, kinds in actor.classes.items() if kinds & IN_CLASS)
    caring = sorted(class_id for class_id, kinds in actor.classes.items() if "homeroom" in kinds)
    return (
        *([school(actor.school_id)] if actor.school_id else ()),
        *map(of_class, on_duty),
        *map(care, caring),
        self_(actor.staff_id),
        *([device(actor.device_id)] if actor.device_id else ()),
    )


def of_record(kind: str, class_id: str | None, people: Iterable[str], beside: Iterable[str] = ()) -> tuple[str, ...]:
    """Name the scopes that a record stands in, and its conflicts with it.

    `people`: for `visit` and `visit_private` who took part in the visit (creator and visitors); else its creator.
    `beside`: the other classes that a visit is told to, those of brothers and sisters.
    """
    own = tuple(sorted({self_(person) for person in people}))
    if kind == "visit" and class_id:
        return (*map(of_class, (class_id, *sorted({*beside} - {class_id}))), *own)
    if kind == "visit_private" and class_id:
        return (care(class_id), *own)
    return own
