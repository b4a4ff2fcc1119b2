"""Looks at everything a start needs and says, line by line, what is in order and what to do."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from workflow_engine import deadlines, migrate
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.errors import EngineError
from workflow_engine.installation import open_database, refuse_demonstration_at_work
from workflow_engine.workload import count_workload

LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` is empty when it is in order."""

    subject: str
    advice: str = ""


def report(config: Config, write: Callable[[str], None]) -> int:
    """Print all findings; 0 when everything is in order, else 1."""
    findings = list(examine(config))
    for finding in findings:
        write(f"[look] {finding.subject}: {finding.advice}" if finding.advice else f"[ ok ] {finding.subject}")
    return 1 if any(finding.advice for finding in findings) else 0


def examine(config: Config) -> Iterator[Finding]:
    """Look at folders, secrets, calendar and database."""
    yield Finding(f"settings (demo = {str(config.demo).lower()})")
    database = open_database(config)
    yield _folder(config.paths.var)
    yield _secrets(config.paths.var / "secrets")
    yield from _calendar(config)
    try:
        yield from _database(config, database)
    except SQLAlchemyError as error:
        yield Finding("database", f"it does not answer ({type(error).__name__}): see database.url.")
    finally:
        database.close()


def _folder(var: Path) -> Finding:
    free = shutil.disk_usage(var).free
    megabytes = f"{free // 1_000_000} MB free"
    return Finding(f"folder {var} ({megabytes})", "" if free >= LEAST_FREE_BYTES else "make room: files are kept here.")


def _secrets(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding("secrets (made at the first start)")
    open_ones = [path.name for path in (folder, *folder.iterdir()) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    advice = f"others can read {', '.join(open_ones)}: chmod go-rwx." if open_ones else ""
    return Finding("secrets", advice)


def _calendar(config: Config) -> Iterator[Finding]:
    settings = config.calendar
    try:
        calendar = deadlines.load_calendar(
            settings.file.read_text(encoding="utf-8"),
            hours=settings.hours,
            timezone=settings.timezone,
            weekly_off=settings.weekly_off,
            closing_time=settings.closing_time,
        )
    except (EngineError, OSError) as error:
        yield Finding("calendar", str(error))
        return
    this_year = datetime.now(UTC).astimezone(calendar.timezone).year
    advice = "" if deadlines.is_year_entered(calendar, this_year) else f"enter the holidays in {settings.file}."
    yield Finding(f"calendar of {this_year}", advice)


def _database(config: Config, database: Database) -> Iterator[Finding]:
    version = migrate.find_version(database)
    if version != migrate.head():
        yield Finding(f"tables at version {version or 'none'}", f"{migrate.head()} is needed: workflow-engine migrate.")
        return
    yield Finding(f"tables at version {version} ({'SQLite' if database.is_sqlite else 'PostgreSQL'})")
    try:
        refuse_demonstration_at_work(config, database)
    except EngineError as refusal:
        yield Finding("demonstration", str(refusal))
    with database.reading() as session:
        load = count_workload(session)
    yield Finding(
        f"{load.jobs_waiting} jobs wait, {load.timers_due} timers are due, {load.messages_unsent} messages unsent"
    )
    advice = "an administrator repeats or discards them." if load.incidents_open or load.jobs_failed else ""
    yield Finding(f"{load.incidents_open} incidents, {load.jobs_failed} failed jobs", advice)
