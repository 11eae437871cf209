"""Every error that a caller can cause: a stable code, an HTTP status and one Chinese sentence with the next step.

Raised anywhere, answered in one place (`server/web.py`). Imports no framework.
"""

from collections.abc import Mapping


class AppError(Exception):
    """An error with a code that never changes; `details` are for programs, the message is for people."""

    code = "internal"
    status = 500
    message = "系统出了点问题，您写的没有丢。请稍后再试，仍不行请告诉学校管理员。"

    def __init__(
        self,
        *,
        message: str | None = None,
        details: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.message = message or self.message
        self.details = dict(details or {})
        self.headers = dict(headers or {})
        super().__init__(self.code)


class BadRequest(AppError):
    """The request cannot be read: broken JSON, a broken gzip stream, a missing header."""

    code, status = "bad_request", 400
    message = "这次请求没有读懂，内容还在您的设备上。请再试一次。"


class SignInNeeded(AppError):
    """Nobody is signed in, or the device token is unknown or revoked."""

    code, status = "sign_in_needed", 401
    message = "登录过期了。可以接着写，也会照常保存；请重新登录。"


class WrongCredentials(AppError):
    """Unknown name or wrong password; the answer is the same for both."""

    code, status = "wrong_credentials", 401
    message = "用户名或密码不对。请再核对一次，忘了可以找德育处重设。"


class NotAllowed(AppError):
    """The person's duties do not include this right, here and now."""

    code, status = "not_allowed", 403
    message = "您的职责里没有这一项。需要的话，请找学校德育处开通。"


class CsrfFailed(AppError):
    """The form or call carries no valid CSRF token; nothing was changed."""

    code, status = "csrf_failed", 400
    message = "这一页放得太久了，请刷新后再提交一次。"


class NotFound(AppError):
    """No such thing, or none that this person may know of."""

    code, status = "not_found", 404
    message = "没有找到要看的内容。请返回上一页再试。"


class MethodNotAllowed(AppError):
    """The address exists, the method does not."""

    code, status = "method_not_allowed", 405
    message = "这个地址不支持这样的操作。请返回上一页再试。"


class Gone(AppError):
    """It was here and is not any more."""

    code, status = "gone", 410
    message = "这项内容已经不在了。请返回上一页。"


class Clash(AppError):
    """The state on the server is another one than the caller thinks; details say which."""

    code, status = "clash", 409
    message = "内容已经有了变化，请按最新的情况再试一次。"


class TooLarge(AppError):
    """The body is over the limit; details: {"limit_bytes": int} or {"limit_edits": int}."""

    code, status = "too_large", 413
    message = "这一次发送的内容太大，系统会自动分成小份再送。"


class Unprocessable(AppError):
    """The body parses and makes no sense; details say where."""

    code, status = "unprocessable", 422
    message = "有一处填写的内容系统不认识。请检查后再提交。"


class TooManyTries(AppError):
    """A limit was reached; `Retry-After` says when to come back."""

    code, status = "too_many_tries", 429
    message = "试的次数太多了，请过十分钟再试。"


class StorageFull(AppError):
    """The server's disk or database cannot take more right now; nothing was stored of this request."""

    code, status = "storage_full", 503
    message = "学校服务器暂时收不下，您写的还在手机里，稍后会自动再送。"


class Busy(AppError):
    """The database is locked or away; nothing was stored of this request."""

    code, status = "busy", 503
    message = "学校服务器正忙，您写的还在手机里，稍后会自动再送。"
