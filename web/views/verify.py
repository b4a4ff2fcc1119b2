"""Checking a signed paper: somebody gives a PDF, we say whether it is genuine, and keep nothing of it."""

import tempfile
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web.paper_facts import find_paper
from web.session import configuration, database
from workflow_engine import issuing, pki, verification

blueprint = Blueprint("verify", __name__)


@blueprint.get("/verify")
def show_in_english() -> ResponseReturnValue:
    """The address printed where people read no Vietnamese."""
    return redirect("/en" + url_for("verify.show_upload").removeprefix("/en"))


@blueprint.get("/kiem-tra")
def show_upload() -> str:
    return render_template("verify/upload.html", error="")


@blueprint.post("/kiem-tra")
def judge() -> ResponseReturnValue:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        error = _("Chọn một tệp PDF để kiểm tra.")
        return render_template("verify/upload.html", error=error), 422
    with tempfile.NamedTemporaryFile(suffix=".pdf") as kept:
        sent.save(kept)
        kept.flush()
        report = verification.verify(Path(kept.name), _trust())
    with database().reading() as looking:
        paper = find_paper(looking, report.sha256)
    return render_template("verify/report.html", report=report, filename=sent.filename, paper=paper)


def _trust() -> list[Path]:
    """The roots and revocation lists this installation believes; none before its own authority is made."""
    return [path for path in pki.trust_anchors(issuing.ca_folder(configuration())) if path.exists()]
