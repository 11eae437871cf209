"""The part of a family's page, and of the box, in which something is reported in confidence."""

from wtforms import BooleanField, Form, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from server.campaign.listening import listening
from server.campaign.parents import asked_of_parents
from server.confidence.service import Reported
from server.suggestions.service import TEXT_MAX_CHARS, clean


class Ticks(SelectMultipleField):
    """Several choices, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ConfidingForm(Form):
    """Which of the five 不准, in one's own words, who is to read it, and whether an answer is wished for."""

    five_no = Ticks(
        "遇到了哪一样",
        [Optional()],
        choices=[SelectChoice(each.code, each.label) for each in listening().codes["five_no"]],
    )
    five_no_text = TextAreaField(
        "是怎么回事",
        [
            Optional(),
            Length(max=TEXT_MAX_CHARS, message="最多300字。请删短一些，多的可以从意见箱再写一条。"),
        ],
    )
    five_no_to = RadioField(
        "给谁看",
        choices=[SelectChoice(each.code, each.short) for each in asked_of_parents().codes["five_no_to"]],
        default="ethics",
    )
    five_no_reply = BooleanField("处理后，请在这里答复我")

    def reported(self) -> Reported:
        """Give what is reported; `NOTHING`, where nothing is."""
        return Reported(
            reasons=tuple(self.five_no.data or ()),
            text=self.five_no_text.data or "",
            to=self.five_no_to.data or "ethics",
            reply_wanted=bool(self.five_no_reply.data),
        )

    def confides(self) -> bool:
        """Tell whether anything is reported in confidence."""
        return bool(self.five_no.data or clean(self.five_no_text.data or ""))

    def name_centre(self, centre: str) -> None:
        """Say the centre by its name where the report may be sent to it alone."""
        chosen = asked_of_parents().codes["five_no_to"]
        self.five_no_to.choices = [SelectChoice(each.code, each.short.replace("{centre}", centre)) for each in chosen]
