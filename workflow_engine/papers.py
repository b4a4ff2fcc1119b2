"""Papers of a dossier: their kinds, drafts, numbers, and the values a template gets.

No paper is uploaded: each is made from fields.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow_engine import db, deadlines, documents, dossier_values, procedures
from workflow_engine.calendars import calendar_of
from workflow_engine.config import Config
from workflow_engine.errors import ModelError
from workflow_engine.forms import Choice, supplement_items
from workflow_engine.models import (
    Account,
    Applicant,
    Authority,
    Document,
    DocumentState,
    Dossier,
    DossierFile,
    History,
    NumberSeries,
    OutgoingNumber,
    SigningAuthority,
    Unit,
    UserTask,
)
from workflow_engine.procedures import Procedure

COPIES = {"original": "Bản chính", "certified": "Bản sao chứng thực", "plain": "Bản sao"}
CHANNELS = {"electronic": "Bản điện tử", "counter": "Tại Bộ phận Một cửa", "post": "Qua bưu chính công ích"}
GRANTED_ROWS = {"accept", "reduce"}

# Completing a task with this form signs (or seals) this paper; "=name" reads the key from a variable of the task.
SIGNS = {
    "shared/sign_result": "=document_key",
    "shared/sign_stop_notice": "stop_notice",
    "shared/sign_apology": "apology_note",
}
SEALS = {"shared/number_and_seal": "=document_key"}
REVIEWS = {"shared/review_draft": "=document_key", **SIGNS, **SEALS}
APPROVED = "approved"


@dataclass(frozen=True)
class Kind:
    """What papers.toml says about a template."""

    key: str
    title: str
    signed_by: str
    series: str = ""
    symbol: str = ""
    for_applicant: bool = False
    is_result: bool = False
    on_completion: bool = False
    fields_from: str = ""


@lru_cache(maxsize=4)
def _kinds(root: Path) -> Mapping[str, Kind]:
    stated = tomllib.loads((root / "papers.toml").read_text(encoding="utf-8"))
    return {key: Kind(key=key, **values) for key, values in stated.items()}


def templates(config: Config) -> Path:
    """Where the templates lie."""
    return config.paths.forms / "documents"


def kind_of(config: Config, key: str) -> Kind:
    """The kind of a paper. Raises ModelError for a template nobody declared."""
    kind = _kinds(templates(config)).get(key)
    if kind is None:
        raise ModelError("the paper is not declared", file="papers.toml", element=key)
    return kind


def draft(
    session: Session, dossier: Dossier, key: str, *, author: Account | None, document_id: int | None = None
) -> Document:
    """The open draft of a paper; a new one when there is none (or the last one was issued)."""
    kind = kind_of(db.config_of(session), key)
    if document_id is None:
        open_draft = find_open(session, dossier, key)
        if open_draft is not None:
            open_draft.author_id = author.id if author else open_draft.author_id
            return open_draft
    document = Document(
        authority_id=dossier.authority_id,
        id=document_id or db.new_id(),
        dossier_id=dossier.id,
        key=key,
        state=DocumentState.DRAFT,
        title=kind.title,
        round=1,
        author_id=author.id if author else None,
        facts={},
        is_for_applicant=kind.for_applicant,
        created_at=db.now(session),
    )
    session.add(document)
    session.flush()
    return document


def find_handled(session: Session, dossier: Dossier, task: UserTask) -> Document | None:
    """The paper a task reviews, signs or seals, drafted or signed and not issued yet; None when it handles none."""
    named = REVIEWS.get(task.form_key)
    key = str(task.local.get(named[1:], "")) if named and named.startswith("=") else named
    return find_open(session, dossier, key) if key else None


def find_open(session: Session, dossier: Dossier, key: str) -> Document | None:
    """The paper that is drafted or signed and not issued yet."""
    query = select(Document).where(
        Document.authority_id == dossier.authority_id,
        Document.dossier_id == dossier.id,
        Document.key == key,
        Document.state.in_([DocumentState.DRAFT, DocumentState.SIGNED]),
    )
    return session.scalar(query.order_by(Document.id.desc()))


def allot_number(session: Session, document: Document) -> None:
    """Give the paper the next number of its series, once: a paper that has one keeps it (Decree 30/2020, art. 15)."""
    kind = kind_of(db.config_of(session), document.key)
    if not kind.series or document.number is not None:
        return
    calendar = calendar_of(session, document.authority_id)
    moment = db.now(session)
    today = deadlines.local_day(calendar, moment)
    authority = session.get_one(Authority, document.authority_id)
    document.number = count_up(session, NumberSeries, authority_id=authority.id, series=kind.series, year=today.year)
    document.symbol = kind.symbol.format(short=authority.short_name)
    document.issued_on = today
    session.add(
        OutgoingNumber(
            authority_id=authority.id,
            series=kind.series,
            year=today.year,
            number=document.number,
            document_id=document.id,
            allotted_at=moment,
        )
    )


def count_up(session: Session, table: Any, **key: Any) -> int:
    """The next value of a counter row, in one statement that two writers cannot both win."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = insert(table).values(**key, last=1)
    statement = first.on_conflict_do_update(index_elements=list(key), set_={"last": table.last + 1}).returning(
        table.last
    )
    last: int = session.execute(statement).scalar_one()
    return last


def number_of(document: Document) -> str:
    """Number and symbol as they are written: 05/GCN-TĐC."""
    return f"{document.number:02d}/{document.symbol}" if document.number is not None else ""


def void(session: Session, document: Document, reason: str) -> None:
    """The paper will not be issued; its number stays in the register, cancelled with the reason."""
    document.state = DocumentState.VOID
    allotted = session.scalar(
        select(OutgoingNumber).where(
            OutgoingNumber.authority_id == document.authority_id, OutgoingNumber.document_id == document.id
        )
    )
    if allotted is not None:
        allotted.cancelled_at, allotted.reason = db.now(session), reason


def void_open(session: Session, dossier: Dossier, reason: str) -> None:
    """Give up every paper of a dossier that has ended before they were issued."""
    query = select(Document).where(
        Document.authority_id == dossier.authority_id,
        Document.dossier_id == dossier.id,
        Document.state.in_([DocumentState.DRAFT, DocumentState.SIGNED]),
    )
    for document in session.scalars(query):
        if kind_of(db.config_of(session), document.key).signed_by == "leader":
            void(session, document, reason)


def facts_hash(facts: Mapping[str, Any]) -> str:
    """A hash of what a paper says: the page that shows it sends it back, so that nobody signs what was not shown."""
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


def facts_of(
    session: Session,
    dossier: Dossier,
    document: Document,
    *,
    right: SigningAuthority | None = None,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The values for the template: plain JSON, as ``documents`` describes them."""
    config = db.config_of(session)
    procedure = procedures.get_version(session, dossier.procedure_version_id)
    kind = kind_of(config, document.key)
    entered = dossier_values.all_latest(session, dossier)
    start = entered.get(f"{procedure.facts.id}/start", {})
    fields = {name: value for values in entered.values() for name, value in values.items()}
    fields |= entered.get(kind.fields_from, {})
    fields |= dict(extra or {})
    fields["scope"] = _scope(
        start.get("scope", []), entered.get(kind.fields_from, {}).get("scope", []), is_result=kind.is_result
    )
    fields["missing_items"] = _named(fields.get("missing_items") or [], procedure)
    return {
        "authority": _authority(session, dossier),
        "document": {
            "number": f"{document.number:02d}" if document.number is not None else "",
            "symbol": document.symbol
            or kind.symbol.format(short=session.get_one(Authority, dossier.authority_id).short_name),
            "issued_on": document.issued_on.isoformat() if document.issued_on else None,
            "title": procedure.facts.result.name_vi if kind.is_result and kind.key != "refusal_letter" else kind.title,
            "abstract": fields.get("abstract") or procedure.facts.name_vi,
            "is_draft": document.number is None and kind.signed_by != "none",
            "is_demo": config.demo,
            "verify_url": f"{config.server.public_url}/kiem-tra",
        },
        "dossier": _dossier(session, dossier, procedure, start, config),
        "signer": _signer(session, right),
        "author": _author(session, dossier, document),
        "legal_basis": list(procedure.facts.legal_basis),
        "recipients": [dossier.applicant_name, "Bộ phận Một cửa"],
        "movements": _movements(session, dossier) if document.key == "control_sheet" else [],
        "fields": fields,
    }


def render(config: Config, key: str, facts: Mapping[str, Any]) -> documents.Rendered:
    """The paper as PDF."""
    return documents.render(key, facts, root=templates(config))


def _scope(asked: list[Any], appraised: list[Any], *, is_result: bool) -> list[dict[str, Any]]:
    """Rows as asked for with their appraisal; a result carries the granted rows only."""
    known = {row.get("test_name"): row for row in asked}
    rows = [{**known.get(row.get("test_name"), {}), **row} for row in appraised] if appraised else list(asked)
    if is_result and appraised:
        rows = [row for row in rows if row.get("row_outcome") in GRANTED_ROWS]
    return rows


def _named(items: list[Any], procedure: Procedure) -> list[dict[str, Any]]:
    """What to complete, with the names people know instead of keys."""
    names = {choice.value: choice.label for choice in supplement_choices(procedure)}
    return [{**item, "document": names.get(item.get("document"), item.get("document"))} for item in items]


def supplement_choices(procedure: Procedure) -> tuple[Choice, ...]:
    """What a supplement may ask for: the components of the dossier and the sections of the start form."""
    return supplement_items(procedure.start_form)


def _authority(session: Session, dossier: Dossier) -> dict[str, str]:
    authority = session.get_one(Authority, dossier.authority_id)
    return {
        "superior": authority.superior_name,
        "name": authority.name,
        "short": authority.short_name,
        "code": authority.code,
        "place": authority.place,
        "desk": "Bộ phận Một cửa",
        "address": authority.address,
        "phone": authority.phone,
    }


def _dossier(
    session: Session, dossier: Dossier, procedure: Procedure, start: Mapping[str, Any], config: Config
) -> dict[str, Any]:
    applicant = session.get_one(Applicant, dossier.owner_id)
    files = session.execute(
        select(DossierFile.component)
        .where(DossierFile.authority_id == dossier.authority_id, DossierFile.dossier_id == dossier.id)
        .distinct()
    )
    filed = set(files.scalars())
    unit = {"working": "ngày làm việc", "calendar": "ngày"}[procedure.facts.deadline.unit]
    return {
        "code": dossier.code,
        "procedure": procedure.facts.name_vi,
        "procedure_code": procedure.facts.code,
        "submitted_at": dossier.submitted_at.isoformat(),
        "received_at": _iso(dossier.received_at),
        "due_at": _iso(dossier.due_at),
        "deadline_text": f"{procedure.facts.deadline.days} {unit}",
        "result_channel": CHANNELS.get(dossier.result_channel, dossier.result_channel),
        "tracking_url": f"{config.server.public_url}/t/{dossier.code}",
        "lookup_hint": "Dùng mã hồ sơ và mã tra cứu đã cấp khi nộp",
        "applicant": {
            "name": dossier.applicant_name,
            "code": applicant.code or applicant.personal_id or "",
            "address": str(start.get("address_line", "")),
            "phone": str(start.get("phone", "")),
            "email": str(start.get("email", "")),
            "representative": str(start.get("legal_rep_name", "")),
            "representative_title": str(start.get("legal_rep_title", "")),
        },
        "components": [
            {"name": each.name_vi, "copy": COPIES[each.copy], "quantity": 1}
            for each in procedure.facts.documents
            if each.key in filed or each.key == "application"
        ],
    }


def _signer(session: Session, right: SigningAuthority | None) -> dict[str, str]:
    if right is None:
        return {"capacity": "head", "head_title": "", "title": "", "name": ""}
    account = session.get_one(Account, right.account_id)
    return {"capacity": right.capacity, "head_title": right.head_title, "title": right.title, "name": account.name}


def _author(session: Session, dossier: Dossier, document: Document) -> dict[str, str]:
    account = session.get(Account, document.author_id) if document.author_id else None
    unit = session.get(Unit, (dossier.authority_id, dossier.unit_id)) if dossier.unit_id else None
    authority = session.get_one(Authority, dossier.authority_id)
    return {"name": account.name if account else "", "unit": unit.name if unit else "", "phone": authority.phone}


def _movements(session: Session, dossier: Dossier) -> list[dict[str, str]]:
    query = select(History).where(
        History.authority_id == dossier.authority_id, History.dossier_id == dossier.id, History.kind == "task.completed"
    )
    return [
        {"from": row.actor_name, "to": row.title, "at": row.at.isoformat(), "result": "", "note": ""}
        for row in session.scalars(query.order_by(History.id))
    ]


def _iso(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None
