"""What a page says of an error to the person before it, and the ways on from there."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from flask import Request

from server import errors

BUSY = "学校的服务器正忙，这一次没有收下。请过一会儿，返回上一页再试。"
# The messages of these speak of a phone, which keeps what was written and sends it again by itself. A page does not.
SAID: Mapping[type[errors.AppError], str] = {
    errors.AppError: "系统出了点问题，这一次没有办成。请返回上一页再试，仍不行请告诉学校。",
    errors.BadRequest: "这次请求没有读懂。请返回上一页，再试一次。",
    errors.SignInNeeded: "登录过期了，这一次没有存下。请重新登录，再提交一次。",
    errors.TooLarge: "这一次提交的内容太大，没有收下。请返回上一页，删短一些再提交。",
    errors.StorageFull: BUSY,
    errors.Busy: BUSY,
    errors.Stalled: "网络停住了，这一次没有收全。请返回上一页，再提交一次。",
}
OF_A_FAMILY = re.compile(r"/f/[\w-]{1,64}|/box/[\w-]{1,64}", re.ASCII)
OURS = ("/school", "/centre")


class Way(NamedTuple):
    """A link that leads on."""

    href: str
    words: str


def words_of(error: errors.AppError) -> str:
    """Give the sentence; one that was written for this very case stands as it is."""
    kind = type(error)
    return SAID.get(kind, error.message) if error.message == kind.message else error.message


def ways_from(asked: Request, error: errors.AppError) -> list[Way]:
    """Name the ways on: a family goes back to its own link or to the box, and is never led into the teachers' app."""
    family = OF_A_FAMILY.match(asked.path)
    if family:
        return [Way(family[0], "回意见箱" if family[0].startswith("/box") else "回家访反馈")]
    if asked.path.startswith(("/f/", "/box")):
        return []
    found = [Way("/school/", "回自己的页面")] if asked.path.startswith(OURS) else []
    if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) and asked.path.startswith(OURS):
        found.append(Way("/school/sign-in", "重新登录" if error.status == HTTPStatus.UNAUTHORIZED else "换个账号登录"))
    return [*found, Way("/", "打开家访手记")]
