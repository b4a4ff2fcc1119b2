"""The database: one transaction per action, one clock per action, ids made by the application.

SQLite opens every writing transaction with BEGIN IMMEDIATE; on PostgreSQL the commands lock the rows they change.
Nothing slower than 50 ms (hashing, rendering, signing, network) belongs inside ``transact``.
"""

import copy
import itertools
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from workflow_engine.config import Config
from workflow_engine.errors import Conflict, EngineError

Result = TypeVar("Result")

EPOCH_MILLISECONDS = 1_735_689_600_000  # 2025-01-01: 41 bits of milliseconds last until 2094.
_sequence = itertools.count(secrets.randbelow(1 << 12))
_sequence_lock = threading.Lock()
_worker_bits = secrets.randbelow(1 << 10)


class Unavailable(EngineError):
    """The database does not answer. Nothing was lost: try again in a moment."""

    status = 503


def new_id() -> int:
    """A 63-bit id: 41 bits of time, 10 of this process, 12 of a sequence; later ids are larger."""
    with _sequence_lock:
        number = next(_sequence) & 0xFFF
    return (time.time_ns() // 1_000_000 - EPOCH_MILLISECONDS) << 22 | _worker_bits << 12 | number


def config_of(session: Session) -> Config:
    """The settings of the installation this session works for."""
    config: Config | None = session.info["config"]
    if config is None:
        raise RuntimeError("The database was opened without settings: give Database(url, config=…).")
    return config


def open_database(config: Config) -> "Database":
    """The database of an installation."""
    return Database(
        config.database.url,
        config=config,
        clock_offset=timedelta(seconds=config.clock_offset_seconds),
        busy_timeout=config.database.busy_timeout,
    )


def now(session: Session) -> datetime:
    """The clock of the running action: one value through a whole transaction, movable in tests and in the seed."""
    moment: datetime = session.info["now"]
    return moment


class Database:
    """The address of the database and the two ways into it: ``transact`` to change, ``reading`` to look."""

    def __init__(
        self,
        url: str,
        *,
        config: Config | None = None,
        clock_offset: timedelta = timedelta(),
        busy_timeout: float = 5.0,
    ) -> None:
        self.url = url
        self.config = config
        self.clock_offset = clock_offset
        self.fixed_moment: datetime | None = None
        self.engine = _connect(url, busy_timeout)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    def clock(self) -> datetime:
        """Now, as this installation sees it, in UTC."""
        return self.fixed_moment or datetime.now(UTC) + self.clock_offset

    def at(self, moment: datetime) -> "Database":
        """The same database with its clock standing at a moment: for tests and for the story of a demonstration."""
        other = copy.copy(self)
        other.fixed_moment = moment
        return other

    def transact(self, action: Callable[[Session], Result], *, now: datetime | None = None) -> Result:
        """Run ``action`` in one transaction; when another writer was faster, run the whole action once more.

        Raises ``Conflict`` when the second run loses too, ``Unavailable`` when the database does not answer.
        """
        try:
            return self._run(action, now)
        except StaleDataError:
            pass
        except DBAPIError as error:
            if not _is_worth_another_try(error):
                raise _translated(error) from error
        try:
            return self._run(action, now)
        except StaleDataError as error:
            raise Conflict(
                "Cannot save: somebody else changed this at the same moment. Look again and repeat."
            ) from error
        except DBAPIError as error:
            raise _translated(error) from error

    def _run(self, action: Callable[[Session], Result], moment: datetime | None) -> Result:
        with Session(
            self.engine, expire_on_commit=False, info={"now": moment or self.clock(), "config": self.config}
        ) as session:
            if self.is_sqlite:
                session.connection(execution_options={"begin": "IMMEDIATE"})
            result = action(session)
            session.commit()
            return result

    @contextmanager
    def reading(self, *, now: datetime | None = None) -> Iterator[Session]:
        """A session to look with; what it changes is thrown away."""
        try:
            with Session(
                self.engine, expire_on_commit=False, info={"now": now or self.clock(), "config": self.config}
            ) as session:
                yield session
        except OperationalError as error:
            raise _translated(error) from error

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _connect(url: str, busy_timeout: float) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8)
    engine = create_engine(url, connect_args={"timeout": busy_timeout, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # The driver must not open transactions of its own.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN " + connection.get_execution_options().get("begin", "DEFERRED"))

    return engine


_TRANSIENT_POSTGRES = {"40001", "40P01", "55P03"}  # serialisation failure, deadlock, lock not available


def _is_worth_another_try(error: DBAPIError) -> bool:
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _TRANSIENT_POSTGRES


def _translated(error: DBAPIError) -> Exception:
    busy = "locked" in str(error.orig) or getattr(error.orig, "sqlstate", None) in _TRANSIENT_POSTGRES
    if busy:
        return Conflict("Cannot save: the database is busy. Nothing was lost: try again in a moment.")
    if isinstance(error, OperationalError):
        return Unavailable()
    return error
