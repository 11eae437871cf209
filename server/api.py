"""The API's common ground: how a JSON body is read, and how the contract is made from the schemas."""

from typing import Any

import orjson
from flask import Flask
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema, fields
from webargs import missing
from webargs.core import is_json
from webargs.flaskparser import FlaskParser


class StrictJsonParser(FlaskParser):
    """Reads JSON as the sync road does: endless nesting, endless numbers and half characters are no JSON."""

    def _raw_load_json(self, req: Any) -> Any:
        if not is_json(req.mimetype):
            return missing
        try:
            return orjson.loads(req.get_data(cache=True))
        except orjson.JSONDecodeError as error:
            self._handle_invalid_json_error(error, req)


class Blueprint(SmorestBlueprint):
    """A blueprint whose views stand in the contract."""

    ARGUMENTS_PARSER = StrictJsonParser()


class ErrorAnswer(Schema):
    """Every error: a code that never changes, one Chinese sentence with the next step, and what a program may need."""

    error = fields.String(required=True)
    message = fields.String(required=True)
    details = fields.Dict(required=True)
    request_id = fields.String(required=True)


class HouseApi(Api):
    """flask-smorest's API, with our one answer to errors in place of its own."""

    ERROR_SCHEMA = ErrorAnswer

    def _register_error_handlers(self) -> None:
        """Leave errors to `server.web`."""


def make_api(app: Flask) -> HouseApi:
    """Give the app the API object that its blueprints register with."""
    device = {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Device <token>"}
    session = {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]}
    app.config.update(
        API_TITLE="家访手记",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"components": {"securitySchemes": {"device": device, "session": session}}},
    )
    return HouseApi(app)


def contract(app: Flask) -> dict[str, Any]:
    """Give the API in the words of OpenAPI."""
    api: HouseApi = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    told: dict[str, Any] = api.spec.to_dict()
    return told
