"""The wire of a record's history, for the contract at /api/v1/openapi.json."""

from marshmallow import Schema, fields


class ChangeAnswer(Schema):
    """One field before and after a change; null where there was nothing."""

    field = fields.String(required=True)
    old = fields.Raw(required=True, allow_none=True)
    new = fields.Raw(required=True, allow_none=True)


class VersionAnswer(Schema):
    """What one change did: `by` is a staff id, null where nobody is named; `at` is the server's clock.

    `merged_from` is the id of the record in which it was written, if that was merged into this one afterwards; else null.
    `merges` says of a change that it took over what such a record held.
    """

    merged_from = fields.String(required=True, allow_none=True)
    merges = fields.Boolean(required=True)
    rev = fields.Integer(required=True)  # of the record in which it was written
    at = fields.String(required=True)
    by = fields.String(required=True, allow_none=True)
    changes = fields.List(fields.Nested(ChangeAnswer), required=True)


class LeftAnswer(Schema):
    """A value that was not kept, and whose it was: a staff id, null where nobody is named."""

    value = fields.Raw(required=True, allow_none=True)
    by = fields.String(required=True, allow_none=True)


class SettledAnswer(Schema):
    """How a person settled two values of one field: which stands (`kept`), and which of the two do not; `merged_from` as above."""

    merged_from = fields.String(required=True, allow_none=True)
    id = fields.String(required=True)
    at = fields.String(required=True)
    by = fields.String(required=True, allow_none=True)
    field = fields.String(required=True)
    kept = fields.Raw(required=True, allow_none=True)
    left = fields.List(fields.Nested(LeftAnswer), required=True)


class HistoryAnswer(Schema):
    """The newest versions of one record and of those merged into it, newest first; `more` says that some are left out.

    `settled` tells, newest first, the decisions that left something out; what they changed is in no version.
    """

    versions = fields.List(fields.Nested(VersionAnswer), required=True)
    settled = fields.List(fields.Nested(SettledAnswer), required=True)
    more = fields.Boolean(required=True)
