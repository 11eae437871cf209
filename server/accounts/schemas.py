"""Sign-in and phones on the wire."""

from marshmallow import Schema, fields, validate

UUID_TEXT = validate.Regexp(
    r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", error="小写的 UUID，36 个字符。"
)
PRINTABLE = validate.Regexp(r"^[^\x00-\x1f\x7f]*$", error="不能含控制字符。")


class NewSession(Schema):
    """A name and a password; a new one beside it takes its place. What else a client sends is not looked at."""

    login = fields.String(required=True, validate=[validate.Length(1, 64), PRINTABLE])
    password = fields.String(required=True, validate=validate.Length(1, 256))
    new_password = fields.String(validate=validate.Length(1, 256))


class SignedInStaff(Schema):
    """Who is signed in; `roles` are the kinds of their duties of today."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    school_id = fields.String(required=True, allow_none=True)


class SessionAnswer(Schema):
    """The person, and the token that the session's own calls carry as `X-CSRFToken`."""

    staff = fields.Nested(SignedInStaff, required=True)
    csrf = fields.String(required=True)


class NewPledge(Schema):
    """Whoever signs names the campaign whose five 不准 they were shown."""

    campaign = fields.String(required=True, validate=[validate.Length(1, 16), PRINTABLE])


class PledgeAnswer(Schema):
    """The campaign that runs, and when this person signed for it."""

    campaign = fields.String(required=True)
    signed_at = fields.String(required=True, allow_none=True)


class NewDevice(Schema):
    """A phone that asks for its token; the id is made on the phone, one a (browser, person)."""

    id = fields.String(required=True, validate=UUID_TEXT)
    name = fields.String(required=True, validate=[validate.Length(1, 128), PRINTABLE])


class DeviceAnswer(Schema):
    """The phone's token, shown this once."""

    token = fields.String(required=True)
