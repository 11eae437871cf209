"""The wire of a round, for the API's description and the types made from it.

A round's body is read by hand (`body.py`, `upcast.py`): an edit is kept as it came and never refused by a schema.
"""

from marshmallow import INCLUDE, Schema, fields, validate

STATUSES = ("applied", "conflict", "held", "quarantined", "returned", "erased", "refused")


class Open(Schema):
    """An object that may carry more than is described: what is not understood is kept, never refused."""

    class Meta:
        """Keep unknown keys."""

        unknown = INCLUDE


class ChangeWire(Open):
    """One field as the form showed it when it was opened, and as the teacher left it."""

    old = fields.Raw(allow_none=True)
    new = fields.Raw(required=True, allow_none=True)


class MembersWire(Open):
    """What goes into a set and out of it."""

    add = fields.List(fields.String())
    remove = fields.List(fields.String())


class ArgsWire(Open):
    """What a `resolve` (seen_rev, seen_alternative, choice, value) or a `merge` (into) says."""

    seen_rev = fields.Integer()
    seen_alternative = fields.String()
    choice = fields.String(validate=validate.OneOf(("head", "alternative", "both", "written")))
    value = fields.Raw(allow_none=True)
    into = fields.String()


class EditWire(Open):
    """One edit of one record; it never changes once it is written."""

    id = fields.String(required=True)
    record = fields.String(required=True)
    after = fields.String(allow_none=True)
    op = fields.String(required=True)
    v = fields.Integer(required=True)
    made_at = fields.String()
    changes = fields.Dict(keys=fields.String(), values=fields.Nested(ChangeWire))
    members = fields.Dict(keys=fields.String(), values=fields.Nested(MembersWire))
    args = fields.Nested(ArgsWire)


class ClockWire(Open):
    """The phone's clock and the offset it had measured: evidence, never order."""

    now = fields.String()
    offset_ms = fields.Integer(allow_none=True)


class PendingWire(Open):
    """What still waits on the phone."""

    edits = fields.Integer()
    photos = fields.Integer()
    bytes = fields.Integer()


class PullWire(Open):
    """How many rows the phone wants, its cursor in each scope it knows, and which parents' codes it has shown."""

    limit = fields.Integer()
    scopes = fields.Dict(keys=fields.String(), values=fields.Integer())
    tickets_shown = fields.List(fields.String())


class RoundRequest(Open):
    """One round: push, then pull; either may be absent. At most 50 edits and 256 KiB of them."""

    device = fields.String()
    epoch = fields.String(allow_none=True)
    app = fields.String()
    clock = fields.Nested(ClockWire)
    pending = fields.Nested(PendingWire)
    edits = fields.List(fields.Nested(EditWire))
    pull = fields.Nested(PullWire, allow_none=True)


class OutcomeWire(Schema):
    """What became of one edit; only `custody: true` lets the phone forget it."""

    id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    custody = fields.Boolean(required=True)
    rev = fields.Integer(required=True, allow_none=True)
    conflicts = fields.List(fields.String(), required=True)
    replayed = fields.Boolean(required=True)
    reason = fields.String()
    message = fields.String()
    case = fields.String()


class DigestWire(Schema):
    """Count and sum of `seq` of a scope's live rows."""

    n = fields.Integer(required=True)
    seqs = fields.String(required=True)


class ScopeWire(Schema):
    """Where one scope stands after this answer."""

    cursor = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    reset = fields.Boolean(required=True)
    digest = fields.Nested(DigestWire)


class RowChangeWire(Schema):
    """One row of one scope, put or removed."""

    scope = fields.String(required=True)
    kind = fields.String(required=True)
    id = fields.String(required=True)
    rev = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    op = fields.String(required=True, validate=validate.OneOf(("put", "remove")))
    row = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))


class RoundAnswer(Schema):
    """The answer to a round: an outcome for each edit, in their order, then what changed in the person's scopes."""

    epoch = fields.String(required=True)
    server_time = fields.String(required=True)
    pull = fields.String(required=True, validate=validate.OneOf(("ok", "signed_out", "restart")))
    outcomes = fields.List(fields.Nested(OutcomeWire), required=True)
    missing_photos = fields.List(fields.String(), required=True)
    scopes = fields.Dict(keys=fields.String(), values=fields.Nested(ScopeWire), required=True)
    changes = fields.List(fields.Nested(RowChangeWire), required=True)
    revoked = fields.List(fields.String(), required=True)
