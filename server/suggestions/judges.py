"""Who handles a matter that is about members of staff: the school's 师德专员, or the centre. One rule for words and reports."""

from sqlalchemy.orm import Session

from server.campaign.listening import listening
from server.suggestions.models import CENTRE, ETHICS
from server.suggestions.naming import Named
from server.suggestions.roster import may_be_meant, with_duty_kinds

ABOVE = frozenset({"ethics", "head", "leader"})  # who is not to judge what is said of themselves


def judged_by(session: Session, school_id: str, named: Named, text: str = "") -> str:
    """Give the circle that handles what is said of these members of staff.

    The centre, if one of them is a leader or a 师德专员, if the words speak of one without a name (校长, 书记), if the school has
    no 师德专员, or if each of those whom it has may be meant by a duty in the words.
    """
    judges = with_duty_kinds(session, school_id, ("ethics",))
    if not judges or with_duty_kinds(session, school_id, ABOVE) & set(named.staff):
        return CENTRE
    if any(word in text for word in listening().naming.leaders):
        return CENTRE
    return CENTRE if all(may_be_meant(session, judge, named.duties) for judge in judges) else ETHICS
