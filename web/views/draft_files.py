"""Uploading one file to a draft by script: the body is the file itself, streamed to disk, never held in memory."""

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from web import draft_form
from web.filters import file_size, pages
from web.session import configuration, current_account, database, for_applicants

blueprint = Blueprint("draft_files", __name__)


@blueprint.post("/nop/nhap/<int:draft_id>/tep")
@for_applicants
def upload(draft_id: int) -> ResponseReturnValue:
    """``?thanh-phan=<component>&ten=<file name>``: 201 with what the row shows, or JSON with why it was refused."""
    account = current_account()
    with database().reading() as looking:
        opened = draft_form.open_draft(looking, draft_id, account)
    component = request.args.get("thanh-phan", "")
    if component not in opened.components:
        abort(404)
    filename = request.args.get("ten", "")
    stored = draft_form.attach(database(), configuration(), opened, account, component, request.stream, filename)
    return jsonify(id=stored.id, filename=stored.filename, size=file_size(stored.size), pages=pages(stored.pages)), 201
