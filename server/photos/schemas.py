"""The wire of photos: headers and query, for the contract at /api/v1/openapi.json."""

from marshmallow import Schema, fields, validate


class UploadHeaders(Schema):
    """Where a part goes, in bytes; the whole length must stand in the first one."""

    upload_offset = fields.Integer(required=True, data_key="Upload-Offset", validate=validate.Range(min=0))
    upload_length = fields.Integer(load_default=None, data_key="Upload-Length", validate=validate.Range(min=1))


class AskedSize(Schema):
    """Which picture: the small one (320 px on the long edge) or the whole."""

    size = fields.String(load_default="full", validate=validate.OneOf(["thumb", "full"]))
