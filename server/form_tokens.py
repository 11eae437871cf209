"""Tokens of forms that people fill in without signing in and without a cookie (ADR 0011).

A token says which page it was made for and carries an id of its own: a form that is sent twice has one effect. It is
signed, not kept; what a stranger's site could send for somebody, it could as well send itself.
"""

from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from server.db import new_id
from server.errors import AppError
from server.keys import key_for

LIVES_SECONDS = 7 * 86_400  # a page that was opened last week may still be sent


class FormTokenUnfit(AppError):
    """The token is missing, forged, of another page, or too old. The page shows the words again, with a fresh one."""

    code, status = "form_token", 400
    message = "这一页放得太久了。您写的还在，请再点一次“提交”。"


@dataclass(frozen=True)
class FormTokens:
    """The tokens of one kind of page ("feedback", "box")."""

    kind: str

    def make(self, subject: str, id_: str = "") -> str:
        """Make a token for one page: `subject` is what the page is about (a ticket's id, a school's id); `id_`: "" draws one."""
        return str(self._serializer().dumps([subject, id_ or new_id()]))

    def read(self, token: str, subject: str) -> str:
        """Give the id of the form that a token came with.

        Raises: FormTokenUnfit.
        """
        try:
            said: Any = self._serializer().loads(token, max_age=LIVES_SECONDS)
        except (SignatureExpired, BadSignature) as error:
            raise FormTokenUnfit from error
        if not isinstance(said, list) or len(said) != 2 or said[0] != subject:  # noqa: PLR2004  # subject, id
            raise FormTokenUnfit
        return str(said[1])

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(key_for("form tokens"), salt=self.kind)
