"""A demo school's staff: the accounts of the README first, then as many colleagues as its classes need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle

from server.accounts.service import NewDuty
from server.demo.people import words

OTHERS = 30  # teachers beside the six accounts of the README
DEPUTY = 20  # which of them stands in for the 师德专员: t124
GRADES = (7, 8, 9)
CLASSES_A_GRADE = 3


@dataclass
class Post:
    """One member of staff to be: sign-in name and duties."""

    login: str
    duties: list[NewDuty] = field(default_factory=list)


def posts(number: int, classes: Mapping[tuple[int, int], str], since: date) -> list[Post]:
    """Plan a school's staff. `classes`: {(grade, number): class id}; every class gets one 班主任 and its subjects."""
    first, second, third = classes[7, 1], classes[7, 2], classes[7, 3]
    known = [
        Post(f"head{number}", [NewDuty("head", since), NewDuty("leader", since, class_id=first)]),
        Post(f"desk{number}", [NewDuty("desk", since)]),
        Post(f"ethics{number}", [NewDuty("ethics", since)]),
        Post(f"t{number}01", [NewDuty("homeroom", since, class_id=first)]),
        Post(f"t{number}02", [NewDuty("subject", since, class_id=each, subject="数学") for each in (first, second)]),
        Post(f"t{number}03", [NewDuty("homeroom", since, class_id=second)]),
    ]
    others = [Post(f"t{number}{place:02d}") for place in range(4, 4 + OTHERS)]
    taken = {first, second}
    homerooms = iter(others)
    for class_id in (third, *(each for each in classes.values() if each not in {*taken, third})):
        next(homerooms).duties.append(NewDuty("homeroom", since, class_id=class_id))
    others[DEPUTY].duties.append(NewDuty("ethics", since, deputy=True))
    _lead(others[-5:], classes, since)
    _teach(others[: OTHERS - 5], classes, since)
    return [*known, *others]


def _lead(leaders: list[Post], classes: Mapping[tuple[int, int], str], since: date) -> None:
    """Three heads of grade, and two deputies with a class of their own to keep in touch with."""
    for grade, post in zip(GRADES, leaders, strict=False):
        post.duties.append(NewDuty("grade_head", since, grade=grade))
    for grade, post in zip((8, 9), leaders[len(GRADES) :], strict=True):
        post.duties.append(NewDuty("leader", since, class_id=classes[grade, 1]))


def _teach(teachers: list[Post], classes: Mapping[tuple[int, int], str], since: date) -> None:
    """Give every subject of every class to somebody, a teacher one subject."""
    subjects: list[str] = words()["teachers"]["subjects"]
    of_subject: dict[str, list[Post]] = {subject: [] for subject in subjects}
    for post, subject in zip(teachers, _round(subjects), strict=False):
        of_subject[subject].append(post)
    own = {duty.class_id: post for post in teachers for duty in post.duties if duty.kind == "homeroom"}
    for subject in subjects:
        for (grade, place), class_id in classes.items():
            taken = subject == "数学" and grade == GRADES[0] and place in (1, 2)  # by the account …02
            if taken or subject not in words()["teachers"][str(grade)]:
                continue
            mine = own.get(class_id)  # a 班主任 teaches their own class
            least = min(of_subject[subject], key=lambda post: len(post.duties))
            post = mine if mine in of_subject[subject] else least
            post.duties.append(NewDuty("subject", since, class_id=class_id, subject=subject))


def _round(subjects: list[str]) -> Iterator[str]:
    """Give each subject once, then the big ones again and again."""
    yield from subjects
    yield from cycle(subjects[:6])
