"""Signing and sealing a paper as part of completing a task.

Three steps: check and number in a transaction; sign outside any transaction; record in a second one, after
checking that
the paper and the task are still what was signed. A crash between leaves a number that the paper keeps, and an
orphan file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow_engine import db, deadlines, documents, history, issuing, papers, signing, tasks
from workflow_engine.calendars import calendar_of
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.errors import Conflict, Forbidden, NotFound
from workflow_engine.models import Account, Document, DocumentState, Dossier, SigningAuthority, UserTask
from workflow_engine.people import Official

APPROVED = papers.APPROVED


@dataclass(frozen=True)
class Preview:
    """A paper as it would be signed. ``sha256`` goes back with the signature: what was not shown is not signed."""

    pdf: bytes
    sha256: str
    document_id: int
    key: str
    title: str


@dataclass(frozen=True)
class _Prepared:
    document_id: int
    key: str
    document_version: int
    task_version: int
    facts: dict[str, Any]
    right: SigningAuthority
    signer: str
    moment: datetime


def which(task: UserTask) -> str | None:
    """Whether completing this task signs ("sign") or seals ("seal") a paper."""
    return "sign" if task.form_key in papers.SIGNS else "seal" if task.form_key in papers.SEALS else None


def preview(database: Database, config: Config, task_id: int, official: Official) -> Preview:
    """The paper of a task as PDF. NotFound when the task handles none."""
    with database.reading() as session:
        task = tasks.get_task(session, task_id, official)
        dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
        document = document_of(session, dossier, task)
        if document.state is DocumentState.SIGNED and document.sha256:
            pdf = issuing.read_pdf(config, document.sha256)
            return Preview(pdf, document.sha256, document.id, document.key, document.title)
        right = find_right(session, dossier, document, official.account_id)
        facts = papers.facts_of(session, dossier, document, right=right)
        shown = shown_hash(facts)
        identity = (document.id, document.key, document.title)
    return Preview(papers.render(config, identity[1], facts).pdf, shown, *identity)


def sign_task(
    database: Database,
    config: Config,
    task_id: int,
    official: Official,
    raw: Mapping[str, Any],
    pin: str,
    shown_sha256: str,
) -> UserTask:
    """Sign the task's paper and complete the task; returned drafts are completed without a signature."""
    if raw.get("review_outcome") != APPROVED:
        return database.transact(lambda session: tasks.complete(session, task_id, official, raw))
    with database.reading() as session:
        task = tasks.get_task(session, task_id, official)
        tasks.check(session, task, official, raw)
        dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
        right = get_right(
            session, dossier, document_of(session, dossier, task), official.account_id, str(raw.get("signing_capacity"))
        )
        key_file = right.key_file
    key = signing.open_key(config.paths.var / "keys" / key_file, pin)
    prepared = database.transact(lambda session: _prepare(session, task_id, official, raw, shown_sha256))
    rendered = papers.render(config, prepared.key, prepared.facts)
    box = rendered.boxes[issuing.SIGNATURE]
    appearance = documents.person_appearance(
        prepared.signer, prepared.right.title, prepared.moment, box, root=papers.templates(config)
    )
    signed = signing.sign(
        rendered.pdf,
        key,
        field=issuing.SIGNATURE,
        box=box,
        appearance=appearance,
        signed_at=prepared.moment,
        location=prepared.facts["authority"]["place"],
        reserve={issuing.SEAL: rendered.boxes[issuing.SEAL]},
    )
    sha256 = issuing.store_pdf(config, signed)
    return database.transact(lambda session: _record_signature(session, task_id, official, raw, prepared, sha256))


def seal_task(database: Database, config: Config, task_id: int, official: Official, raw: Mapping[str, Any]) -> UserTask:
    """Seal the signed paper with the agency's key and complete the clerk's task: the paper is issued."""
    with database.reading() as session:
        task = tasks.get_task(session, task_id, official)
        tasks.check(session, task, official, raw)
        dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
        document = document_of(session, dossier, task)
        if document.state is not DocumentState.SIGNED:
            raise Conflict("Cannot seal “{title}”: the leader has not signed it.", title=document.title)
        task_version, document_version, moment = task.version, document.version, db.now(session)
        session.expunge(document)
    issued = issuing.seal(config, document, moment)

    def record(session: Session) -> UserTask:
        task = tasks.get_task(session, task_id, official)
        dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
        found = document_of(session, dossier, task)
        _require_same(task, task_version, found, document_version)
        issuing.record(session, dossier, issued, sealed_by=official.account_id)
        actor = session.get_one(Account, official.account_id)
        title = f"Phát hành {found.title} số {papers.number_of(found)}"
        history.record(
            session, dossier, "document.issued", title, actor=actor, element_id=task.element_id, is_public=True
        )
        return tasks.complete(session, task_id, official, raw)

    return database.transact(record)


def document_of(session: Session, dossier: Dossier, task: UserTask) -> Document:
    """The paper a task reviews, signs or seals. NotFound when it handles none."""
    document = papers.find_handled(session, dossier, task)
    if document is None:
        raise NotFound("This task handles no paper.")
    return document


def find_right(
    session: Session, dossier: Dossier, document: Document, account_id: int, capacity: str | None = None
) -> SigningAuthority | None:
    """The right to sign this kind of paper today, in this capacity or any; None when there is none in force."""
    today = deadlines.local_day(calendar_of(session, dossier.authority_id), db.now(session))
    query = select(SigningAuthority).where(
        SigningAuthority.authority_id == dossier.authority_id,
        SigningAuthority.account_id == account_id,
        SigningAuthority.document_key.in_([document.key, "*"]),
        SigningAuthority.from_on <= today,
        or_(SigningAuthority.to_on.is_(None), SigningAuthority.to_on >= today),
    )
    if capacity is not None:
        query = query.where(SigningAuthority.capacity == capacity)
    return session.scalar(query.order_by(SigningAuthority.id))


def get_right(
    session: Session, dossier: Dossier, document: Document, account_id: int, capacity: str
) -> SigningAuthority:
    """As ``find_right``; Forbidden when there is none (Decree 30/2020, art. 13)."""
    right = find_right(session, dossier, document, account_id, capacity)
    if right is None:
        raise Forbidden(
            "You have no right in force to sign “{title}” in this capacity. Choose another capacity, or pass it on.",
            title=document.title,
        )
    return right


def shown_hash(facts: Mapping[str, Any]) -> str:
    """The hash of what a draft says, without what is added at signing: number, date, the signer's capacity."""
    said = {name: value for name, value in facts.items() if name != "signer"}
    said["document"] = {
        name: value for name, value in facts["document"].items() if name not in ("number", "issued_on", "is_draft")
    }
    return papers.facts_hash(said)


def _prepare(
    session: Session, task_id: int, official: Official, raw: Mapping[str, Any], shown_sha256: str
) -> _Prepared:
    task = tasks.get_task(session, task_id, official)
    tasks.check(session, task, official, raw)
    dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
    document = document_of(session, dossier, task)
    right = get_right(session, dossier, document, official.account_id, str(raw.get("signing_capacity")))
    papers.allot_number(session, document)
    document.capacity = right.capacity
    facts = papers.facts_of(session, dossier, document, right=right)
    if shown_hash(facts) != shown_sha256:
        raise Conflict("The paper has changed since it was shown to you. Read it again before you sign.")
    document.facts = facts
    session.flush()
    return _Prepared(
        document.id, document.key, document.version, task.version, facts, right, official.name, db.now(session)
    )


def _record_signature(
    session: Session, task_id: int, official: Official, raw: Mapping[str, Any], prepared: _Prepared, sha256: str
) -> UserTask:
    task = tasks.get_task(session, task_id, official)
    dossier = session.get_one(Dossier, (task.authority_id, task.dossier_id))
    document = document_of(session, dossier, task)
    _require_same(task, prepared.task_version, document, prepared.document_version)
    document.state = DocumentState.SIGNED
    document.signer_id = official.account_id
    document.signed_at = prepared.moment
    document.sha256 = sha256
    if papers.kind_of(db.config_of(session), document.key).is_result:
        dossier.result_signed_at = prepared.moment
        dossier.result_kind = document.key
    actor = session.get_one(Account, official.account_id)
    history.record(
        session, dossier, "document.signed", f"Ký số {document.title}", actor=actor, element_id=task.element_id
    )
    return tasks.complete(session, task_id, official, raw)


def _require_same(task: UserTask, task_version: int, document: Document, document_version: int) -> None:
    if task.version != task_version or document.version != document_version:
        raise Conflict("Somebody changed this paper or this task meanwhile: nothing was signed. Look at it again.")
