"""The worker: timers that are due, jobs, messages to people. Each in its own transaction, claimed by a lease.

Claiming twice is harmless: a timer that has fired is gone, a job has an idempotency key, a repeated job finds
its paper.
"""

import smtplib
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial

import structlog
from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from workflow_engine import db, incidents, instances
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.errors import Conflict, EngineError
from workflow_engine.models import InstanceState, Job, JobState, Outbox, ProcessInstance, Timer
from workflow_engine.operators import RemoteWork, get_operator

log = structlog.get_logger(__name__)
MOST_ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=10)
# The server, or the library, does not take this one message: the others go on.
REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, ValueError)


def run_once(database: Database, config: Config, *, now: datetime | None = None, with_mail: bool = False) -> int:
    """Do everything that is due at this moment, also what it brings about; how many things were done."""
    done = 0
    while True:
        count = fire_timers(database, config, now=now) + run_jobs(database, config, now=now)
        done += count
        if not count:
            break
    if with_mail:
        done += send_mail(database, config)
    return done


def fire_timers(database: Database, config: Config, *, now: datetime | None = None) -> int:
    """Fire the timers that are due; how many fired."""
    due = database.transact(lambda session: _claim_timers(session, config), now=now)
    fired = 0
    for authority_id, instance_id, token in due:
        try:
            fired += database.transact(
                partial(_fire, authority_id=authority_id, instance_id=instance_id, token=token), now=now
            )
        except EngineError as error:
            log.error("timer.failed", instance=instance_id, token=token, reason=str(error))
            _keep_incident(database, authority_id, instance_id, "timer.fire", token, error)
    return fired


def run_jobs(database: Database, config: Config, *, now: datetime | None = None) -> int:
    """Run the jobs that are waiting; how many were done."""
    claimed = database.transact(lambda session: _claim_jobs(session, config), now=now)
    done = 0
    for job in claimed:
        try:
            _run_job(database, config, job, now)
            done += 1
        except Exception as error:
            # An operator may fail in any way: the job is tried again later, then waits for an administrator.
            log.error(
                "job.failed",
                job=job.id,
                operator=job.operator,
                reason=str(error),
                exc_info=not isinstance(error, EngineError),
            )
            database.transact(partial(_postpone, job=job, error=error), now=now)
    return done


def send_mail(database: Database, config: Config) -> int:
    """Send the messages of the outbox through the SMTP server of the settings; how many went out. No host, no mail."""
    if not config.mail.host:
        return 0
    waiting = database.transact(lambda session: _claim_mail(session, config))
    if not waiting:
        return 0
    sent = 0
    try:
        with smtplib.SMTP(config.mail.host, config.mail.port, timeout=20) as server:
            for each in waiting:
                try:
                    server.send_message(_letter(config, each))
                except REFUSED as error:
                    log.warning("mail.refused", message=each.id, reason=str(error))
                    continue
                database.transact(partial(_mark_sent, number=each.id))
                sent += 1
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail.failed", reason=str(error), waiting=len(waiting) - sent)
    return sent


def run(database: Database, config: Config) -> None:
    """Work until interrupted, on APScheduler's clock."""
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(timezone="UTC")

    def turn() -> None:
        try:
            run_once(database, config, with_mail=True)
        except EngineError as error:
            log.warning("worker.turn_failed", reason=str(error))

    scheduler.add_job(turn, "interval", seconds=config.worker.interval_seconds, max_instances=1, coalesce=True)
    scheduler.start()
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass
    finally:
        scheduler.shutdown(wait=True)


def _claim_timers(session: Session, config: Config) -> list[tuple[int, int, int]]:
    moment = db.now(session)
    free = Timer.claimed_until.is_(None) | (Timer.claimed_until < moment)
    query = select(Timer).where(Timer.due_at <= moment, free, ~_is_suspended(Timer))
    query = query.order_by(Timer.due_at).limit(config.worker.batch)
    timers = list(session.scalars(query.with_for_update(skip_locked=True)))
    for timer in timers:
        timer.claimed_until = moment + timedelta(seconds=config.worker.lease_seconds)
    return [(timer.authority_id, timer.instance_id, timer.token) for timer in timers]


def _is_suspended(table: type[Timer] | type[Job]) -> ColumnElement[bool]:
    """What waits for an instance that is suspended keeps waiting, and takes nobody's place in a batch."""
    return exists().where(
        ProcessInstance.authority_id == table.authority_id,
        ProcessInstance.id == table.instance_id,
        ProcessInstance.status == InstanceState.SUSPENDED,
    )


def _fire(session: Session, authority_id: int, instance_id: int, token: int) -> int:
    """Fire one timer, unless it was moved or is gone; a suspended instance keeps its timers for later."""
    instance = _lock(session, authority_id, instance_id)
    timer = session.get(Timer, (authority_id, instance_id, token))
    if timer is None or timer.due_at is None or timer.due_at > db.now(session) or instance is None:
        return 0
    if instance.status is not InstanceState.ACTIVE:
        return 0
    timer.claimed_until = None
    session.flush()
    with instances.acting(session, authority_id, instance_id, actor=None) as held:
        held.run.fire(token)
    return 1


def _lock(session: Session, authority_id: int, instance_id: int) -> ProcessInstance | None:
    """The instance, locked first: what is read after it is what another worker has left."""
    return session.get(ProcessInstance, (authority_id, instance_id), with_for_update={"key_share": True})


def _claim_jobs(session: Session, config: Config) -> Sequence[Job]:
    moment = db.now(session)
    free = Job.claimed_until.is_(None) | (Job.claimed_until < moment)
    query = (
        select(Job)
        .where(Job.state == JobState.CREATED, Job.next_attempt_at <= moment, free, ~_is_suspended(Job))
        .order_by(Job.next_attempt_at)
    )
    jobs = list(session.scalars(query.limit(config.worker.batch).with_for_update(skip_locked=True)))
    for job in jobs:
        job.claimed_until = moment + timedelta(seconds=config.worker.lease_seconds)
        job.attempts += 1
    return jobs


def _run_job(database: Database, config: Config, job: Job, now: datetime | None) -> None:
    """Call the outside world, then record the result and move the token, in a second transaction."""
    work = RemoteWork(
        database=database,
        config=config,
        authority_id=job.authority_id,
        dossier_id=job.dossier_id,
        job_id=job.id,
        element_id=job.element_id,
        variables=job.input,
        now=now or database.clock(),
    )
    recording = get_operator(job.operator).run(work)

    def finish(session: Session) -> None:
        _lock(session, job.authority_id, job.instance_id)
        current = session.get_one(Job, (job.authority_id, job.id))
        if current.state is not JobState.CREATED:
            return
        current.state, current.ended_at, current.claimed_until, current.error = (
            JobState.COMPLETED,
            db.now(session),
            None,
            None,
        )
        if job.token is None:
            recording(session, instances.dossier_of(session, job.authority_id, job.dossier_id))
            return
        session.flush()
        with instances.acting(session, job.authority_id, job.instance_id, actor=None) as held:
            held.run.complete(job.token, recording(session, held.dossier))

    database.transact(finish, now=now)


def _postpone(session: Session, job: Job, error: Exception) -> None:
    """Try again after 10 s, 20 s, 40 s …; after eight attempts an administrator decides."""
    current = session.get_one(Job, (job.authority_id, job.id))
    if current.state is not JobState.CREATED:
        return
    current.claimed_until = None
    current.error = str(error)[:500]
    # Somebody else was faster, or the instance is suspended: that is no fault of the job.
    if current.attempts >= MOST_ATTEMPTS and not isinstance(error, Conflict):
        current.state = JobState.FAILED
        incidents.record(
            session,
            authority_id=current.authority_id,
            instance_id=current.instance_id,
            dossier_id=current.dossier_id,
            action="job.complete",
            subject_id=current.id,
            element_id=current.element_id,
            reason=str(error),
            submitted=current.input,
            actor_id=None,
        )
        return
    current.next_attempt_at = db.now(session) + FIRST_RETRY * 2 ** (min(current.attempts, MOST_ATTEMPTS) - 1)


def _keep_incident(
    database: Database, authority_id: int, instance_id: int, action: str, token: int, error: EngineError
) -> None:
    """Note a timer that could not fire, once; its lease is long over before it is tried again."""

    def keep(session: Session) -> None:
        instance = session.get(ProcessInstance, (authority_id, instance_id))
        timer = session.get(Timer, (authority_id, instance_id, token))
        if instance is None or timer is None:
            return
        timer.claimed_until = db.now(session) + timedelta(hours=1)
        incidents.record(
            session,
            authority_id=authority_id,
            instance_id=instance_id,
            dossier_id=instance.dossier_id,
            action=action,
            subject_id=token,
            element_id=timer.element_id,
            reason=str(error),
            submitted={},
            actor_id=None,
        )

    database.transact(keep)


def _claim_mail(session: Session, config: Config) -> list[Outbox]:
    moment = db.now(session)
    query = (
        select(Outbox)
        .where(Outbox.sent_at.is_(None), Outbox.next_attempt_at <= moment)
        .order_by(Outbox.next_attempt_at)
    )
    found = list(session.scalars(query.limit(config.worker.batch).with_for_update(skip_locked=True)))
    for each in found:
        each.attempts += 1
        each.next_attempt_at = moment + FIRST_RETRY * 2 ** min(each.attempts, 10)
    return found


def _mark_sent(session: Session, number: int) -> None:
    session.execute(update(Outbox).where(Outbox.id == number).values(sent_at=db.now(session)))


def _letter(config: Config, message: Outbox) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = config.mail.sender, message.recipient, message.subject
    letter["Message-ID"] = f"<{message.id}@{config.mail.sender.rpartition('@')[2]}>"
    letter.set_content(message.body)
    return letter
