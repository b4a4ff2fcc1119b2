"""Issuing a paper without a person: number it, render it, seal it, keep the file.

Then, in the caller's transaction, record it.

Every step may happen twice: the paper has the id of the job, so a repeated job finds its paper and its number.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from workflow_engine import db, deadlines, documents, dossier_values, files, papers, procedures, signing
from workflow_engine.calendars import calendar_of
from workflow_engine.config import Config, get_secret
from workflow_engine.documents import Box, Rendered
from workflow_engine.models import Account, Document, DocumentState, Dossier
from workflow_engine.operators.registry import RemoteWork
from workflow_engine.spiff import Fault

SIGNATURE, SEAL = "signature", "seal"


@dataclass(frozen=True)
class Issued:
    """A sealed paper that is not recorded yet."""

    document_id: int
    sha256: str
    facts: Mapping[str, Any]
    sealed_at: datetime


def issue(work: RemoteWork, key: str) -> Issued:
    """Number, render and seal a paper that only the agency signs."""

    def prepare(session: Session) -> tuple[dict[str, Any], datetime]:
        dossier = session.get_one(Dossier, (work.authority_id, work.dossier_id))
        document = session.get(Document, (work.authority_id, work.job_id))
        if document is None:
            author = _author(session, work)
            document = papers.draft(session, dossier, key, author=author, document_id=work.job_id)
        papers.allot_number(session, document)
        facts = papers.facts_of(session, dossier, document, extra=_extra(session, dossier, work))
        return facts, db.now(session)

    facts, moment = work.database.transact(prepare, now=work.now)
    rendered = papers.render(work.config, key, facts)
    return _sealed(work.config, work.job_id, facts, rendered.pdf, rendered, moment)


def seal_signed(work: RemoteWork, key: str) -> Issued:
    """Seal a paper that a leader has signed."""
    with work.database.reading(now=work.now) as session:
        dossier = session.get_one(Dossier, (work.authority_id, work.dossier_id))
        document = papers.find_open(session, dossier, key)
        if document is None or document.state is not DocumentState.SIGNED or document.sha256 is None:
            raise Fault(f"the paper {key!r} is not signed yet", element=work.element_id)
        moment = db.now(session)
    return seal(work.config, document, moment)


def seal(config: Config, document: Document, moment: datetime) -> Issued:
    """Put the agency's seal on a signed paper, as a second signature beside the first."""
    assert document.sha256 is not None
    signed = read_pdf(config, document.sha256)
    rendered = papers.render(config, document.key, document.facts)
    return _sealed(config, document.id, document.facts, signed, rendered, moment)


def record(session: Session, dossier: Dossier, issued: Issued, *, sealed_by: int | None = None) -> Document:
    """The paper is issued."""
    document = session.get_one(Document, (dossier.authority_id, issued.document_id))
    document.state = DocumentState.ISSUED
    document.sha256 = issued.sha256
    document.facts = dict(issued.facts)
    document.sealed_at = issued.sealed_at
    document.sealed_by = sealed_by
    return document


def store_pdf(config: Config, pdf: bytes) -> str:
    """Keep a PDF of our own in the content store; its SHA-256."""
    return files.store_own(files.root_of(config), io.BytesIO(pdf)).sha256


def read_pdf(config: Config, sha256: str) -> bytes:
    """A PDF of our own from the content store."""
    return files.path_of(files.root_of(config), sha256).read_bytes()


def seal_pin(config: Config) -> str:
    """The PIN of the agencies' seal keys, which the server holds."""
    return get_secret(config, "seal-pin").hex()


def ca_folder(config: Config) -> Path:
    """The demonstration certification authority: what signatures are verified against."""
    return config.paths.var / "keys" / "ca"


def seal_file(config: Config, authority_code: str) -> Path:
    """The key of an agency's seal."""
    return config.paths.var / "keys" / f"seal-{authority_code}.p12"


def _sealed(
    config: Config, document_id: int, facts: Mapping[str, Any], pdf: bytes, rendered: Rendered, moment: datetime
) -> Issued:
    box = rendered.boxes.get(SEAL)
    if box is None:
        raise Fault("the template has no place for the seal")
    authority = facts["authority"]
    key = signing.open_key(seal_file(config, facts["authority"]["code"]), seal_pin(config))
    appearance = seal_appearance(config, authority, moment, box)
    sealed = signing.sign(
        pdf, key, field=SEAL, box=box, appearance=appearance, signed_at=moment, location=authority["place"]
    )
    return Issued(document_id, store_pdf(config, sealed), facts, moment)


def seal_appearance(config: Config, authority: Mapping[str, str], moment: datetime, box: Box) -> bytes:
    """The red round seal as it is drawn."""
    return documents.seal_appearance(
        authority["name"], authority["superior"], moment, box, is_demo=config.demo, root=papers.templates(config)
    )


def _author(session: Session, work: RemoteWork) -> Account | None:
    author = work.variables.get("author_id")
    return session.get(Account, int(author)) if author else None


def _extra(session: Session, dossier: Dossier, work: RemoteWork) -> dict[str, Any]:
    """What a paper says that nobody entered: until when the applicant has to complete the dossier."""
    if "request_stage" not in work.variables:
        return {}
    stage = {"reception": "shared/check_composition", "appraisal": "shared/examine_dossier"}[
        str(work.variables["request_stage"])
    ]
    supplement = procedures.get_version(session, dossier.procedure_version_id).facts.supplement
    calendar = calendar_of(session, dossier.authority_id)
    due = deadlines.add_days(calendar, db.now(session), supplement.applicant_days, supplement.unit)
    asked = dossier_values.latest(session, dossier, stage).get("missing_items", [])
    return {"supplement_due_at": due.isoformat(), "missing_items": asked}
