"""Answers that may stand in a frame of our own pages: papers and files beside the form."""

from flask import make_response
from werkzeug.wrappers import Response

from web.security import FRAMED_CONTENT_SECURITY_POLICY

# The browser's own viewer of PDF is a page with styles of its own, which a policy for pages would keep blank.
PDF_POLICY = "frame-ancestors 'self'"


def framed_pdf(pdf: bytes, name: str = "xem-truoc.pdf") -> Response:
    """A PDF of ours shown inside our page, never kept by the browser."""
    answer = make_response(pdf)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return in_frame(answer, PDF_POLICY)


def in_frame(answer: Response, policy: str = FRAMED_CONTENT_SECURITY_POLICY) -> Response:
    """Let our own pages, and no others, show this answer in a frame."""
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cache-Control"] = "no-store"
    return answer
