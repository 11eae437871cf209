"""Photos on the school's pages, under the browser's session."""

from flask import Blueprint, Response, request

from server.errors import PhotoUnreadable
from server.photos.answers import checked_hash, desk, file_answer
from server.photos.giving import give
from server.web import current_actor, needs

bp = Blueprint("photo_pages", __name__, url_prefix="/school")

# An <img> cannot show a sentence from an error: this picture says it.
UNREADABLE = """<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240" viewBox="0 0 320 240" role="img">
<rect width="320" height="240" fill="#eef0f2"/>
<text x="160" y="116" text-anchor="middle" font-size="18" fill="#4a5560">这张照片损坏了，打不开</text>
<text x="160" y="144" text-anchor="middle" font-size="14" fill="#4a5560">手机里还有原图的话，请老师重新加一次</text>
</svg>"""


@bp.get("/photos/<sha256>")
@needs("visit.paper")
def show_photo(sha256: str) -> Response:
    """Show a photo (`?size=thumb` or `full`) to whoever may read a record that shows it."""
    size = "thumb" if request.args.get("size") == "thumb" else "full"
    try:
        given = give(desk(), current_actor(), checked_hash(sha256), size)
    except PhotoUnreadable:
        return Response(UNREADABLE, mimetype="image/svg+xml")
    return file_answer(given)
