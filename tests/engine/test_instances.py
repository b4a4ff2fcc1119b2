"""Instances: suspended, resumed, cancelled, finished; and the rows of what they wait for, equal to their state."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from stage import Stage

from workflow_engine import instances, procedures, spiff, tasks, waits
from workflow_engine.errors import Conflict, NotFound
from workflow_engine.models import (
    DocumentState,
    History,
    InstanceState,
    Job,
    JobState,
    MessageWait,
    Outbox,
    TaskCandidate,
    Timer,
    UserTask,
    UserTaskState,
)


def change(stage: Stage, action: Any) -> None:
    """Suspend or resume the dossier's instance."""
    stage.run(lambda session: action(session, instances.get_instance(session, stage.dossier())))


def cancel(stage: Stage) -> None:
    instance = stage.instance()
    stage.run(lambda session: instances.cancel(session, instance.authority_id, instance.id, actor=None))


def rows(stage: Stage) -> set[tuple[str, int, str, datetime | None]]:
    """What the tables say the instance waits for."""
    of_instance = stage.instance().id
    open_tasks = select(UserTask).where(UserTask.instance_id == of_instance, UserTask.state.in_(tasks.OPEN))
    jobs = select(Job).where(Job.instance_id == of_instance, Job.state == JobState.CREATED, Job.token.is_not(None))
    timers = select(Timer).where(Timer.instance_id == of_instance)
    messages = select(MessageWait).where(MessageWait.instance_id == of_instance)
    return (
        {("user_task", task.token, task.element_id, None) for task in stage.look(open_tasks)}
        | {("job", job.token, job.element_id, None) for job in stage.look(jobs)}
        | {("timer", timer.token, timer.element_id, timer.due_at) for timer in stage.look(timers)}
        | {("message", wait.token, wait.element_id, None) for wait in stage.look(messages)}
    )


def state(stage: Stage) -> set[tuple[str, int, str, datetime | None]]:
    """What the stored state waits for."""

    def read(session: Any) -> set[tuple[str, int, str, datetime | None]]:
        dossier, instance = stage.dossier(), stage.instance()
        procedure = procedures.get_version(session, instance.procedure_version_id)
        host = instances._host(session, dossier, procedure)
        run = spiff.load(procedure.definition, host, instance.state or b"")
        return {(wait.kind, wait.token, wait.element.id, wait.due_at) for wait in waits.by_key(run).values()}

    return stage.run(read)


def test_after_every_step_the_rows_are_what_the_state_waits_for(stage: Stage) -> None:
    stage.submit()
    assert {row[0] for row in rows(stage)} == {"user_task", "timer", "message"}
    steps: tuple[Any, ...] = (
        ("check_composition", "tiepnhan", "ask"), "answer", ("check_composition", "tiepnhan", "complete"),
        ("assign_specialist", "truongphong", "assign"), ("examine_dossier", "chuyenvien", "valid"), "withdraw",
    )  # fmt: skip
    for step in steps:
        assert rows(stage) == state(stage), step
        getattr(stage.later(hours=1), step)() if isinstance(step, str) else stage.do(*step)
    assert rows(stage) == state(stage)


def test_a_finished_instance_keeps_no_state_and_waits_for_nothing(stage: Stage) -> None:
    stage.submit()
    stage.do("check_composition", "tiepnhan", "refuse").do("refuse_dossier", "tiepnhan", "refusal")
    instance = stage.instance()
    assert (instance.status, instance.state, instance.ended_at) == (InstanceState.COMPLETED, None, stage.moment)
    assert rows(stage) == set()
    task = stage.look(select(UserTask).where(UserTask.dossier_id == stage.dossier().id))[0]
    with pytest.raises(Conflict, match="has ended"):
        stage.run(lambda session: _act(session, task))


def _act(session: Any, task: UserTask) -> None:
    with instances.acting(session, task.authority_id, task.instance_id, actor=None):
        pass


def test_an_instance_that_does_not_exist_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.run(lambda session: _act(session, UserTask(authority_id=1, instance_id=2)))


def test_no_action_passes_while_an_instance_is_suspended(stage: Stage) -> None:
    stage.submit()
    change(stage, instances.suspend)
    with pytest.raises(Conflict, match="suspended"):
        stage.complete("check_composition", "tiepnhan", "complete")
    with pytest.raises(Conflict, match="suspended"):
        stage.withdraw()
    assert (stage.open, stage.instance().version) == (["check_composition"], 3)
    change(stage, instances.resume)
    stage.do("check_composition", "tiepnhan", "complete")
    assert stage.open == ["assign_specialist"]


def test_no_timer_passes_while_an_instance_is_suspended_and_it_fires_when_it_is_resumed(stage: Stage) -> None:
    stage.submit()
    change(stage, instances.suspend)
    due = stage.due("intake_overdue")
    assert due is not None
    stage.moment = due + timedelta(hours=1)
    assert stage.work() == 0
    assert (stage.due("intake_overdue"), len(stage.mail())) == (due, 1)
    change(stage, instances.resume)
    assert stage.work() == 1
    assert len(stage.mail()) == 3


def test_a_job_waits_while_its_instance_is_suspended(stage: Stage) -> None:
    stage.submit()
    stage.complete("check_composition", "tiepnhan", "complete")
    change(stage, instances.suspend)
    for _ in range(3):
        assert stage.later(hours=24).work() == 0
    assert [(job.state, job.attempts) for job in stage.look(select(Job))] == [(JobState.CREATED, 0)]
    assert stage.papers() == [], "nothing is done outside either"
    change(stage, instances.resume)
    stage.work()
    assert (stage.open[-1], len(stage.papers("receipt_note"))) == ("assign_specialist", 1)


def test_suspending_twice_and_resuming_what_runs_are_refused(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    with pytest.raises(Conflict):
        change(sqlite_stage, instances.resume)
    change(sqlite_stage, instances.suspend)
    with pytest.raises(Conflict):
        change(sqlite_stage, instances.suspend)


def test_cancelling_withdraws_everything_the_instance_waited_for(stage: Stage) -> None:
    stage.play_to("sign_result")
    cancel(stage)
    instance = stage.instance()
    assert (instance.status, instance.state, rows(stage)) == (InstanceState.CANCELED, None, set())
    assert stage.look(select(TaskCandidate)) == []
    states = select(UserTask.state).where(UserTask.element_id == "sign_result")
    assert stage.look(states) == [UserTaskState.CANCELED]
    assert [paper.state for paper in stage.papers("registration_certificate")] == [DocumentState.VOID]
    with pytest.raises(Conflict):
        cancel(stage)


def test_a_cancelled_instance_does_nothing_when_its_time_comes(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    cancel(sqlite_stage)
    assert sqlite_stage.later(days=90).work() == 0


def test_of_two_actions_at_one_moment_none_is_lost(stage: Stage) -> None:
    """Whoever is first, the withdrawal ends the main line; the version of the instance is the guard."""
    stage.play_to("appraise_management_system")
    task, official = stage.task("appraise_management_system"), stage.official("chuyenvien")
    raw = stage.values(task, official, "system")

    def appraise() -> None:
        with suppress(Conflict):
            stage.run(lambda session: tasks.complete(session, task.id, official, raw))

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(appraise), pool.submit(stage.withdraw)]:
            done.result()
    assert (stage.open, rows(stage)) == (["draft_stop_notice"], state(stage))


def test_an_action_that_fails_leaves_no_trace(stage: Stage) -> None:
    stage.submit()

    def counted() -> list[int]:
        return [stage.look(select(func.count()).select_from(table))[0] for table in (History, Outbox, UserTask, Timer)]

    before = counted()

    def fail(session: Any) -> None:
        official = stage.official("tiepnhan")
        raw = {"identity_checked": True, "documents_match": True, "copies": 1, "composition_outcome": "complete"}
        tasks.complete(session, stage.task("check_composition").id, official, raw)
        raise Conflict("Something later in the same action failed.")

    with pytest.raises(Conflict):
        stage.run(fail)
    assert (counted(), stage.open) == (before, ["check_composition"])


def test_the_directory_of_what_is_waited_for_has_no_orphans(sqlite_stage: Stage) -> None:
    sqlite_stage.play_to("number_and_seal")
    assert sqlite_stage.look(select(Timer).where(Timer.instance_id != sqlite_stage.instance().id)) == []
    sqlite_stage.do("number_and_seal", "vanthu", "seal")
    assert [sqlite_stage.look(select(table)) for table in (Timer, MessageWait, TaskCandidate)] == [[], [], []]


def test_every_open_dossier_has_a_next_due_event(sqlite_stage: Stage) -> None:
    """ENGINE §2.7: also while its clock stands still something is due: the end of the time to complete it."""
    stage = sqlite_stage
    for steps in ((), (("check_composition", "tiepnhan", "ask"),), (("check_composition", "tiepnhan", "complete"),)):
        stage.submit()
        for step in steps:
            stage.do(*step)
        due = stage.look(select(Timer.due_at).where(Timer.dossier_id == stage.dossier().id, Timer.due_at.is_not(None)))
        assert due, stage.open


def test_a_wrong_key_of_a_message_reaches_nobody(stage: Stage) -> None:
    """Two dossiers wait for the same message; each is found by its code only."""
    first = stage.submit()
    second = stage.submit()
    stage.withdraw()
    assert stage.open == ["draft_stop_notice"]
    stage.code = first
    assert (stage.open, second != first) == (["check_composition"], True)
    stage.run(lambda s: s.execute(update(MessageWait).values(key="elsewhere")))
    with pytest.raises(Conflict):
        stage.withdraw()
