"""Puts the web application together: settings, database, sessions, languages, pages, errors."""

from pathlib import Path

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from web import fields, filters, ops, procedure_words
from web.catalogues import language, start_languages
from web.display import display, display_classes
from web.draft_form import review_sections
from web.errors import start_errors
from web.icons import icon
from web.security import start_security
from web.session import start_sessions
from web.static_files import asset, static_address
from web.uploads import StreamingRequest
from web.views import PUBLIC, register_views
from workflow_engine import papers
from workflow_engine.calendars import national_calendar
from workflow_engine.config import Config, load
from workflow_engine.db import Database
from workflow_engine.installation import open_checked_database

# What a form may be beside its files: text of many rows.
MAX_FORM_BYTES = 2_000_000
MAX_FORM_PARTS = 5_000


def create_app(config: Config | None = None, database: Database | None = None) -> Flask:
    """The application for ``config`` (else config.toml and the environment), on ``database`` or the one it names."""
    config = config or load()
    app = Flask("web", root_path=str(Path(__file__).parent))
    app.request_class = StreamingRequest
    app.config["MAX_CONTENT_LENGTH"] = config.files.max_bytes + MAX_FORM_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_FORM_BYTES
    app.config["MAX_FORM_PARTS"] = MAX_FORM_PARTS
    app.extensions["configuration"] = config
    app.extensions["database"] = database or open_checked_database(config)
    app.extensions["calendar"] = national_calendar(config)
    ops.init_app(app)
    start_security(app, config)
    start_languages(app)
    start_sessions(app)
    start_errors(app)
    _prepare_templates(app, config)
    register_views(app)
    app.before_request(_keep_staff_pages_vietnamese)
    return app


def _prepare_templates(app: Flask, config: Config) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        icon=icon,
        asset=asset,
        due_chip=filters.due_chip,
        now=filters.now,
        static_address=static_address,
        display=display,
        display_classes=display_classes,
        is_demonstration=config.demo,
        intake_hours=config.dossier.intake_hours,
        review_sections=review_sections,
        max_file_size=f"{config.files.max_bytes // 1_000_000} MB",
        paper_number=papers.number_of,
        **fields.TEMPLATE_NAMES,
        **procedure_words.TEMPLATE_NAMES,
    )
    app.jinja_env.filters["lower_first"] = fields.lower_first
    app.jinja_env.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    app.jinja_env.filters["applicant_name"] = procedure_words.applicant_name
    for name in ("day", "short_day", "clock_time", "day_and_time", "weekday", "weekday_and_day", "duration"):
        app.jinja_env.filters[name] = getattr(filters, name)
    for name in ("file_size", "number", "pages"):
        app.jinja_env.filters[name] = getattr(filters, name)


def _keep_staff_pages_vietnamese() -> Response | None:
    """Only public pages have an English mirror."""
    if language() == "en" and request.blueprint is not None and request.blueprint not in PUBLIC:
        return redirect(request.path)
    return None
