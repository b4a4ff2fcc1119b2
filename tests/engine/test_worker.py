"""The worker: timers fire once, jobs are tried again and never done twice, mail reaches a real SMTP server."""

import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update
from stage import Stage

from workflow_engine import incidents, issuing, worker
from workflow_engine.config import Config
from workflow_engine.models import (
    DocumentState,
    Incident,
    Job,
    JobState,
    NumberSeries,
    Outbox,
    OutgoingNumber,
    Timer,
    UserTask,
)


class Mailbox:
    """Keeps what a real SMTP server took. The library calls what it finds by these names."""

    def __init__(self) -> None:
        self.taken: list[Message] = []

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def mailing(stage: Stage, port: int) -> Config:
    return replace(stage.config, mail=replace(stage.config.mail, host="127.0.0.1", port=port))


def jobs(stage: Stage) -> list[Job]:
    return stage.look(select(Job).where(Job.dossier_id == stage.dossier().id).order_by(Job.id))


def accept(stage: Stage) -> Job:
    """The job of the receipt, not done yet."""
    stage.submit()
    stage.complete("check_composition", "tiepnhan", "complete")
    [job] = jobs(stage)
    return job


def break_seal(stage: Stage) -> Any:
    """The key of the agency's seal is away; returns how to put it back."""
    file = issuing.seal_file(stage.config, "H26.30")
    away = file.with_suffix(f".away-{stage.dossier().id}")
    shutil.copy(file, away)
    shutil.move(file, file.with_suffix(".gone"))
    return lambda: shutil.move(away, file)


@pytest.fixture
def broken(stage: Stage) -> Iterator[Any]:
    """A job whose operator fails until it is mended."""
    accept(stage)
    mend = break_seal(stage)
    is_mended = []

    def once() -> None:
        if not is_mended:
            is_mended.append(True)
            mend()

    yield once
    once()


def test_nothing_due_is_nothing_done(stage: Stage) -> None:
    stage.submit()
    assert stage.work() == 0


def test_a_timer_fires_at_its_moment_and_once(stage: Stage) -> None:
    stage.submit()
    due = stage.due("intake_overdue")
    assert due is not None
    stage.moment = due - timedelta(seconds=1)
    assert stage.work() == 0
    stage.moment = due
    assert (stage.work(), stage.work()) == (1, 0)
    assert stage.look(select(Timer).where(Timer.element_id == "intake_overdue")) == []


def test_a_timer_claimed_twice_fires_once(stage: Stage) -> None:
    stage.submit()
    stage.moment = stage.due("intake_overdue")  # type: ignore[assignment]
    [timer] = stage.look(select(Timer).where(Timer.element_id == "intake_overdue"))
    claim = (timer.authority_id, timer.instance_id, timer.token)

    def fire(_: int) -> int:
        return stage.run(lambda session: worker._fire(session, *claim))

    with ThreadPoolExecutor(2) as pool:
        fired = list(pool.map(fire, range(2)))
    assert sorted(fired) == [0, 1]
    assert len(stage.mail()) == 3


def test_two_workers_share_the_work_and_do_nothing_twice(stage: Stage) -> None:
    for _ in range(6):
        stage.submit()
    stage.moment = stage.due("intake_overdue") + timedelta(hours=1)  # type: ignore[operator]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: stage.work(), range(2)))
    assert sum(done) == 6
    warnings = [mail for mail in stage.look(select(Outbox.subject)) if "Quá 8 giờ" in mail]
    assert len(warnings) == 12


def test_a_timer_that_moved_after_it_was_claimed_does_not_fire(sqlite_stage: Stage) -> None:
    stage = sqlite_stage
    stage.submit()
    stage.moment = stage.due("intake_overdue")  # type: ignore[assignment]
    [claim] = stage.run(lambda session: worker._claim_timers(session, stage.config))
    later = stage.moment + timedelta(days=1)
    stage.run(lambda session: session.execute(update(Timer).values(due_at=later)))
    assert stage.run(lambda session: worker._fire(session, *claim)) == 0


def test_a_worker_that_died_leaves_its_work_to_another_after_the_lease(stage: Stage) -> None:
    accept(stage)
    stage.run(lambda session: worker._claim_jobs(session, stage.config))
    assert stage.work() == 0
    stage.later(hours=stage.config.worker.lease_seconds / 3600 + 0.01)
    assert stage.work() == 1
    assert stage.open == ["assign_specialist"]


def test_a_timer_that_cannot_fire_becomes_one_incident_and_is_tried_again_later(stage: Stage) -> None:
    stage.play_to("appraise_management_system")
    stage.moment = stage.due("handle_delay")  # type: ignore[assignment]
    stage.run(lambda s: s.execute(update(UserTask).values(form_key="x")))  # Open tasks do not matter to the timer.
    unit = stage.dossier().unit_id
    dossier = type(stage.dossier())
    stage.run(lambda s: s.execute(update(dossier).values(unit_id=None)))
    assert stage.work() == 0
    [incident] = stage.look(select(Incident))
    assert (incident.action, incident.element_id) == ("timer.fire", "handle_delay")
    assert stage.later(hours=0.5).work() == 0
    assert len(stage.look(select(Incident))) == 1
    stage.run(lambda s: s.execute(update(dossier).values(unit_id=unit)))
    assert stage.later(hours=1).work() == 1
    assert "draft_apology" in stage.open


def test_a_job_that_fails_is_tried_again_ever_later(stage: Stage, broken: Any) -> None:
    waited = []
    for _ in range(4):
        assert stage.work() == 0
        [job] = jobs(stage)
        waited.append((job.next_attempt_at - stage.moment).total_seconds())
        stage.moment = job.next_attempt_at
    assert waited == [10, 20, 40, 80]
    assert (job.state, job.attempts, job.error is not None) == (JobState.CREATED, 4, True)
    broken()
    assert stage.work() == 1
    [job] = jobs(stage)
    assert (job.state, job.error, stage.open) == (JobState.COMPLETED, None, ["assign_specialist"])


def test_a_job_that_fails_eight_times_waits_for_an_administrator(stage: Stage, broken: Any) -> None:
    for _ in range(12):
        stage.later(hours=1).work()
    [job] = jobs(stage)
    assert (job.state, job.attempts) == (JobState.FAILED, 8)
    [incident] = stage.look(select(Incident))
    assert (incident.action, incident.subject_id, incident.element_id) == ("job.complete", job.id, "issue_receipt")
    assert stage.open == []
    broken()
    incidents.retry(stage.now, incident.id)
    assert (stage.work(), stage.open) == (1, ["assign_specialist"])


def test_a_repeated_job_makes_no_second_paper_and_no_second_number(stage: Stage, broken: Any) -> None:
    for _ in range(3):
        stage.later(hours=1).work()
    broken()
    stage.later(hours=1).work()
    [paper] = stage.papers("receipt_note")
    assert (paper.state, paper.number, paper.id) == (DocumentState.ISSUED, 1, jobs(stage)[0].id)
    assert [row.number for row in stage.look(select(OutgoingNumber))] == [1]
    assert [row.last for row in stage.look(select(NumberSeries))] == [1]


def test_a_job_done_twice_is_recorded_once(stage: Stage) -> None:
    """A worker dies after the work and before the record, another does it again; then the first one wakes up."""
    job = accept(stage)
    worker._run_job(stage.now, stage.config, job, None)
    before = (stage.mail(), len(stage.papers()), stage.open)
    worker._run_job(stage.now, stage.config, job, None)
    assert (stage.mail(), len(stage.papers()), stage.open) == before


def test_a_job_of_a_task_that_is_no_longer_waited_for_is_dropped(stage: Stage) -> None:
    accept(stage)
    stage.withdraw()
    [job] = jobs(stage)
    assert (job.state, stage.work(), stage.papers()) == (JobState.CANCELED, 0, [])


def test_mail_goes_out_once_through_the_server_of_the_settings(stage: Stage, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    code = stage.submit()
    config = mailing(stage, port)
    assert (worker.send_mail(stage.now, config), worker.send_mail(stage.later(hours=1).now, config)) == (1, 0)
    [message] = box.taken
    [row] = stage.look(select(Outbox))
    assert (message["To"], message["From"]) == (stage.applicant.email, config.mail.sender)
    assert message["Message-ID"].startswith(f"<{row.id}@")
    assert code in str(message.get_payload(decode=True), "utf-8")
    assert row.sent_at is not None
    assert stage.secret not in str(message)


def test_without_a_server_mail_waits_in_the_outbox(sqlite_stage: Stage) -> None:
    sqlite_stage.submit()
    assert worker.send_mail(sqlite_stage.now, sqlite_stage.config) == 0
    assert [row.sent_at for row in sqlite_stage.look(select(Outbox))] == [None]


def test_a_server_that_is_away_delays_mail_and_loses_none(stage: Stage, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    stage.submit()
    assert worker.send_mail(stage.now, mailing(stage, 1)) == 0
    assert worker.send_mail(stage.now, mailing(stage, port)) == 0, "the next try comes later"
    assert worker.send_mail(stage.later(hours=1).now, mailing(stage, port)) == 1
    assert len(box.taken) == 1


@pytest.mark.parametrize("address", ["nobody@example.vn", "không@example.vn", "a@example.vn\nBcc: b@example.vn"])
def test_one_message_that_is_refused_does_not_hold_up_the_others(
    sqlite_stage: Stage, mailbox: tuple[Mailbox, int], address: str
) -> None:
    stage, (box, port) = sqlite_stage, mailbox
    stage.submit()
    first = stage.look(select(Outbox.id))[0]
    stage.run(lambda s: s.execute(update(Outbox).where(Outbox.id == first).values(recipient=address)))
    stage.submit()
    worker.send_mail(stage.now, mailing(stage, port))
    assert stage.applicant.email in [message["To"] for message in box.taken]
    assert not [message for message in box.taken if message["Bcc"]]
