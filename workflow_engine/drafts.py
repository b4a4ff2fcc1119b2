"""What an applicant has typed and uploaded so far. Only the account that began a draft reaches it.

Values are kept as they were typed, judged only at submission; so an autosave loses nothing, however wrong it is.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflow_engine import db
from workflow_engine.errors import Conflict, Forbidden, NotFound
from workflow_engine.files import StoredFile
from workflow_engine.models import Account, Applicant, ApplicationDraft, Authority, DraftFile


def start_draft(
    session: Session, account: Account, procedure_id: str, authority_id: int, *, dossier_code: str | None = None
) -> ApplicationDraft:
    """A new draft that begins with what is known of the applicant; with ``dossier_code`` it answers a supplement."""
    if account.applicant_id is None:
        raise Forbidden("Sign in with the account of an applicant to file a dossier.")
    if session.get(Authority, authority_id) is None:
        raise NotFound("There is no such authority: choose one of the list.")
    applicant = session.get_one(Applicant, account.applicant_id)
    draft = ApplicationDraft(
        id=db.new_id(),
        account_id=account.id,
        procedure_id=procedure_id,
        authority_id=authority_id,
        dossier_code=dossier_code,
        values=dict(applicant.values),
        saved_at=db.now(session),
    )
    session.add(draft)
    return draft


def get_draft(session: Session, draft_id: int, account: Account) -> ApplicationDraft:
    """The draft, or NotFound when there is none or it is somebody else's."""
    return _find(session, draft_id, account, is_locked=False)


def list_drafts(session: Session, account: Account) -> list[ApplicationDraft]:
    """The drafts of this account, the last one saved first."""
    query = select(ApplicationDraft).where(ApplicationDraft.account_id == account.id)
    return list(session.scalars(query.order_by(ApplicationDraft.saved_at.desc(), ApplicationDraft.id.desc())))


def save_draft(session: Session, draft_id: int, account: Account, values: Mapping[str, Any]) -> ApplicationDraft:
    """Keep what is typed now, in place of what was kept before."""
    draft = _find(session, draft_id, account, is_locked=True)
    draft.values = dict(values)
    draft.saved_at = db.now(session)
    return draft


def discard_draft(session: Session, draft_id: int, account: Account) -> None:
    """Forget a draft and its list of files."""
    draft = _find(session, draft_id, account, is_locked=True)
    session.execute(delete(DraftFile).where(DraftFile.draft_id == draft.id))
    session.delete(draft)


def attach_file(session: Session, draft_id: int, account: Account, component: str, stored: StoredFile) -> DraftFile:
    """Add a stored file to a component. The same content twice in one component is one file.

    Conflict when the draft has as many files as ``files.max_files`` allows.
    """
    draft = _find(session, draft_id, account, is_locked=True)
    present = list_draft_files(session, draft.id)
    for file in present:
        if (file.component, file.sha256) == (component, stored.sha256):
            return file
    most = db.config_of(session).files.max_files
    if len(present) >= most:
        raise Conflict("A dossier has at most {most} files: remove one, or put several into one file.", most=most)
    file = DraftFile(
        id=db.new_id(),
        draft_id=draft.id,
        component=component,
        sha256=stored.sha256,
        filename=stored.filename,
        media_type=stored.media_type,
        size=stored.size,
        pages=stored.pages,
        uploaded_at=db.now(session),
    )
    session.add(file)
    return file


def detach_file(session: Session, draft_id: int, account: Account, file_id: int) -> None:
    """Take a file out of the draft. The content stays in the store: other dossiers may name it too."""
    draft = _find(session, draft_id, account, is_locked=True)
    file = session.get(DraftFile, file_id)
    if file is None or file.draft_id != draft.id:
        raise NotFound("This file is no longer in the draft.")
    session.delete(file)


def list_draft_files(session: Session, draft_id: int) -> list[DraftFile]:
    """The files of a draft in the order they came. Ask ``get_draft`` first whether it may be seen."""
    return list(session.scalars(select(DraftFile).where(DraftFile.draft_id == draft_id).order_by(DraftFile.id)))


def _find(session: Session, draft_id: int, account: Account, *, is_locked: bool) -> ApplicationDraft:
    # The lock makes uploads of one form, sent at the same moment, count each other.
    draft = session.get(ApplicationDraft, draft_id, with_for_update=is_locked or None)
    if draft is None or draft.account_id != account.id:
        raise NotFound("There is no such draft, or it is not yours to see.")
    return draft
