"""What people entered about a dossier: rows per form, round and field.

Everything entered is kept; the latest round is shown.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflow_engine import db
from workflow_engine.models import Account, Dossier, FieldValue


def store(
    session: Session,
    dossier: Dossier,
    form_key: str,
    round_number: int,
    values: Mapping[str, Any],
    *,
    actor: Account | None,
) -> None:
    """Keep a submission: one row per top-level field, in one statement."""
    rows = [
        {
            "authority_id": dossier.authority_id,
            "dossier_id": dossier.id,
            "form_key": form_key,
            "round": round_number,
            "field_key": key,
            "value": value,
            "entered_by": actor.id if actor else None,
            "entered_at": db.now(session),
        }
        for key, value in values.items()
    ]
    if rows:
        session.execute(insert(FieldValue), rows)


def latest(session: Session, dossier: Dossier, form_key: str) -> dict[str, Any]:
    """The values of the latest round of a form; {} when nobody filled it in."""
    return all_latest(session, dossier).get(form_key, {})


def all_latest(session: Session, dossier: Dossier) -> dict[str, dict[str, Any]]:
    """The latest round of every form of the dossier, by form key in the order they were first filled in."""
    query = (
        select(FieldValue)
        .where(FieldValue.authority_id == dossier.authority_id, FieldValue.dossier_id == dossier.id)
        .order_by(FieldValue.entered_at, FieldValue.round)
    )
    rounds: dict[str, int] = {}
    found: dict[str, dict[str, Any]] = {}
    for row in session.scalars(query):
        if row.round > rounds.get(row.form_key, -1):
            rounds[row.form_key] = row.round
            found[row.form_key] = {}
        if row.round == rounds[row.form_key]:
            found[row.form_key][row.field_key] = row.value
    return found


def next_round(session: Session, dossier: Dossier, form_key: str) -> int:
    """The number of the round that a new submission of this form begins, from 1."""
    query = select(FieldValue.round).where(
        FieldValue.authority_id == dossier.authority_id,
        FieldValue.dossier_id == dossier.id,
        FieldValue.form_key == form_key,
    )
    last = session.scalar(query.order_by(FieldValue.round.desc()).limit(1))
    return (last or 0) + 1
