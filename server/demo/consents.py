"""What the families of a demo class said of the school's letter: most agreed, a few were not asked yet, one or two declined."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from server.campaign.consent import consent_text
from server.consents import service as consents
from server.db import new_id
from server.schools.pinyin import pinyin_of
from server.schools.service import NewStudent

# Places from the end of the class list, as phones show it: whoever tries the product begins at its top, where all agreed.
NOT_ASKED = (3, 6, 9)
WORDS_ONLY = 5  # 只提意见，不同意记录: of the school's uses the family agreed to none, and said so at the school
DECLINED = 8


def agree(session: Session, students: Sequence[tuple[str, NewStudent]]) -> None:
    """Let each family of a class answer, or not. Shapes: (student id, what was entered of the student)."""
    in_order = sorted(students, key=lambda each: pinyin_of(each[1].name))
    for place, (student_id, new) in enumerate(reversed(in_order), 1):
        if place not in NOT_ASKED:
            agreed = place not in (WORDS_ONLY, DECLINED)
            channel = "oral" if place == WORDS_ONLY else "paper"
            uses = {"record": agreed, "photo_archive": agreed}
            word = consents.Word(student_id, _giver(new), uses, channel, source=new_id(), by_office=True)
            consents.say(session, word)


def _giver(new: NewStudent) -> str:
    """Name who answers for a child."""
    return next((one.relation for one in new.guardians if one.relation in consent_text().givers), "other_guardian")
