"""What an applicant does with a dossier: submit, complete, withdraw, look up."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflow_engine import (
    clock,
    codes,
    db,
    deadlines,
    dossier_values,
    drafts,
    forms,
    history,
    instances,
    messages,
    papers,
    procedures,
    throttle,
)
from workflow_engine.calendars import calendar_of
from workflow_engine.config import Throttle
from workflow_engine.db import Database
from workflow_engine.errors import Conflict, FieldError, InvalidForm, NotFound
from workflow_engine.models import (
    Account,
    Applicant,
    ApplicationDraft,
    Authority,
    Channel,
    CodeDirectory,
    Dossier,
    DossierFile,
    DossierState,
    DraftFile,
    MessageWait,
)
from workflow_engine.procedures import Procedure
from workflow_engine.routing import unit_of_kind

WITHDRAWAL, SUPPLEMENT = "withdrawal_requested", "supplement_received"
ASKING_FORMS = ("shared/check_composition", "shared/examine_dossier")


@dataclass(frozen=True)
class Submitted:
    """A dossier and the look-up secret, which is known only now."""

    dossier: Dossier
    secret: str


@dataclass(frozen=True)
class AskedItem:
    """One thing to complete.

    ``target``: key of a component or section of the start form; ``kind``: component or section.
    """

    target: str
    kind: str
    name: str
    requirement: str
    reason: str


def submit(session: Session, draft_id: int, account: Account, raw: Mapping[str, Any]) -> Submitted:
    """Submit a draft. Raises InvalidForm (nothing is lost: the draft stays) and NotFound."""
    draft = _draft(session, draft_id, account)
    today = deadlines.local_day(calendar_of(session, draft.authority_id), db.now(session))
    procedure = procedures.get_procedure(session, draft.procedure_id, today)
    files = drafts.list_draft_files(session, draft.id)
    values = _checked(session, procedure, procedure.start_form, raw, files, draft.values)
    dossier, secret = _open(session, draft, account, procedure, values)
    dossier_values.store(session, dossier, procedure.start_form.key, 1, values, actor=account)
    _take_files(session, dossier, procedure, files, 1)
    instances.start(session, dossier, procedure, values, actor=account)
    history.record(
        session,
        dossier,
        "dossier.submitted",
        "Nộp hồ sơ trực tuyến",
        actor=account,
        is_public=True,
        detail={"files": len(files)},
    )
    messages.to_applicant(session, dossier, "submitted")
    _discard(session, draft)
    return Submitted(dossier, secret)


def asked_items(session: Session, dossier: Dossier) -> list[AskedItem]:
    """What the last request asks to complete; [] when nothing is asked."""
    entered = dossier_values.all_latest(session, dossier)
    asking = [entered[key]["missing_items"] for key in ASKING_FORMS if entered.get(key, {}).get("missing_items")]
    if not asking or not waits_for_supplement(session, dossier):
        return []
    procedure = procedures.get_version(session, dossier.procedure_version_id)
    names = {choice.value: choice.label for choice in papers.supplement_choices(procedure)}
    components = {each.key for each in procedure.facts.documents}
    return [
        AskedItem(
            target=item["document"],
            kind="component" if item["document"] in components else "section",
            name=str(names.get(item["document"], item["document"])),
            requirement=item.get("requirement", ""),
            reason=item.get("reason", ""),
        )
        for item in asking[-1]
    ]


def waits_for_supplement(session: Session, dossier: Dossier) -> bool:
    """Whether the applicant has to complete it now.

    The state stays 5 longer: after an answer until reception decides, after a withdrawal or the last day until the
    notice is signed.
    """
    is_asked = dossier.state is DossierState.SUPPLEMENT_REQUESTED
    return is_asked and _find_wait(session, dossier, SUPPLEMENT) is not None


def start_supplement(session: Session, code: str, account: Account) -> ApplicationDraft:
    """The draft of the answer to a request; the one begun before when there is one."""
    dossier = get_own(session, code, account)
    if not asked_items(session, dossier):
        raise Conflict("There is nothing to complete: this dossier waits for no supplement.")
    query = select(ApplicationDraft).where(
        ApplicationDraft.account_id == account.id, ApplicationDraft.dossier_code == code
    )
    known = session.scalar(query)
    if known is not None:
        return known
    procedure = procedures.get_version(session, dossier.procedure_version_id)
    draft = ApplicationDraft(
        id=db.new_id(),
        account_id=account.id,
        procedure_id=dossier.procedure_id,
        authority_id=dossier.authority_id,
        dossier_code=code,
        values=dossier_values.latest(session, dossier, procedure.start_form.key),
        saved_at=db.now(session),
    )
    session.add(draft)
    return draft


def answer_supplement(session: Session, draft_id: int, account: Account, raw: Mapping[str, Any]) -> Dossier:
    """Hand in what was asked, and only that: everything else stays as it was filed."""
    draft = _draft(session, draft_id, account)
    dossier = get_own(session, draft.dossier_code or "", account)
    items = asked_items(session, dossier)
    if not items:
        raise Conflict("There is nothing to complete: this dossier waits for no supplement.")
    procedure = procedures.get_version(session, dossier.procedure_version_id)
    start = procedure.start_form
    before = dossier_values.latest(session, dossier, start.key)
    restricted = forms.restrict(start, {item.target for item in items})
    # What opens with an item that was asked (a certificate, when its section is asked) may come too; nothing else.
    open_pickers = {field.key for field in restricted.fields() if field.type == "filepicker" and not field.is_readonly}
    files = [each for each in drafts.list_draft_files(session, draft.id) if each.component in open_pickers]
    values = {**before, **_checked(session, procedure, restricted, raw, files, before)}
    missing = [
        item for item in items if item.kind == "component" and item.target not in {each.component for each in files}
    ]
    if missing:
        raise InvalidForm(
            [
                FieldError(item.target, "Upload the file that was asked for: {name}.", {"name": item.name})
                for item in missing
            ]
        )
    round_number = dossier_values.next_round(session, dossier, start.key)
    dossier_values.store(session, dossier, start.key, round_number, values, actor=account)
    _take_files(session, dossier, procedure, files, round_number)
    history.record(
        session,
        dossier,
        "supplement.received",
        "Đã bổ sung hồ sơ",
        actor=account,
        is_public=True,
        detail={"files": len(files)},
    )
    _correlate(session, dossier, SUPPLEMENT, account)
    _discard(session, draft)
    return dossier


def request_withdrawal(session: Session, code: str, account: Account, reason: str) -> Dossier:
    """Ask to withdraw: possible until the leader's signature on the result is recorded."""
    dossier = get_own(session, code, account)
    if not reason.strip():
        raise InvalidForm([FieldError("reason", "Say why you withdraw the dossier.")])
    if dossier.result_signed_at is not None or dossier.state in (DossierState.DECIDED, DossierState.RETURNED):
        raise Conflict("Cannot withdraw: the result of this dossier is already signed.")
    if dossier.closed_at is not None:
        raise Conflict("Cannot withdraw: this dossier is closed.")
    history.record(
        session,
        dossier,
        "withdrawal.requested",
        "Đề nghị rút hồ sơ",
        actor=account,
        is_public=True,
        detail={"reason": reason.strip()},
    )
    _correlate(session, dossier, WITHDRAWAL, account)
    return dossier


def get_own(session: Session, code: str, account: Account) -> Dossier:
    """A dossier of this account or of its applicant. NotFound for everybody else."""
    dossier = find_by_code(session, code)
    is_own = dossier is not None and (
        dossier.account_id == account.id
        or (account.applicant_id is not None and account.applicant_id in (dossier.applicant_id, dossier.owner_id))
    )
    if dossier is None or not is_own:
        raise NotFound("There is no such dossier, or it is not yours to see.")
    return dossier


def list_own(session: Session, account: Account, after: int | None = None, limit: int = 50) -> list[Dossier]:
    """The dossiers of the account's applicant, newest first; ``after`` is the id of the last one seen."""
    query = select(Dossier).where(Dossier.applicant_id == account.applicant_id).order_by(Dossier.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Dossier.id < after)))


def find_by_code(session: Session, code: str) -> Dossier | None:
    """The dossier with this code, of whatever authority."""
    place = session.get(CodeDirectory, code.strip().upper())
    return session.get(Dossier, (place.authority_id, place.dossier_id)) if place else None


def track(database: Database, code: str, secret: str, address: str, limits: Throttle) -> Dossier:
    """Look a dossier up with its secret.

    Wrong tries are counted by address; the sentence is the same whatever was wrong.
    """
    subject = f"lookup:{address}"
    throttle.take_try(database, [subject], limits)
    with database.reading() as session:
        dossier = find_by_code(session, code)
    known = dossier.lookup_hash if dossier else ""
    if dossier is None or not hmac.compare_digest(hash_secret(code, secret), known):
        raise NotFound("No dossier matches. Check the dossier code and the look-up code.")
    database.transact(lambda session: throttle.give_back_try(session, subject))
    return dossier


def hash_secret(code: str, secret: str) -> str:
    """How a look-up secret is kept: 31^10 possible ones and a throttle make a slow hash needless."""
    return hashlib.sha256(f"{code.strip().upper()}:{codes.tidy_secret(secret)}".encode()).hexdigest()


def _draft(session: Session, draft_id: int, account: Account) -> ApplicationDraft:
    draft = session.get(ApplicationDraft, draft_id)
    if draft is None or draft.account_id != account.id:
        raise NotFound("There is no such draft, or it is not yours to see.")
    return draft


def _checked(
    session: Session,
    procedure: Procedure,
    form: forms.Form,
    raw: Mapping[str, Any],
    files: list[DraftFile],
    previous: Mapping[str, Any],
) -> dict[str, Any]:
    """The values as the form allows them; a file field's value is the list of its files."""
    by_component: dict[str, list[str]] = {}
    for each in files:
        by_component.setdefault(each.component, []).append(each.sha256)
    pickers = [field.key for field in form.fields() if field.type == "filepicker" and not field.is_readonly]
    given = {**raw, **{key: by_component.get(key, []) for key in pickers}}
    return forms.validate(
        form,
        given,
        scope={"procedure": procedure.facts.raw},
        choices={"uploads": [forms.Choice(each.sha256, each.filename) for each in files]},
        previous=previous,
        functions=instances.functions_of(session, calendar_of(session, 0)),
    )


def _open(
    session: Session, draft: ApplicationDraft, account: Account, procedure: Procedure, values: Mapping[str, Any]
) -> tuple[Dossier, str]:
    config = db.config_of(session)
    moment = db.now(session)
    authority = session.get_one(Authority, draft.authority_id)
    applicant = session.get_one(Applicant, account.applicant_id)
    day = deadlines.local_day(calendar_of(session, authority.id), moment)
    code = codes.allot_code(session, authority, day, config.dossier.code_pattern)
    secret = codes.make_secret(config.dossier.lookup_secret_length)
    unit = unit_of_kind(session, authority.id, procedure.facts.authority.unit)
    dossier = Dossier(
        authority_id=authority.id,
        id=db.new_id(),
        code=code,
        procedure_id=procedure.facts.id,
        procedure_version_id=procedure.version_id,
        procedure_name=procedure.facts.name_vi,
        state=DossierState.SUBMITTED,
        channel=Channel.ONLINE,
        result_channel=str(values.get("result_channel", "electronic")),
        applicant_id=applicant.id,
        owner_id=applicant.id,
        applicant_name=str(values.get("applicant_name") or applicant.name),
        account_id=account.id,
        unit_id=unit.id if unit else None,
        lookup_hash=hash_secret(code, secret),
        submitted_at=moment,
    )
    session.add(dossier)
    session.add(CodeDirectory(code=code, authority_id=authority.id, dossier_id=dossier.id))
    session.flush()
    clock.submitted(session, dossier, procedure)
    return dossier, secret


def _take_files(
    session: Session, dossier: Dossier, procedure: Procedure, files: list[DraftFile], round_number: int
) -> None:
    copies = {each.key: each.copy for each in procedure.facts.documents}
    for each in files:
        session.add(
            DossierFile(
                authority_id=dossier.authority_id,
                id=db.new_id(),
                dossier_id=dossier.id,
                component=each.component,
                copy_kind=copies.get(each.component, "plain"),
                round=round_number,
                sha256=each.sha256,
                filename=each.filename,
                media_type=each.media_type,
                size=each.size,
                pages=each.pages,
                uploaded_at=each.uploaded_at,
            )
        )


def _discard(session: Session, draft: ApplicationDraft) -> None:
    session.execute(delete(DraftFile).where(DraftFile.draft_id == draft.id))
    session.delete(draft)


def _correlate(session: Session, dossier: Dossier, name: str, account: Account) -> None:
    """Deliver a message to the instance that waits for it with the dossier's code as its key."""
    wait = _find_wait(session, dossier, name)
    if wait is None:
        raise Conflict("Cannot do this now: the dossier does not wait for it.")
    with instances.acting(session, wait.authority_id, wait.instance_id, actor=account) as held:
        if not held.run.correlate(name, dossier.code, {}):
            raise Conflict("Cannot do this now: the dossier does not wait for it.")


def _find_wait(session: Session, dossier: Dossier, name: str) -> MessageWait | None:
    query = select(MessageWait).where(
        MessageWait.authority_id == dossier.authority_id, MessageWait.name == name, MessageWait.key == dossier.code
    )
    found: MessageWait | None = session.scalar(query)
    return found
