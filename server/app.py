"""The application: the only file that knows every blueprint and who listens to whom."""

import logging

from flask import Flask

from server import web
from server.config import Config
from server.db import init_db
from server.records import feed


def create_app(config: Config) -> Flask:
    """Build the WSGI application from its settings."""
    logging.getLogger("jiafang").setLevel(logging.INFO)
    app = Flask(__name__, static_folder=None, template_folder="templates")
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.sqlalchemy_url,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.tls,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session it belongs to
        WTF_CSRF_CHECK_DEFAULT=True,
        PRODUCTION=config.production,
        JIAFANG=config,
    )
    init_db(app, feed.stamp)
    return app
