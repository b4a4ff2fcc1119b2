"""Who is signed in, and how long: a signed cookie holds the account id and two moments, rows hold all else.

A session ends after the configured idle time and, in any case, after the configured number of hours.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from workflow_engine import people
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.errors import NotFound
from workflow_engine.models import Account, AccountKind

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The account behind the request, and the official's posts when it is one."""

    account: Account
    official: people.Official | None

    def get_id(self) -> str:
        return str(self.account.id)

    @property
    def name(self) -> str:
        """The name shown in the page."""
        return self.account.name

    @property
    def is_applicant(self) -> bool:
        """Whether this account files dossiers."""
        return self.account.kind == AccountKind.APPLICANT


def database() -> Database:
    """The database of this application."""
    chosen: Database = current_app.extensions["database"]
    return chosen


def configuration() -> Config:
    """The settings of this application."""
    chosen: Config = current_app.extensions["configuration"]
    return chosen


def current_account() -> Account:
    """The account that is signed in; only inside views that demand one."""
    account: Account = current_user.account
    return account


def current_official() -> people.Official:
    """The official who is signed in; only inside views for officials."""
    official: people.Official = current_user.official
    return official


def sign_in(account: Account) -> None:
    """Begin a fresh session for the account: nothing of an earlier one is carried over."""
    session.clear()
    moment = _timestamp()
    session["signed_in_at"] = session["seen_at"] = moment
    login_user(SignedIn(account, None))


def sign_out() -> None:
    """End the session."""
    logout_user()
    session.clear()


def home_of(account: Account) -> str:
    """Where somebody lands after signing in."""
    if account.kind == AccountKind.APPLICANT:
        return url_for("own_dossiers.show_list")
    return url_for("inbox.show_inbox")


def safe_next(address: str | None, otherwise: str) -> str:
    """``address`` when it lies in this site, else ``otherwise``: a link must not send people elsewhere."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address


def for_applicants(view: View) -> View:
    """Only applicants open this page; others are sent to sign in."""
    return _only(view, lambda signed_in: signed_in.is_applicant)


def for_officials(view: View) -> View:
    """Only officials open this page; others are sent to sign in."""
    return _only(view, lambda signed_in: signed_in.official is not None)


def _only(view: View, is_allowed: Callable[[SignedIn], bool]) -> View:
    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return to_sign_in()
        if not is_allowed(current_user):
            abort(403)
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value] # same signature, kept by functools.wraps


def to_sign_in() -> Response:
    """Ask to sign in and come back to this page."""
    here = f"{request.script_root}{request.path}" if request.method == "GET" else None
    return redirect(url_for("accounts.show_sign_in", tiep=here))


def start_sessions(app: Flask) -> None:
    """Cookies, lifetime and the loading of who is signed in."""
    login = LoginManager(app)
    login.user_loader(_load)
    login.session_protection = None  # It compares browser and address: phones change theirs between two clicks.
    login.login_message = _l("Đăng nhập để tiếp tục.")
    app.before_request(_end_old_session)


def _load(account_id: str) -> SignedIn | None:
    with database().reading() as looking:
        try:
            account = people.get_account(looking, int(account_id))
            if not account.is_active:
                return None
            is_official = account.kind != AccountKind.APPLICANT
            return SignedIn(account, people.get_official(looking, account.id) if is_official else None)
        except (NotFound, ValueError):
            return None


def _end_old_session() -> None:
    if "_user_id" not in session:
        return
    settings = configuration().session
    moment = _timestamp()
    idle = moment - session.get("seen_at", 0)
    age = moment - session.get("signed_in_at", 0)
    if idle > settings.idle_minutes * 60 or age > settings.absolute_hours * 3600:
        sign_out()
        session["was_ended"] = True
    elif idle > 30:  # Not every request needs a new cookie.
        session["seen_at"] = moment


def _timestamp() -> int:
    return int(datetime.now(UTC).timestamp())
