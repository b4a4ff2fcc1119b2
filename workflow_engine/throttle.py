"""How often something may be tried: failed tries per account and per address are counted in rows.

A try is counted before it is judged, by one atomic statement, so that tries made at the same moment in several
processes all count. Subjects: "account:an", "address:203.0.113.9" (signing in), "lookup:203.0.113.9" (look-up secret).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import case, delete, literal, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow_engine import config, db
from workflow_engine.db import Database
from workflow_engine.errors import Forbidden
from workflow_engine.models import Throttle
from workflow_engine.models.columns import UtcDateTime

LONGEST_SUBJECT = 80


def take_try(database: Database, subjects: Sequence[str], limits: config.Throttle) -> None:
    """Count one try against each subject; Forbidden, and nothing counted, when one has used up its tries.

    Give the rarer refused subject (the address) first: then an address that is blocked makes no rows for others.
    """

    def take(session: Session) -> None:
        for subject in subjects:
            _take(session, subject, limits)

    database.transact(take)


def give_back_try(session: Session, subject: str) -> None:
    """The try succeeded: it does not count against a subject that others share, such as an address."""
    one = update(Throttle).where(Throttle.subject == _key(subject), Throttle.failures > 0)
    session.execute(one.values(failures=Throttle.failures - 1))


def clear_tries(session: Session, subject: str, limits: config.Throttle) -> None:
    """The subject has proved who it is: its failures are forgotten; so is every row older than the window."""
    is_old = Throttle.window_started_at <= db.now(session) - _window(limits)
    session.execute(delete(Throttle).where((Throttle.subject == _key(subject)) | is_old))


def _take(session: Session, subject: str, limits: config.Throttle) -> None:
    moment, window = db.now(session), _window(limits)
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(Throttle)
    is_over = Throttle.window_started_at <= moment - window
    statement = insert.values(subject=_key(subject), window_started_at=moment, failures=1).on_conflict_do_update(
        index_elements=[Throttle.subject],
        set_={
            "failures": case((is_over, 1), else_=Throttle.failures + 1),
            "window_started_at": case((is_over, literal(moment, UtcDateTime)), else_=Throttle.window_started_at),
        },
    )
    failures, began = session.execute(statement.returning(Throttle.failures, Throttle.window_started_at)).one()
    if failures > _most(subject, limits):
        # Rolled back with the refusal: a blocked subject does not block itself for longer.
        minutes = _minutes_left(moment, began + window)
        raise Forbidden("Too many tries. Wait {minutes} minutes and try again.", minutes=minutes)


def _most(subject: str, limits: config.Throttle) -> int:
    kind = subject.partition(":")[0]
    return {
        "account": limits.login_per_account,
        "address": limits.login_per_address,
        "lookup": limits.lookup_per_address,
    }[kind]


def _key(subject: str) -> str:
    """What is typed as a user name may be anything; PostgreSQL stores no zero byte and 80 characters."""
    return subject.replace("\0", "")[:LONGEST_SUBJECT]


def _window(limits: config.Throttle) -> timedelta:
    return timedelta(minutes=limits.window_minutes)


def _minutes_left(moment: datetime, ends_at: datetime) -> int:
    return max(1, ceil((ends_at - moment) / timedelta(minutes=1)))
