"""The dossiers of the applicant who is signed in: list, progress, supplement, withdrawal, signed results."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from web import dossier_story
from web.catalogues import sentence
from web.filters import calendar
from web.qr import qr_code
from web.session import configuration, current_account, database, for_applicants
from workflow_engine import casefile, deadlines, dossiers, drafts
from workflow_engine.errors import InvalidForm

blueprint = Blueprint("own_dossiers", __name__)


@blueprint.get("/ho-so-cua-toi")
@for_applicants
def show_list() -> str:
    account = current_account()
    after = request.args.get("sau", "")
    with database().reading() as looking:
        begun = drafts.list_drafts(looking, account)
        names = dossier_story.names_of_drafts(looking, begun)
        found = dossiers.list_own(looking, account, int(after) if after.isdecimal() else None)
        waiting = [each for each in found if dossiers.waits_for_supplement(looking, each)]
    return render_template("own/list.html", drafts=begun, names=names, dossiers=found, waiting=waiting)


@blueprint.get("/ho-so-cua-toi/<code>")
@for_applicants
def show_dossier(code: str) -> str:
    with database().reading() as looking:
        dossier = dossiers.get_own(looking, code, current_account())
        story = dossier_story.tell(looking, dossier, is_owner=True)
    return render_template("own/dossier.html", story=story, dossier=dossier, done=request.args.get("xong", ""))


@blueprint.get("/ho-so/<code>/bien-nhan")
@for_applicants
def show_acknowledgement(code: str) -> str:
    """The secret is shown on the first view only: afterwards nobody, not even this system, knows it."""
    with database().reading() as looking:
        dossier = dossiers.get_own(looking, code, current_account())
        story = dossier_story.tell(looking, dossier, is_owner=True)
    kept = session.pop("new_secret", None)
    secret = kept[1] if kept and kept[0] == code else ""
    settings = configuration().dossier
    reply_by = deadlines.add_working_hours(calendar(), dossier.submitted_at, settings.intake_hours)
    return render_template(
        "own/acknowledgement.html",
        story=story,
        dossier=dossier,
        secret=secret,
        reply_by=reply_by,
        intake_hours=settings.intake_hours,
        qr=qr_code(f"{configuration().server.public_url}/t/{code}"),
    )


@blueprint.get("/ho-so-cua-toi/<code>/bo-sung")
@for_applicants
def show_supplement(code: str) -> ResponseReturnValue:
    """What was asked for, each with requirement and reason, and the button that opens the form."""
    with database().reading() as looking:
        dossier = dossiers.get_own(looking, code, current_account())
        asked = dossiers.asked_items(looking, dossier)
        story = dossier_story.tell(looking, dossier, is_owner=True)
    if not asked:
        return redirect(url_for("own_dossiers.show_dossier", code=code))
    return render_template("own/supplement.html", dossier=dossier, asked=asked, story=story)


@blueprint.post("/ho-so-cua-toi/<code>/bo-sung")
@for_applicants
def start_supplement(code: str) -> ResponseReturnValue:
    account = current_account()
    draft = database().transact(lambda s: dossiers.start_supplement(s, code, account))
    return redirect(url_for("apply.show_draft", draft_id=draft.id))


@blueprint.get("/ho-so-cua-toi/<code>/rut")
@for_applicants
def show_withdrawal(code: str) -> ResponseReturnValue:
    with database().reading() as looking:
        dossier = dossiers.get_own(looking, code, current_account())
        story = dossier_story.tell(looking, dossier, is_owner=True)
    if not story.can_withdraw:
        return redirect(url_for("own_dossiers.show_dossier", code=code))
    return render_template("own/withdraw.html", dossier=dossier, reason="", error="")


@blueprint.post("/ho-so-cua-toi/<code>/rut")
@for_applicants
def withdraw(code: str) -> ResponseReturnValue:
    account = current_account()
    reason = request.form.get("reason", "").strip()
    try:
        database().transact(lambda s: dossiers.request_withdrawal(s, code, account, reason))
    except InvalidForm as error:
        with database().reading() as looking:
            dossier = dossiers.get_own(looking, code, account)
        wrong = sentence(error.errors[0]) if error.errors else sentence(error)
        return render_template("own/withdraw.html", dossier=dossier, reason=reason, error=wrong), error.status
    return redirect(url_for("own_dossiers.show_dossier", code=code, xong="rut"))


@blueprint.get("/ho-so-cua-toi/<code>/tep")
@for_applicants
def show_files(code: str) -> str:
    """Every file of the dossier with its whole hash."""
    with database().reading() as looking:
        dossier = dossiers.get_own(looking, code, current_account())
        found = casefile.files_of(looking, dossier)
        story = dossier_story.tell(looking, dossier, is_owner=True)
    return render_template("own/files.html", dossier=dossier, files=found, story=story)
