"""The national states: every pair of the ten, as data/states.json allows them."""

import json
from datetime import datetime
from itertools import product
from pathlib import Path

import make
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_engine import db, people, states
from workflow_engine.db import Database
from workflow_engine.errors import Conflict
from workflow_engine.models import Dossier, DossierState, History

STATED = json.loads((Path(states.__file__).parent / "data" / "states.json").read_text())
ALLOWED = {(int(source), target) for source, targets in STATED["transitions"].items() for target in targets}
NEEDS_EARLY_REQUEST = {(5, 2), (5, 3)}


def dossier_in(state: int, *, asked_before_reception: bool = False) -> Dossier:
    return Dossier(
        authority_id=1, id=2, state=DossierState(state), asked_before_reception=asked_before_reception, code="x"
    )


def set_to(dossier: Dossier, state: int) -> list[History]:
    """Set a state; the rows it adds."""
    session = Session(info={"now": make.MOMENT})
    states.set_state(session, dossier, DossierState(state))
    return list(session.new)


@pytest.mark.parametrize(("source", "target"), list(product(range(1, 11), repeat=2)))
@pytest.mark.parametrize("is_early", [False, True])
def test_every_pair_of_states(source: int, target: int, is_early: bool) -> None:
    dossier = dossier_in(source, asked_before_reception=is_early)
    is_allowed = (source, target) in ALLOWED and (is_early or (source, target) not in NEEDS_EARLY_REQUEST)
    if source == target:
        assert set_to(dossier, target) == []
    elif is_allowed:
        assert len(set_to(dossier, target)) == 1
    else:
        with pytest.raises(Conflict):
            set_to(dossier, target)
    assert dossier.state == (target if is_allowed else source)


def test_a_refusal_names_both_states_as_people_know_them() -> None:
    with pytest.raises(Conflict) as refused:
        set_to(dossier_in(10), 4)
    assert str(refused.value) == "Cannot set the dossier to “Đang xử lý”: it is “Đã trả kết quả”."


def test_terminal_states_have_no_way_out() -> None:
    terminal = {each["code"] for each in STATED["states"] if each["terminal"]}
    assert terminal == {int(state) for state in states.ENDS} == set(range(1, 11)) - {source for source, _ in ALLOWED}


def test_a_request_before_reception_is_remembered_until_the_dossier_is_in_progress() -> None:
    dossier = dossier_in(1)
    for state, remembered in ((5, True), (2, True), (4, False), (5, False)):
        set_to(dossier, state)
        assert dossier.asked_before_reception is remembered
    with pytest.raises(Conflict):
        set_to(dossier, 2)


@pytest.mark.parametrize(
    ("way", "column"),
    [((2,), "received_at"), ((2, 4, 9), "decided_at"), ((2, 4, 9, 10), "closed_at"), ((3,), "closed_at"),
     ((7,), "closed_at"), ((2, 4, 8), "closed_at")],
)  # fmt: skip
def test_moments_are_noted_when_a_state_is_reached(way: tuple[int, ...], column: str) -> None:
    dossier = dossier_in(1)
    for state in way:
        assert getattr(dossier, column) is None
        set_to(dossier, state)
    assert getattr(dossier, column) == make.MOMENT


def test_a_move_is_told_to_the_applicant_with_who_and_when(database: Database) -> None:
    dossier = make.make_dossier(database)
    official = make.make_official(database)

    def move(session: Session) -> datetime:
        account = people.get_account(session, official.account_id)
        states.set_state(session, session.get_one(Dossier, (dossier.authority_id, dossier.id)), DossierState(2),
                         actor=account)  # fmt: skip
        return db.now(session)

    moment = database.transact(move)
    with database.reading() as session:
        row = session.scalars(select(History).where(History.dossier_id == dossier.id)).one()
        assert session.get_one(Dossier, (dossier.authority_id, dossier.id)).state is DossierState.RECEIVED
    assert (row.kind, row.title, row.actor_id, row.at, row.is_public, row.detail) == (
        "dossier.moved", "Được tiếp nhận", official.account_id, moment, True, {"state": 2}
    )  # fmt: skip
