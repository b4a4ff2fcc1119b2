"""The languages of the screens: which one a reader sees, and the catalogues made ready.

Templates are written in Vietnamese; catalogue ``en`` translates the public pages. The engine speaks English; catalogue
``vi`` translates its sentences. Addresses under /en/ are English: the prefix becomes the script root, so that every
link made inside such a page stays in it.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, has_request_context, request
from flask_babel import Babel, gettext

from web.filters import day_and_time
from workflow_engine.errors import EngineError, FieldError

FOLDER = Path(__file__).parent / "translations"
LANGUAGES = ("vi", "en")
ENGLISH_ROOT = "/en"

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def language() -> str:
    """The language of the page being made: "vi" or "en"."""
    return "en" if has_request_context() and request.script_root.endswith(ENGLISH_ROOT) else "vi"


def in_other_language() -> str:
    """Address of this very page in the other language."""
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    root = request.script_root
    other = root.removesuffix(ENGLISH_ROOT) if language() == "en" else root + ENGLISH_ROOT
    return f"{other}{request.path}{query}"


def sentence(error: EngineError | FieldError) -> str:
    """What the engine says, in the language of the reader; a parameter with a twin ``…_en`` is shown in it too."""
    return gettext(error.msgid).format_map(_readable(error.params)) if error.params else gettext(error.msgid)


def _readable(params: Mapping[str, Any]) -> dict[str, Any]:
    spoken = {}
    for name, value in params.items():
        chosen = params.get(f"{name}_en") or value if language() == "en" else value
        spoken[name] = day_and_time(chosen) if isinstance(chosen, datetime) else chosen
    return spoken


def start_languages(app: Flask) -> None:
    """Make the catalogues ready and let the address choose the language."""
    compile_catalogues()
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, locale_selector=language)
    app.jinja_env.globals.update(language=language, in_other_language=in_other_language, sentence=sentence)
    app.wsgi_app = _english_root(app.wsgi_app)  # type: ignore[assignment,method-assign] # Flask's own way to wrap it


def compile_catalogues() -> None:
    """Write messages.mo beside every messages.po that is newer; safe when several processes start at once."""
    for source in FOLDER.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_name(f".messages.{os.getpid()}.mo")
        with source.open("rb") as text, draft.open("wb") as compiled:
            write_mo(compiled, read_po(text))
        draft.replace(target)


def _english_root(application: WsgiApplication) -> WsgiApplication:
    def choose(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == ENGLISH_ROOT or path.startswith(ENGLISH_ROOT + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + ENGLISH_ROOT
            environ["PATH_INFO"] = path.removeprefix(ENGLISH_ROOT) or "/"
        return application(environ, start_response)

    return choose
