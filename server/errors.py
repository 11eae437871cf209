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


class PhoneShutOut(SignInNeeded):
    """The device token belongs to a phone that was shut out: it drops what it has read, and keeps what was written on it."""

    code = "phone_shut_out"
    message = "这台手机已被停用。写好的都还在；要继续用，请重新登录。"


class WrongCredentials(AppError):
    """Unknown name or wrong password; the answer is the same for both."""

    code, status = "wrong_credentials", 401
    message = "登录名或密码不对。请再核对一次，忘了可以找德育处重设。"


class PasswordOnce(AppError):
    """The password is right and was given by the office: it opens nothing until a new one is sent along with it."""

    code, status = "password_once", 403
    message = "这是学校给的一次性密码。请换成只有您自己知道的密码。"


class PasswordOver(AppError):
    """The password is right and was given by the office, but too long ago: it opens nothing any more."""

    code, status = "password_over", 403
    message = "这个一次性密码已经过期，不能用了。请找德育处再给您一个新的。"


class PasswordWeak(AppError):
    """The new password is too short, or easily guessed by who knows the person; nothing was changed."""

    code, status = "password_weak", 422
    message = "新密码请用 8 位以上，不要和登录名、原来的密码一样。"


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


class Clash(AppError):
    """The state on the server is another one than the caller thinks; details say which."""

    code, status = "clash", 409
    message = "内容已经有了变化，请按最新的情况再试一次。"


class DeviceTaken(AppError):
    """The phone's id belongs to another person; the phone makes a new one."""

    code, status = "device_taken", 409
    message = "这台手机的编号已经被别人用了。请退出后重新登录一次。"


class CampaignOver(AppError):
    """The pledge of a campaign that no longer runs; nothing was changed."""

    code, status = "campaign_over", 409
    message = "这一次活动已经换了。请再看一遍五不准，重新承诺一次。"


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


class Stalled(AppError):
    """The caller's bytes stopped coming; what arrived of a photo is kept for the next attempt."""

    code, status = "stalled", 408
    message = "网络停住了，已收到的部分不会丢，稍后会接着送。"


class PhotoTooLarge(TooLarge):
    """The photo is over the limit; details: {"limit_bytes": int}."""

    code = "photo_too_large"
    message = "这张照片太大，学校服务器收不下（最大 5 MB）。请重新选这张照片，系统会先把它缩小。"


class NotAPicture(Unprocessable):
    """The bytes are no JPEG, PNG or WebP; nothing of them is kept. The message says what they are, where it is known."""

    code = "not_a_picture"
    message = "这个文件不是照片，没有收下。请从相册里选一张照片（JPEG、PNG 或 WebP）。"


class PhotoBroken(NotAPicture):
    """It begins like a picture, but the file is cut off or damaged; nothing of it is kept."""

    code = "photo_broken"
    message = "这张照片的文件不完整，没有收下。请重新选一次，或者再拍一张。"


class PhotoTooManyPixels(NotAPicture):
    """More pixels than can be decoded safely; details: {"limit_pixels": int}; nothing of it is kept."""

    code = "photo_too_many_pixels"
    message = "这张照片的尺寸太大，打不开。请重新选这张照片，系统会先把它缩小。"


class PhotoMismatch(Unprocessable):
    """The bytes that arrived have another sha256 than their address; they are wiped."""

    code = "photo_mismatch"
    message = "照片在路上出了差错，没有收下。照片还在手机里，请点“立即上传”重新发送。"


class PhotoErased(Unprocessable):
    """These bytes belonged to a family whose records were erased, and nothing else names them; none is kept."""

    code = "photo_erased"
    message = (
        "这张照片所在的家访记录已经按规定删除，学校不再收这张照片。别的家访也要用它的话，请在那次家访里重新选一次。"
    )


class UploadOffset(Clash):
    """The upload goes on from another place than the caller thinks: header and details `offset` say where."""

    code = "upload_offset"
    message = "这张照片已经收到了一部分，系统会从断开的地方接着送。"

    def __init__(self, offset: int) -> None:
        super().__init__(details={"offset": offset}, headers={"Upload-Offset": str(offset)})


class PhotoUnreadable(Unprocessable):
    """The bytes are stored but cannot be shown: the picture in them is damaged."""

    code = "photo_unreadable"
    message = "这张照片损坏了，打不开。手机里还有原图的话，请重新加一次。"
