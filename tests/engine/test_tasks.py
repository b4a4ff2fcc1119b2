"""User tasks: who takes, gives back and completes them, and what is refused with which sentence."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import make
import pytest
from make import counting
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from stage import Stage

from workflow_engine import dossier_values, incidents, people, tasks
from workflow_engine.errors import Conflict, EngineError, Forbidden, InvalidForm, NotFound
from workflow_engine.models import (
    Account,
    AccountKind,
    History,
    Incident,
    ProcessInstance,
    TaskCandidate,
    Unit,
    UserTask,
    UserTaskState,
)
from workflow_engine.people import Official

COMPLETE = {"identity_checked": True, "documents_match": True, "copies": 1, "composition_outcome": "complete"}


def claim(stage: Stage, task: UserTask, official: Official) -> UserTask:
    return stage.run(lambda session: tasks.claim(session, task.id, official))


def attempt(stage: Stage, element_id: str, official: Official, raw: dict[str, Any] | None = None) -> UserTask:
    task = stage.task(element_id)
    values = stage.values(task, official, COMPLETE if raw is None else raw)
    return stage.run(lambda session: tasks.complete(session, task.id, official, values))


def refusal(error: type[EngineError], action: Callable[[], object]) -> str:
    with pytest.raises(error) as refused:
        action()
    return str(refused.value)


def told(stage: Stage, kind: str) -> list[tuple[str, str]]:
    query = select(History).where(History.dossier_id == stage.dossier().id, History.kind == kind).order_by(History.id)
    return [(row.actor_name, row.title) for row in stage.look(query)]


def test_claim_takes_a_task_and_release_gives_it_back(stage: Stage) -> None:
    stage.submit()
    first = stage.official("tiepnhan")
    task = claim(stage, stage.task("check_composition"), first)
    assert (task.state, task.assignee_id) == (UserTaskState.CLAIMED, first.account_id)
    stage.run(lambda session: tasks.release(session, task.id, first))
    again = stage.task("check_composition")
    assert (again.state, again.assignee_id) == (UserTaskState.CREATED, None)
    assert told(stage, "task.claimed") == [(first.name, "Nhận việc: Kiểm tra thành phần hồ sơ")]
    assert told(stage, "task.released") == [(first.name, "Trả việc về nhóm: Kiểm tra thành phần hồ sơ")]


def test_claiming_twice_changes_nothing(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    first = sqlite_stage.official("tiepnhan")
    version = claim(sqlite_stage, sqlite_stage.task("check_composition"), first).version
    assert claim(sqlite_stage, sqlite_stage.task("check_composition"), first).version == version


def test_what_somebody_holds_nobody_else_claims_releases_or_completes(stage: Stage) -> None:
    stage.submit()
    first, second = stage.official("tiepnhan"), stage.official("tiepnhan2")
    task = claim(stage, stage.task("check_composition"), first)
    sentence = refusal(Conflict, lambda: claim(stage, task, second))
    assert sentence == f"Cannot claim “Kiểm tra thành phần hồ sơ”: {first.name} holds it."
    assert first.name in refusal(Conflict, lambda: attempt(stage, "check_composition", second))
    refusal(Forbidden, lambda: stage.run(lambda session: tasks.release(session, task.id, second)))
    assert stage.task("check_composition").assignee_id == first.account_id


def test_who_comes_too_late_reads_who_completed_the_task_and_when(stage: Stage) -> None:
    stage.submit()
    first, second = stage.official("tiepnhan"), stage.official("tiepnhan2")
    task = stage.task("check_composition")
    raw = stage.values(task, second, COMPLETE)
    attempt(stage, "check_composition", first)
    later = stage.later(hours=1)
    sentence = refusal(Conflict, lambda: later.run(lambda session: tasks.complete(session, task.id, second, raw)))
    assert sentence == (
        f"{first.name} completed “Kiểm tra thành phần hồ sơ” at 09:00 12/11/2026. What you typed is kept on this page."
    )


def test_of_two_officials_at_the_same_moment_one_completes_and_one_is_told(stage: Stage) -> None:
    stage.submit()
    officials = [stage.official("tiepnhan"), stage.official("tiepnhan2")]
    task = stage.task("check_composition")
    raw = stage.values(task, officials[0], COMPLETE)

    def complete(official: Official) -> str:
        try:
            stage.run(lambda session: tasks.complete(session, task.id, official, raw))
        except Conflict as conflict:
            return str(conflict)
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(complete, officials))
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes
    assert len(told(stage, "task.completed")) == 1


def test_completing_keeps_what_was_entered_and_who_did_it(stage: Stage) -> None:
    stage.submit()
    official = stage.official("tiepnhan")
    task = attempt(stage, "check_composition", official)
    assert (task.state, task.ended_by, task.ended_as, task.ended_at) == (
        UserTaskState.COMPLETED, official.account_id, "reception", stage.moment,
    )  # fmt: skip
    with stage.database.reading() as session:
        kept = dossier_values.latest(session, stage.dossier(), "shared/check_composition")
    assert kept["composition_outcome"] == "complete"
    assert told(stage, "task.completed") == [(official.name, "Kiểm tra thành phần hồ sơ")]
    assert stage.look(select(TaskCandidate).where(TaskCandidate.task_id == task.id)) == []


def test_completing_writes_at_most_eight_times(sqlite_stage: Stage) -> None:
    stage = sqlite_stage.play_to("appraise_management_system")
    task, official = stage.task("appraise_management_system"), stage.official("chuyenvien")
    raw = stage.values(task, official, "system")
    with counting(stage.database) as statements:
        stage.run(lambda session: tasks.complete(session, task.id, official, raw))
    writes = [each for each in statements if not each.lstrip().upper().startswith("SELECT")]
    assert len(writes) <= 8, writes


@pytest.mark.parametrize("name", ["truongphong", "chuyenvien", "lanhdao", "vanthu", "ketoan"])
def test_another_role_neither_sees_nor_completes_the_task(sqlite_stage: Stage, name: str) -> None:
    sqlite_stage.submit()
    official = sqlite_stage.official(name)
    task = sqlite_stage.task("check_composition")
    refusal(NotFound, lambda: claim(sqlite_stage, task, official))
    refusal(NotFound, lambda: sqlite_stage.run(lambda s: tasks.complete(s, task.id, official, COMPLETE)))
    assert sqlite_stage.open == ["check_composition"]


def test_the_same_role_of_another_authority_neither_sees_nor_completes_the_task(stage: Stage) -> None:
    stage.submit(office=0)
    stranger = stage.official("tiepnhan", office=1)
    task = stage.task("check_composition")
    refusal(NotFound, lambda: claim(stage, task, stranger))
    refusal(NotFound, lambda: stage.run(lambda session: tasks.complete(session, task.id, stranger, COMPLETE)))


def test_a_post_that_has_ended_gives_nothing(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    official = sqlite_stage.official("tiepnhan")
    task = sqlite_stage.task("check_composition")
    former = people.Official(official.account_id, official.name, official.username, False, ())
    refusal(NotFound, lambda: claim(sqlite_stage, task, former))


def test_a_task_given_to_somebody_by_name_is_held_by_them(stage: Stage) -> None:
    stage.play_to("examine_dossier")
    task = stage.task("examine_dossier")
    assert (task.state, task.assignee_id) == (UserTaskState.CLAIMED, stage.official("chuyenvien").account_id)
    colleague = stage.official("chuyenvien2")
    refusal(Conflict, lambda: attempt(stage, "examine_dossier", colleague, {"validity_outcome": "valid"}))


def give_role(stage: Stage, account_id: int, role: str, kind: str) -> Official:
    """The same person also holds another post."""
    authority_id = stage.people.offices[0].authority_id
    unit = stage.look(select(Unit).where(Unit.authority_id == authority_id, Unit.kind == kind))[0]
    make.make_post(stage.database, account_id, unit, role)
    with stage.now.reading() as session:
        return people.get_official(session, account_id)


def test_who_appraised_or_drafted_does_not_sign(stage: Stage) -> None:
    stage.play_to("sign_result")
    both = give_role(stage, stage.official("chuyenvien").account_id, "leader", "leadership")
    task = stage.task("sign_result")
    sentence = refusal(Forbidden, lambda: claim(stage, task, both))
    assert sentence == "You cannot do “Ký số văn bản”: you appraised or drafted this dossier. Somebody else has to."
    raw = stage.values(task, both, "sign")
    refusal(Forbidden, lambda: stage.run(lambda session: tasks.complete(session, task.id, both, raw)))
    assert claim(stage, task, stage.official("lanhdao")).assignee_id == stage.official("lanhdao").account_id


def test_who_drafted_does_not_review_their_own_draft(sqlite_stage: Stage) -> None:
    sqlite_stage.play_to("review_draft")
    drafter = sqlite_stage.official("chuyenvien").account_id
    both = give_role(sqlite_stage, drafter, "dept_head", "quality_management")
    refusal(Forbidden, lambda: attempt(sqlite_stage, "review_draft", both, {"review_outcome": "approved"}))


def test_an_administrator_neither_claims_nor_completes_even_with_a_post(stage: Stage) -> None:
    stage.submit()
    account = make.make_account(stage.database, kind=AccountKind.ADMINISTRATOR)
    administrator = give_role(stage, account.id, "reception", "reception")
    task = stage.task("check_composition")
    assert refusal(Forbidden, lambda: claim(stage, task, administrator)) == (
        "An administrator neither completes nor signs."
    )
    refusal(Forbidden, lambda: attempt(stage, "check_composition", administrator))


def test_nobody_handles_a_dossier_of_their_own(stage: Stage) -> None:
    stage.submit()
    official = stage.official("tiepnhan")
    own = stage.applicant.applicant_id
    stage.run(lambda s: s.execute(update(Account).where(Account.id == official.account_id).values(applicant_id=own)))
    task = stage.task("check_composition")
    assert refusal(Forbidden, lambda: claim(stage, task, official)) == (
        "You cannot handle this dossier: you are its applicant or owner."
    )
    refusal(Forbidden, lambda: attempt(stage, "check_composition", official))


def test_nobody_handles_a_dossier_filed_under_their_personal_id(sqlite_stage: Stage) -> None:
    stage = sqlite_stage
    stage.submit()
    with stage.database.reading() as session:
        applicant = people.get_account(session, stage.applicant.id).applicant_id
        personal_id = session.get_one(make.Applicant, applicant).personal_id
    same_person = make.make_applicant(stage.database, personal_id=personal_id)
    official = stage.official("tiepnhan")
    change = update(Account).where(Account.id == official.account_id).values(applicant_id=same_person.id)
    stage.run(lambda session: session.execute(change))
    refusal(Forbidden, lambda: claim(stage, stage.task("check_composition"), official))


def test_a_form_that_is_wrong_changes_nothing(stage: Stage) -> None:
    stage.submit()
    before = stage.instance().version
    with pytest.raises(InvalidForm) as refused:
        attempt(stage, "check_composition", stage.official("tiepnhan"), {"composition_outcome": "nonsense"})
    assert "composition_outcome" in {error.path for error in refused.value.errors}
    assert (stage.open, stage.instance().version) == (["check_composition"], before)


def test_a_missing_unit_keeps_what_was_submitted_as_an_incident_that_names_the_unit(stage: Stage) -> None:
    stage.play_to("draft_result")
    stage.do("draft_result", "chuyenvien", "draft")
    leadership = select(Unit.id).where(Unit.kind == "leadership")
    stage.run(lambda s: s.execute(update(Unit).where(Unit.id.in_(leadership)).values(kind="closed")))
    official, task = stage.official("truongphong"), stage.task("review_draft")
    raw = stage.values(task, official, {"review_outcome": "approved"})
    version = stage.instance().version
    with pytest.raises(incidents.Stuck) as stuck:
        incidents.complete_task(stage.now, task.id, official, raw)
    [incident] = stage.look(select(Incident))
    assert "leadership" in incident.reason
    assert (incident.action, incident.subject_id, incident.actor_id) == ("task.complete", task.id, official.account_id)
    assert incident.submitted["review_outcome"] == "approved"
    assert str(incident.id) in str(stuck.value)
    assert (stage.open, stage.instance().version) == (["review_draft"], version), "the action was rolled back"
    with pytest.raises(EngineError):
        incidents.retry(stage.now, incident.id)
    assert stage.look(select(Incident.resolved_at)) == [None], "what still fails stays open"
    stage.run(lambda s: s.execute(update(Unit).where(Unit.kind == "closed").values(kind="leadership")))
    incidents.retry(stage.now, incident.id)
    with stage.database.reading() as session:
        assert incidents.list_open(session) == []
    assert stage.open == ["sign_result"]


def test_the_next_round_of_a_form_begins_with_the_last_one_and_the_comment(stage: Stage) -> None:
    stage.play_to("review_draft")
    stage.do("review_draft", "truongphong", "return")
    task, drafter = stage.task("draft_result"), stage.official("chuyenvien")
    with stage.now.reading() as session:
        shown = tasks.form_of(session, task, drafter)
    assert (task.round, shown.values["abstract"]) == (2, "Về đăng ký hoạt động thử nghiệm")
    assert task.note == "Viết rõ căn cứ tại Điều 5 và phạm vi được chấp nhận"


def test_a_withdrawn_task_says_that_the_dossier_moved_on(stage: Stage) -> None:
    stage.play_to("appraise_management_system")
    task, official = stage.task("appraise_management_system"), stage.official("chuyenvien")
    raw = stage.values(task, official, "system")
    stage.withdraw()
    sentence = refusal(Conflict, lambda: stage.run(lambda s: tasks.complete(s, task.id, official, raw)))
    assert sentence == "“Thẩm xét hệ thống quản lý” is no longer needed: the dossier has moved on."
    assert stage.look(select(TaskCandidate).where(TaskCandidate.task_id == task.id)) == []


def test_a_task_without_an_instance_to_act_on_is_refused(sqlite_stage: Stage) -> None:
    stage = sqlite_stage
    stage.submit()
    instance = stage.instance()
    task, official = stage.task("check_composition"), stage.official("tiepnhan")
    raw = stage.values(task, official, COMPLETE)

    def gone(session: Session) -> None:
        session.execute(update(ProcessInstance).where(ProcessInstance.id == instance.id).values(status="completed"))

    stage.run(gone)
    assert "has ended" in refusal(Conflict, lambda: stage.run(lambda s: tasks.complete(s, task.id, official, raw)))


def test_due_dates_come_from_the_model_and_the_dossier(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    task = sqlite_stage.task("check_composition")
    assert task.due_at == sqlite_stage.moment + timedelta(hours=24), "eight working hours from Thursday 09:00"
    assert task.dossier_due_at == sqlite_stage.dossier().due_at
