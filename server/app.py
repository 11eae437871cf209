"""The application: the only file that knows every blueprint and who listens to whom."""

import logging

from flask import Blueprint, Flask

from server import health, news, pages, shell, web
from server.accounts import gate, own_pages
from server.accounts import pages as sign_in_pages
from server.accounts import views as account_views
from server.accounts.passwords import Passwords
from server.api import make_api
from server.box import pages as box_pages
from server.confidence import centre_pages, ethics_pages, report_pages
from server.confidence import file_pages as ethics_file_pages
from server.confidence import models as confidence_models
from server.confidence import visits as reported_visits
from server.config import Config
from server.consents import models as consent_models
from server.consents.service import ConsentChanged
from server.db import init_db
from server.families import models as family_models
from server.feedback import consent_pages as family_consent
from server.feedback import contacts, forwarded, joining, letters, words_moved
from server.feedback import models as feedback_models
from server.feedback import pages as feedback_pages
from server.feedback import request_pages as family_request_pages
from server.jobs import models as job_models
from server.limits import models as limit_models
from server.office import (
    answer_pages,
    consent_pages,
    people_pages,
    person_pages,
    phone_pages,
    request_pages,
    roster_pages,
    settings_pages,
    student_pages,
    ticket_pages,
)
from server.oversight import gift_pages, paper_pages, visit_pages, withheld_pages
from server.oversight import pages as oversight_pages
from server.photos import models as photo_models
from server.photos import pages as photo_pages
from server.photos import views as photo_views
from server.photos.desk import Desk
from server.photos.service import Hooks
from server.records import feed
from server.records import models as record_models
from server.schools import models as school_models
from server.storage import PhotoStore
from server.suggestions import case_pages as suggestion_pages
from server.suggestions import models as suggestion_models
from server.suggestions import opinions
from server.suggestions import pages as suggestion_board
from server.suggestions.happened import ContactsForgotten, WordsMoved
from server.sync import kept_families
from server.sync import models as sync_models
from server.sync import pages as inbox_pages
from server.sync import views as sync_views
from server.visits import models as visit_models
from server.visits import reading as visit_reading
from server.visits import service as visit_service
from server.visits import views as visit_views
from server.visits import withheld
from server.visits.finishing import RecordsChanged

# Every table must be known before the first query or migration, whether or not a view needs it.
MODELS = (
    *(confidence_models, consent_models, family_models, feedback_models, job_models, limit_models, photo_models),
    record_models,
    *(school_models, suggestion_models, sync_models, visit_models),
)
BODY_MAX_BYTES = 16 * 1024 * 1024  # more is not even read; each view has a smaller limit of its own

API_BLUEPRINTS = (account_views.bp,)  # in the contract at /api/v1/openapi.json
PHONE_BLUEPRINTS: tuple[Blueprint, ...] = (
    photo_views.bp,
    sync_views.bp,
    visit_views.bp,
)  # asked with a device token only: no cookie, so nothing to forge
PAGE_BLUEPRINTS = (
    *(
        sign_in_pages.bp,
        own_pages.bp,
        oversight_pages.bp,
        visit_pages.bp,
        withheld_pages.bp,
        paper_pages.bp,
        ethics_pages.bp,
        gift_pages.bp,
        report_pages.bp,
        centre_pages.bp,
        inbox_pages.bp,
        people_pages.bp,
        person_pages.bp,
        student_pages.bp,
        roster_pages.bp,
        request_pages.bp,
        settings_pages.bp,
        consent_pages.bp,
        answer_pages.bp,
        phone_pages.bp,
        ticket_pages.bp,
        suggestion_board.bp,
        suggestion_pages.bp,
        ethics_file_pages.bp,
        box_pages.bp,
        photo_pages.bp,
        feedback_pages.bp,
        family_consent.bp,
        family_request_pages.bp,
        letters.bp,
        forwarded.bp,
        pages.bp,
    ),
    *(health.bp, shell.bp),
)


def create_app(config: Config) -> Flask:
    """Build the WSGI application from its settings.

    Raises: RuntimeError, if a view names no right and is not marked public.
    """
    logging.getLogger("jiafang").setLevel(logging.INFO)
    app = web.PlainFlask(__name__, static_folder=None, template_folder="templates")
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.sqlalchemy_url,
        MAX_CONTENT_LENGTH=BODY_MAX_BYTES,
        PERMANENT_SESSION_LIFETIME=config.session_days * 86_400,
        SESSION_COOKIE_NAME="__Host-jiafang" if config.tls else "jiafang",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.tls,
        SESSION_REFRESH_EACH_REQUEST=False,  # rolled with its row, once a day
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session it belongs to
        WTF_CSRF_CHECK_DEFAULT=True,
        WTF_CSRF_SSL_STRICT=False,  # `Referrer-Policy` and SameSite do that; strict breaks behind a proxy
        PRODUCTION=config.production,
        JIAFANG=config,
    )
    app.extensions["jiafang.passwords"] = Passwords(memory_kib=config.argon2_memory_kib, passes=config.argon2_passes)
    init_db(app, feed.stamp)
    app.extensions["jiafang.photos"] = _photo_desk(config)
    news.listen(app, ConsentChanged, withheld.hear)
    news.listen(app, RecordsChanged, opinions.hear)
    news.listen(app, RecordsChanged, joining.hold)  # before whoever looks for what was sent on a visit's links
    news.listen(app, RecordsChanged, reported_visits.hear)
    news.listen(app, RecordsChanged, joining.hear)
    news.listen(app, ContactsForgotten, contacts.hear)
    news.listen(app, WordsMoved, words_moved.hear)
    web.init_web(app, config, gate.gate())
    _register_blueprints(app)
    web.refuse_unmarked_views(app)
    return app


def _photo_desk(config: Config) -> Desk:
    """Tell photos who may read a record, and records when a photo arrives: photos stand below both."""
    hooks = Hooks(
        visit_reading.may_read_record,
        visit_reading.PersonReads,
        withheld.may_show_photos,
        kept_families.refuses_photo,
        kept_families.is_waited_for,
        visit_service.photo_arrived,
    )
    return Desk(PhotoStore(config.data_dir), hooks, config.photo_max_bytes)


def _register_blueprints(app: Flask) -> None:
    api = make_api(app)
    for blueprint in (*API_BLUEPRINTS, *PHONE_BLUEPRINTS):
        api.register_blueprint(blueprint)
    for blueprint in PHONE_BLUEPRINTS:
        web.csrf.exempt(blueprint)
    for blueprint in PAGE_BLUEPRINTS:
        app.register_blueprint(blueprint)
