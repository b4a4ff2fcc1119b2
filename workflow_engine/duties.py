"""Who may not handle what: duties are separate (RULES §6.2 four eyes), whatever role somebody holds."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_engine.errors import Forbidden
from workflow_engine.models import Account, AccountKind, Applicant, Dossier, UserTask, UserTaskState
from workflow_engine.people import Official

# Whoever did one of these on a dossier can not act on it in the role: drafting and signing are different people.
EXCLUDED_BY = {"leader": ("specialist", "assessment_team", "dept_head"), "dept_head": ("specialist", "assessment_team")}


def check(session: Session, dossier: Dossier, task: UserTask, official: Official, role: str) -> None:
    """Raise Forbidden when this official may not act on this dossier in this role."""
    account = session.get_one(Account, official.account_id)
    if account.kind is not AccountKind.OFFICIAL:
        raise Forbidden("An administrator neither completes nor signs.")
    if is_party(session, dossier, account):
        raise Forbidden("You cannot handle this dossier: you are its applicant or owner.")
    excluding = EXCLUDED_BY.get(role, ())
    query = select(UserTask.id).where(
        UserTask.authority_id == dossier.authority_id,
        UserTask.dossier_id == dossier.id,
        UserTask.state == UserTaskState.COMPLETED,
        UserTask.ended_by == account.id,
        UserTask.ended_as.in_(excluding),
    )
    if excluding and session.scalar(query.limit(1)) is not None:
        raise Forbidden(
            "You cannot do “{task}”: you appraised or drafted this dossier. Somebody else has to.", task=task.name
        )


def is_party(session: Session, dossier: Dossier, account: Account) -> bool:
    """Whether the account belongs to the applicant or owner, by account, applicant or personal id."""
    parties = {dossier.applicant_id, dossier.owner_id}
    if account.id == dossier.account_id or account.applicant_id in parties:
        return True
    if account.applicant_id is None:
        return False
    own = session.get(Applicant, account.applicant_id)
    if own is None or own.personal_id is None:
        return False
    query = select(Applicant.id).where(Applicant.id.in_(parties), Applicant.personal_id == own.personal_id)
    return session.scalar(query) is not None
