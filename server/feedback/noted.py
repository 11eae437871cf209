"""What the questions say at their head after the consent's step. The page itself says which; the store is not asked again."""

from server.campaign.consent import consent_text
from server.feedback.opening import Opened

NO, YES, OTHERS = "no", "yes", "others"


def words_for(opened: Opened, noted: str, *, goes_on: bool = True) -> str:
    """Say what was noted (one of the above; "" for anything else), and to who goes on to the questions how it is changed later."""
    text, ours = consent_text(), opened.settings
    words = {NO: text.refused, YES: text.agreed}.get(noted, "")
    if not words:
        return text.for_others if noted == OTHERS else ""
    return text.noted(words, contact=ours.contact, phone=ours.phone) if goes_on else words
