"""What happened, who did it and when, for whom. Rows are only added."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from workflow_engine import db
from workflow_engine.models import Account, Dossier, History


def record(
    session: Session,
    dossier: Dossier,
    kind: str,
    title: str,
    *,
    actor: Account | None = None,
    element_id: str | None = None,
    is_public: bool = False,
    acting_for: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add a row. ``title`` is shown to people (Vietnamese).

    ``is_public`` also to the applicant; no actor: the system.
    """
    session.add(
        History(
            authority_id=dossier.authority_id,
            dossier_id=dossier.id,
            id=db.new_id(),
            at=db.now(session),
            kind=kind,
            actor_id=actor.id if actor else None,
            actor_name=actor.name if actor else "Hệ thống",
            acting_for=acting_for,
            element_id=element_id,
            title=title,
            is_public=is_public,
            detail=dict(detail or {}),
        )
    )
