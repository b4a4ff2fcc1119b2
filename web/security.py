"""Headers and cookies of every answer: nothing inline, nothing from elsewhere, no framing by others."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from workflow_engine.config import Config, get_secret, is_loopback

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}; frame-src 'self'; "
    "object-src 'none'"
)
CONTENT_SECURITY_POLICY = _POLICY.format(ancestors="'none'")
# For a paper shown beside the form of the official who signs it.
FRAMED_CONTENT_SECURITY_POLICY = _POLICY.format(ancestors="'self'")

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def start_security(app: Flask, config: Config) -> None:
    """Set cookies, token against forged requests, and headers."""
    app.config.update(
        SECRET_KEY=get_secret(config, "session").hex(),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not is_loopback(config.server.address),
        SESSION_COOKIE_PATH="/",
        # A form may lie open longer than any limit; the token dies with the session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    CSRFProtect(app)
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, text in HEADERS.items():
        response.headers.setdefault(name, text)
    if response.mimetype == "text/html":
        # Pages hold personal facts: a shared computer must not show them after signing out.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
