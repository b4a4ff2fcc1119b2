"""Handing out papers: signed PDFs to those who may read them, always from the store, never made anew."""

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from web.security import FRAMED_CONTENT_SECURITY_POLICY
from web.session import SignedIn, configuration, database, to_sign_in
from workflow_engine import casefile, dossiers, files, papers
from workflow_engine.errors import NotFound
from workflow_engine.models import Document, DocumentState, Dossier

blueprint = Blueprint("papers", __name__)
NOT_THERE = "There is no such paper, or it is not yours to see."


@blueprint.get("/van-ban/<int:document_id>")
def download(document_id: int) -> ResponseReturnValue:
    """The PDF as a download; ``?xem=1`` to show it beside a form of ours."""
    if not current_user.is_authenticated:
        return to_sign_in()
    with database().reading() as looking:
        document, dossier = _find(looking, document_id, current_user)
    path = files.path_of(files.root_of(configuration()), document.sha256 or "")
    number = papers.number_of(document).replace("/", "-")
    name = f"{dossier.code}-{number or document.key}.pdf"
    is_shown = request.args.get("xem") == "1"
    response = send_file(path, "application/pdf", as_attachment=not is_shown, download_name=name)
    if is_shown:
        response.headers["Content-Security-Policy"] = FRAMED_CONTENT_SECURITY_POLICY
    return response


def _find(session: Session, document_id: int, reader: SignedIn) -> tuple[Document, Dossier]:
    """The paper: an applicant sees what was issued to them, an official what belongs to a dossier they may see."""
    document = session.scalar(select(Document).where(Document.id == document_id))
    dossier = session.get(Dossier, (document.authority_id, document.dossier_id)) if document else None
    if document is None or dossier is None or document.sha256 is None:
        raise NotFound(NOT_THERE)
    if reader.official is not None:
        casefile.get_for_official(session, dossier.code, reader.official)
        return document, dossier
    dossiers.get_own(session, dossier.code, reader.account)
    if not document.is_for_applicant or document.state is not DocumentState.ISSUED:
        raise NotFound(NOT_THERE)
    return document, dossier
