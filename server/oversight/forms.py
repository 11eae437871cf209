"""What the school fills in on its reading pages."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError

from server.visits.reviews import MORE, READ, WORDS_MAX_CHARS


class ReviewForm(FlaskForm):
    """已阅 or 请补充, by which of the two buttons was pressed."""

    state = StringField(validators=[AnyOf((READ, MORE))])
    seen_rev = IntegerField(validators=[InputRequired()])
    words = TextAreaField(
        "对老师说的话",
        [Length(max=WORDS_MAX_CHARS, message=f"请短一些，{WORDS_MAX_CHARS} 字以内。")],
        filters=[lambda text: (text or "").replace("\r\n", "\n").replace("\0", "").strip()],
    )

    def validate_words(self, field: TextAreaField) -> None:
        """Ask for words where something is to be added."""
        if self.state.data == MORE and not field.data:
            raise ValidationError("请写一句要补充什么，老师会看到。")
