"""What we know of a paper by its hash: the register answers, not the file."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_engine.models import Authority, Document, DocumentState


@dataclass(frozen=True)
class PaperFacts:
    """A paper this authority issued, as printed on it; it names nobody."""

    title: str
    symbol: str
    issued_on: date | None
    authority: str
    is_void: bool


def find_paper(session: Session, sha256: str) -> PaperFacts | None:
    """The issued paper whose file has this hash."""
    query = (
        select(Document, Authority.name)
        .join(Authority, Authority.id == Document.authority_id)
        .where(Document.sha256 == sha256, Document.state.in_((DocumentState.ISSUED, DocumentState.VOID)))
    )
    found = session.execute(query).first()
    if found is None:
        return None
    document, authority = found
    is_void = document.state is DocumentState.VOID
    return PaperFacts(document.title, document.symbol or "", document.issued_on, authority, is_void)
