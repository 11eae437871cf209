"""News that travels upward: what happened below, told to whoever above has asked to hear of it.

A lower feature tells, inside its transaction, and knows nobody; `app.py` brings the two together. A listener works in the
same transaction: what it cannot do undoes what it was told of, so that neither stands without the other.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm import Session

Listener = Callable[[Session, Any], None]


def listen(app: Flask, kind: type[Any], listener: Listener) -> None:
    """Let a function hear every piece of news of one kind (its class), in the order of registration."""
    app.extensions.setdefault("jiafang.listeners", {}).setdefault(kind, []).append(listener)


def tell(session: Session, news: object) -> None:
    """Tell a piece of news to whoever listens for its kind; without a listener nothing happens."""
    for listener in current_app.extensions.get("jiafang.listeners", {}).get(type(news), ()):
        listener(session, news)
