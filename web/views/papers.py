"""Handing out papers: signed PDFs to those who may read them."""

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from web.security import FRAMED_CONTENT_SECURITY_POLICY
from web.session import database, to_sign_in
from workflow_engine import papers

blueprint = Blueprint("papers", __name__)


@blueprint.get("/van-ban/<int:document_id>")
def download(document_id: int) -> ResponseReturnValue:
    """The PDF as a download; ``?xem=1`` to show it beside a form of ours."""
    if not current_user.is_authenticated:
        return to_sign_in()
    with database().reading() as looking:
        paper = papers.open_paper(looking, document_id, current_user.account)
    is_shown = request.args.get("xem") == "1"
    response = send_file(paper.path, "application/pdf", as_attachment=not is_shown, download_name=paper.filename)
    if is_shown:
        response.headers["Content-Security-Policy"] = FRAMED_CONTENT_SECURITY_POLICY
    return response
