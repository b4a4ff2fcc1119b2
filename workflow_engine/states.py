"""The national states of a dossier and the transitions allowed between them (data/states.json)."""

import json
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from workflow_engine import db, history
from workflow_engine.errors import Conflict
from workflow_engine.models import Account, Dossier, DossierState

FILE = Path(__file__).parent / "data" / "states.json"
ENDS = {DossierState.NOT_ACCEPTED, DossierState.WITHDRAWN, DossierState.STOPPED, DossierState.RETURNED}
# A dossier goes back from 5 to these only when it was asked to be completed before it was received.
BEFORE_RECEPTION = {DossierState.RECEIVED, DossierState.NOT_ACCEPTED}


@lru_cache(maxsize=1)
def transitions() -> dict[DossierState, frozenset[DossierState]]:
    """From each state, the states that may follow; terminal ones have none."""
    stated = json.loads(FILE.read_text(encoding="utf-8"))["transitions"]
    return {state: frozenset(DossierState(each) for each in stated.get(str(int(state)), [])) for state in DossierState}


@lru_cache(maxsize=1)
def names() -> dict[DossierState, str]:
    """The national names."""
    stated = json.loads(FILE.read_text(encoding="utf-8"))["states"]
    return {DossierState(each["code"]): each["name"] for each in stated}


def is_allowed(dossier: Dossier, state: DossierState) -> bool:
    """Whether the dossier may go to ``state`` now."""
    if state not in transitions()[dossier.state]:
        return False
    if dossier.state is DossierState.SUPPLEMENT_REQUESTED and state in BEFORE_RECEPTION:
        return dossier.asked_before_reception
    return True


def set_state(session: Session, dossier: Dossier, state: DossierState, *, actor: Account | None = None) -> None:
    """Move a dossier to a state. The state it already has changes nothing; a transition not allowed is a Conflict."""
    if dossier.state is state:
        return
    if not is_allowed(dossier, state):
        raise Conflict(
            "Cannot set the dossier to “{target}”: it is “{current}”.",
            target=names()[state],
            current=names()[dossier.state],
        )
    moment = db.now(session)
    if dossier.state is DossierState.SUBMITTED and state is DossierState.SUPPLEMENT_REQUESTED:
        dossier.asked_before_reception = True
    if state is DossierState.RECEIVED:
        dossier.received_at = moment
    if state is DossierState.IN_PROGRESS:
        dossier.asked_before_reception = False
    if state is DossierState.DECIDED:
        dossier.decided_at = moment
    if state in ENDS:
        dossier.closed_at = moment
    dossier.state = state
    history.record(
        session, dossier, "dossier.moved", names()[state], actor=actor, is_public=True, detail={"state": int(state)}
    )
