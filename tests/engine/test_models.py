"""Our models on the engine: what was mended in them stays mended."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from workflow_engine import decisions, spiff
from workflow_engine.definitions import Package, parse_bpmn, read_package

ROOT = Path(__file__).resolve().parents[2]
PROCEDURE = "testing_registration_issue"
NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)


@cache
def package() -> Package:
    return read_package(ROOT / "bpmn", ROOT / "forms", PROCEDURE)


@cache
def definition(process_id: str) -> spiff.Definition:
    roots = {file: parse_bpmn(content, file) for file, content in package().files_ending(".bpmn").items()}
    return spiff.parse(roots, process_id, is_package=True)


def host(calls: list[str], result_channel: str = "electronic") -> spiff.Host:
    """A world in which every operator is local and done at once; `calls` gathers their types."""

    def call(operator: str, _element: spiff.Element, _variables: Mapping[str, Any]) -> Mapping[str, Any]:
        calls.append(operator)
        return {}

    def decide(decision_id: str, scope: Mapping[str, Any]) -> Any:
        file = "bpmn/decisions/sign_level.dmn"
        return decisions.parse(package().files[file], file).decide(decision_id, scope, {}).value

    dossier = {"code": "H1", "submitted_at": NOW, "received_at": NOW, "channel": 2, "result_channel": result_channel}
    later = {name: lambda moment, *_number: moment + timedelta(days=1) for name in ("add_working_hours", "add_days")}
    return spiff.Host(
        now=NOW,
        context=lambda: {"dossier": dossier, "procedure": package().facts.raw, "due_at": NOW + timedelta(days=9)},
        functions={"now": lambda: NOW, "add_working_days": lambda moment, number: moment + timedelta(days=1), **later},
        decide=decide,
        is_local=lambda _operator: True,
        call=call,
        entered=lambda _element, _variables: None,
        left=lambda _element: None,
    )


def complete(run: spiff.Run, element_id: str, **result: Any) -> None:
    (wait,) = [wait for wait in run.waits() if wait.kind == "user_task" and wait.element.id == element_id]
    run.complete(wait.token, result)


def fire(run: spiff.Run, element_id: str) -> None:
    (wait,) = [wait for wait in run.waits() if wait.kind == "timer" and wait.element.id == element_id]
    run.fire(wait.token)


def test_a_redraft_after_the_due_date_does_not_warn_the_leader_again() -> None:
    calls: list[str] = []
    run = spiff.start(definition("apologise_delay"), host(calls), {})
    for outcome in ("redraft", "redraft", "approved"):
        fire(run, "deadline_passed")
        complete(run, "draft_apology")
        complete(run, "sign_apology", review_outcome=outcome)
    assert calls == ["notifications.escalate_overdue", "documents.send_apology"]
    assert run.is_completed


def test_before_assignment_the_head_of_department_can_draft_the_apology() -> None:
    run = spiff.start(definition("apologise_delay"), host([]), {})
    (wait,) = [wait for wait in run.waits() if wait.kind == "user_task"]
    facts = run.task_facts(wait.token)
    assert facts.assignee is None
    assert facts.candidate_groups == ("specialist", "dept_head")


def until_appraised(run: spiff.Run, conclusion: str | None) -> None:
    complete(run, "check_composition", composition_outcome="complete")
    complete(run, "assign_specialist", specialist="an")
    complete(run, "examine_dossier", validity_outcome="valid")
    complete(run, "confirm_accreditation")
    complete(run, "appraise_scope", conclusion=conclusion)


@pytest.mark.parametrize(
    ("conclusion", "document", "end"),
    [
        ("qualified", "registration_certificate", "issued"),
        ("partial", "registration_certificate", "issued"),
        ("not_qualified", "refusal_letter", "refused"),
        ("doubtful", "refusal_letter", "refused"),
        (None, "refusal_letter", "refused"),
    ],
)
def test_only_a_named_conclusion_grants(conclusion: str | None, document: str, end: str) -> None:
    calls: list[str] = []
    run = spiff.start(definition(PROCEDURE), host(calls), {"accredited": True})
    until_appraised(run, conclusion)
    (wait,) = [wait for wait in run.waits() if wait.kind == "user_task"]
    assert run.variables_of(wait.token)["document_key"] == document
    complete(run, "draft_result")
    complete(run, "review_draft", review_outcome="approved")
    complete(run, "sign_result", review_outcome="approved")
    complete(run, "number_and_seal")
    assert run.is_completed
    assert run.end is not None
    assert run.end.id == end
    assert ("registers.record_certificate" in calls) == (end == "issued")


def test_a_second_supplement_waits_for_the_head_who_can_refuse_it() -> None:
    calls: list[str] = []
    run = spiff.start(definition(PROCEDURE), host(calls), {"accredited": True})
    complete(run, "check_composition", composition_outcome="supplement")
    assert run.correlate("supplement_received", "H1", {})
    complete(run, "check_composition", composition_outcome="complete")
    complete(run, "assign_specialist", specialist="an")
    complete(run, "examine_dossier", validity_outcome="supplement")
    complete(run, "approve_second_request", second_request_approved=False)
    assert [wait.element.id for wait in run.waits() if wait.kind == "user_task"] == ["examine_dossier"]
    assert calls.count("documents.send_supplement_request") == 1


def test_a_supplement_never_answered_stops_the_dossier_with_its_notice() -> None:
    calls: list[str] = []
    run = spiff.start(definition(PROCEDURE), host(calls), {"accredited": True})
    complete(run, "check_composition", composition_outcome="supplement")
    fire(run, "supplement_deadline")
    complete(run, "draft_stop_notice")
    complete(run, "sign_stop_notice", review_outcome="approved")
    assert run.is_completed
    assert run.end is not None
    assert run.end.id == "stopped_at_reception"
    assert calls[-1] == "documents.send_stop_notice"


def test_a_withdrawal_ends_the_work_and_an_open_apology() -> None:
    run = spiff.start(definition(PROCEDURE), host([]), {"accredited": True})
    complete(run, "check_composition", composition_outcome="complete")
    fire(run, "handle_delay")
    assert not run.correlate("withdrawal_requested", "H2", {})
    assert run.correlate("withdrawal_requested", "H1", {})
    assert [wait.element.id for wait in run.waits()] == ["draft_stop_notice"]
    complete(run, "draft_stop_notice")
    complete(run, "sign_stop_notice", review_outcome="approved")
    assert run.is_completed
    assert run.end is not None
    assert run.end.id == "withdrawn"
