"""The one call that a phone's engine makes: a round."""

import orjson
from flask import Response, current_app, request
from flask_smorest import Blueprint

from server.config import Config
from server.feedback.tickets import keep_stocked
from server.sync import inbox, pull, push
from server.sync.body import read_round
from server.sync.schemas import RoundAnswer, RoundRequest
from server.times import on_the_wire, utc_now
from server.web import current_actor, needs

bp = Blueprint("sync", __name__, url_prefix="/api/v1", description="One round: push, then pull.")


@bp.post("/sync")
@bp.doc(
    requestBody={"required": True, "content": {"application/json": {"schema": RoundRequest}}},
    responses={200: {"description": "The round was taken.", "content": {"application/json": {"schema": RoundAnswer}}}},
    security=[{"device": []}],
)
@bp.alt_response(400, description="No JSON that can be read: broken, or a broken gzip stream.")
@bp.alt_response(401, description="The token is missing, unknown or revoked.")
@bp.alt_response(413, description="More than 50 edits, 256 KiB of them, or 1 MiB of JSON; nothing was stored.")
@bp.alt_response(422, description="Not a round, or an edit without a readable id; nothing was stored.")
@bp.alt_response(503, description="The server cannot take more right now; what it stored it keeps.")
@needs("sync.round")
def sync_round() -> Response:
    """Take custody of the phone's edits, apply what can be applied, then say what changed in the person's scopes.

    The body may be gzip; it inflates to at most 1 MiB.
    """
    config: Config = current_app.config["JIAFANG"]
    actor = current_actor()
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    asked = read_round(request.get_data(cache=False), request.mimetype, encoding, config.round_max_bytes)
    outcomes = push.take(actor, asked.edits, inbox.note_of(asked.clock, asked.app))
    if asked.pull is not None:
        keep_stocked(actor, pull.tickets_shown(asked.pull), stock=config.ticket_stock)
    answer = {
        "server_time": on_the_wire(utc_now()),
        "outcomes": outcomes,
        "missing_photos": push.missing_photos(actor),
        **pull.answer(actor, asked.pull, asked.epoch),
    }
    return Response(orjson.dumps(answer), mimetype="application/json")
