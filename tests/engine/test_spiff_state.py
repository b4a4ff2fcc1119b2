"""The state of an instance: small and flat however long it lives, the same after a load, empty when all is done."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from tiny import Play, boundary, catch, define, flows, gateway, handler, host, play, play_on, script, sub, user

from workflow_engine import decisions, instances, spiff
from workflow_engine.calendars import national_calendar
from workflow_engine.config import load
from workflow_engine.definitions import parse_bpmn, read_package
from workflow_engine.feel.values import YearsMonthsDuration
from workflow_engine.spiff import Definition, Fault, Host

PROJECT = Path(__file__).parents[2]
BEGIN = datetime(2026, 11, 12, 2, 0, tzinfo=UTC)
SMALL = 4096
CODE = "H26.30-261112-0001"


@cache
def procedure() -> tuple[Definition, tuple[decisions.Decisions, ...], Mapping[str, Any]]:
    package = read_package(PROJECT / "bpmn", PROJECT / "forms", "testing_registration_issue")
    models = {path: parse_bpmn(content, path) for path, content in package.files_ending(".bpmn").items()}
    tables = tuple(decisions.parse(content, path) for path, content in package.files_ending(".dmn").items())
    return spiff.parse(models, package.process_id, is_package=True), tables, package.facts.raw


def world(moment: datetime) -> Host:
    """The real calendar, decisions and facts; local operators do nothing, remote ones park."""
    _, tables, facts = procedure()
    config = load(environ={})
    calendar = national_calendar(config)
    functions = instances.functions_of(Session(info={"now": moment, "config": config}), calendar)
    context = {
        "dossier": {"code": CODE, "submitted_at": BEGIN, "received_at": BEGIN, "result_channel": "counter"},
        "procedure": facts,
        "due_at": BEGIN + timedelta(days=14),
        "due_rescheduled": None,
    }
    return host(
        now=moment.astimezone(calendar.timezone),
        context=lambda: context,
        functions=functions,
        decide=lambda decision_id, scope: tables[0].decide(decision_id, scope, functions).value,
        is_local=lambda operator: not operator.startswith("documents."),
    )


def begin() -> Play:
    return play_on(procedure()[0], world(BEGIN), accredited=False)


ANSWERS: dict[str, tuple[dict[str, Any], ...]] = {
    "check_composition": tuple(
        {"composition_outcome": each} for each in ("complete", "complete", "supplement", "refused")
    ),
    "assign_specialist": ({"specialist": "77"},),
    "examine_dossier": tuple({"validity_outcome": each} for each in ("valid", "supplement")),
    "appraise_scope": tuple({"conclusion": each} for each in ("qualified", "partial", "not_qualified")),
    "approve_second_request": ({"second_request_approved": True}, {"second_request_approved": False}),
    **dict.fromkeys(
        ("review_draft", "sign_result", "sign_stop_notice", "sign_apology"),
        tuple({"review_outcome": each} for each in ("approved", "redraft", "reappraise")),
    ),
}


def go_to_review(played: Play) -> None:
    played.do("check_composition", composition_outcome="complete").do("issue_receipt")
    played.do("assign_specialist", specialist="77").do("examine_dossier", validity_outcome="valid")
    played.do("appraise_management_system").do("appraise_scope", conclusion="qualified").do("draft_result")


def test_the_state_stays_small_and_flat_over_two_hundred_loop_backs() -> None:
    played = begin()
    go_to_review(played)
    sizes = []
    for number in range(200):
        played.do("review_draft", review_outcome="approved")
        if number % 2:
            played.do("sign_result", review_outcome="redraft").do("draft_result")
        else:
            played.do("sign_result", review_outcome="reappraise")
            played.do("appraise_scope", conclusion="partial").do("draft_result")
        sizes.append(len(played.state))
    assert played.open == ["review_draft"]
    assert max(sizes) < SMALL
    assert sizes[-1] - sizes[1] < 50, "only the digits of token numbers may grow"


def test_the_state_stays_flat_over_supplement_rounds() -> None:
    played = begin()
    sizes = []
    for _ in range(20):
        played.do("check_composition", composition_outcome="supplement")
        if played.open == ["approve_second_request"]:
            played.do("approve_second_request", second_request_approved=True)
        played.do("send_request")
        assert played.send("supplement_received", CODE)
        sizes.append(len(played.state))
    assert played.open == ["check_composition"]
    assert max(sizes) < SMALL
    assert sizes[-1] - sizes[1] < 50


def test_the_state_holds_no_specification() -> None:
    state = begin().state
    assert b"check_composition" not in state
    assert len(state) < 1500


def test_the_number_of_tokens_does_not_grow_with_repeated_events() -> None:
    tick = handler("es", "message", script("x") + flows("es_start>x"), interrupts=False)
    played = play(user("u") + flows("s>u") + tick)
    sizes = []
    for _ in range(100):
        assert played.send("m")
        sizes.append(len(played.state))
    assert sizes[-1] - sizes[1] < 50


def act_somehow(played: Play, choose: Any) -> None:
    """One of the things that may happen now."""
    wait = choose(played.waiting)
    if wait.kind == "timer":
        if wait.due_at is not None:
            played.host = world(max(wait.due_at, played.host.now.astimezone(UTC)))
            played.act(lambda run: run.fire(wait.token))
    elif wait.kind == "message":
        assert not played.send(wait.name, wait.key + "-wrong")
        assert played.send(wait.name, wait.key)
    else:
        values = choose(ANSWERS.get(wait.element.id, ({},)))
        played.act(lambda run: run.complete(wait.token, values))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_happens_the_real_procedure_saves_and_loads_the_same_and_never_gets_stuck(data: st.DataObject) -> None:
    played = begin()
    for _ in range(40):
        if played.is_completed:
            break
        assert played.waiting, "an instance that waits for nothing is stuck"
        assert len(played.state) < SMALL
        act_somehow(played, lambda options: data.draw(st.sampled_from(list(options))))
    assert played.is_completed == (played.waiting == [])


VALUES: dict[str, Any] = {
    "whole": 7,
    "decimal": Decimal("12.50"),
    "tiny": Decimal("0.1"),
    "large": Decimal(2**70),
    "moment": datetime(2026, 11, 12, 9, 30, tzinfo=timezone(timedelta(hours=7))),
    "day": date(2026, 11, 12),
    "time": time(9, 30),
    "days": timedelta(days=1, hours=2, microseconds=3),
    "months": YearsMonthsDuration(14),
    "nothing": None,
    "yes": True,
    "text": 'Nguyễn "An" {"$":"n"}',
    "list": [Decimal("1.5"), {"deep": [date(2026, 1, 1)]}],
    "dollar": {"$": "x", "v": [Decimal("0.5")]},
}


def test_feel_values_survive_saving() -> None:
    played = play(user("a") + user("b") + flows("s>a", "a>b")).do("a", **VALUES)
    local = dict(played.local("b"))
    assert local == VALUES
    assert {name: type(value) for name, value in local.items() if name != "large"} == {
        name: type(value) for name, value in VALUES.items() if name != "large"
    }


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.dates()
        | st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.timedeltas()
        | st.datetimes(timezones=st.just(UTC)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("$av"), inner, max_size=3),
        max_leaves=8,
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_any_nested_value_survives_saving(value: Any) -> None:
    assert play(user("a") + user("b") + flows("s>a", "a>b")).do("a", x=value).local("b")["x"] == value


def test_what_no_variable_can_hold_is_refused_when_it_is_saved() -> None:
    with pytest.raises(Fault, match="cannot be kept"):
        play(user("a") + user("b") + flows("s>a", "a>b")).do("a", x=object())


@pytest.mark.parametrize("depth", [0, 3])
def test_a_finished_instance_waits_for_nothing_and_keeps_almost_nothing(depth: int) -> None:
    inner = user("a") + boundary("b", "a", "one hour", interrupts=False) + user("h") + flows("b>h")
    body = inner + flows("s>a")
    for number in range(depth):
        body = sub(f"s{number}", body.replace('sourceRef="s"', f'sourceRef="s{number}_start"')) + flows(f"s>s{number}")
    played = play(body).do("a")
    assert (played.is_completed, played.waiting) == (True, [])
    assert len(played.state) < 200


def test_a_cancelled_instance_waits_for_nothing_and_leaves_every_element() -> None:
    body = user("a") + boundary("b", "a", "one hour") + catch("c", "message") + gateway("parallel", "g")
    played = play(body + user("n") + flows("s>g", "g>a", "g>c", "b>n"))
    played.act(lambda run: run.cancel())
    assert (played.is_completed, played.waiting) == (True, [])
    assert {"a", "c"} <= set(played.left)


def test_two_instances_of_one_definition_do_not_touch_each_other() -> None:
    definition = define(user("a") + user("b") + flows("s>a", "a>b"))
    first, second = play(definition, x=1), play(definition, x=2)
    first.do("a", x=3)
    assert (first.open, first.variables, second.open, second.variables) == (["b"], {"x": 3}, ["a"], {"x": 2})
