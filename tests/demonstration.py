"""The organisation of the demonstration (people, keys, procedures) for tests that visit pages; no dossier yet.

It is made once; each test gets its rows in an empty database. Passwords are checked for real, but cost nothing.
"""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import delete, insert, select, update
from visitor import Visitor

from web.app import create_app
from workflow_engine import deadlines, procedures, seed, worker
from workflow_engine.calendars import national_calendar
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.definitions import read_package
from workflow_engine.models import Account, Base
from workflow_engine.seed.organisation import COMPANIES, make_organisation
from workflow_engine.seed.samples import sample_pdf

PROJECT = Path(__file__).resolve().parents[1]
PROCEDURE = "testing_registration_issue"
START = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)  # Monday, 09:00 in Viet Nam
APPLICANT = COMPANIES[0]

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Stage:
    """The site on one database. The clock of pages and worker is the one of ``app.extensions["database"]``."""

    app: Flask
    database: Database
    config: Config
    known: dict[str, Visitor] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """What the clock of the site shows."""
        moment: datetime = self.app.extensions["database"].clock()
        return moment

    def go_to(self, moment: datetime) -> None:
        """Move the clock, and let the worker do everything that is due by then."""
        self.app.extensions["database"] = self.database.at(moment)
        worker.run_once(self.database.at(moment), self.config)

    def wait(self, hours: float) -> None:
        """Let working hours pass."""
        self.go_to(deadlines.add_working_hours(national_calendar(self.config), self.now, hours))

    def stranger(self, network_address: str = "127.0.0.1") -> Visitor:
        """A new browser in which nobody has signed in."""
        return Visitor(self.app.test_client(), network_address)

    def visitor(self, username: str) -> Visitor:
        """The browser in which this account of the demonstration is signed in, from the first call on."""
        if username not in self.known:
            visitor = self.stranger()
            page = visitor.sign_in(username, seed.PASSWORD)
            assert page.status == 200, page.text
            assert page.address != "/dang-nhap"
            self.known[username] = visitor
        return self.known[username]


def make_rows(template: Path, config: Config) -> Rows:
    """Make the organisation on a copy of an empty SQLite database; keys and certificates go into the folder var."""
    path = config.paths.var / "organisation.sqlite3"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}", config=config).at(START)
    make_organisation(config, database)
    package = read_package(PROJECT / "bpmn", PROJECT / "forms", PROCEDURE)
    database.transact(lambda session: procedures.publish(session, package))
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(seed.PASSWORD)
    database.transact(lambda session: session.execute(update(Account).values(password_hash=cheap)) and None)
    rows = rows_of(database)
    database.close()
    return rows


def rows_of(database: Database) -> Rows:
    """Everything a database holds."""
    with database.reading() as session:
        return {
            table.name: [dict(row._mapping) for row in session.execute(select(table))]
            for table in Base.metadata.sorted_tables
        }


def make_app(config: Config, database: Database) -> Flask:
    """The application, once for many tests: templates are compiled once."""
    return create_app(config, database)


def set_stage(app: Flask, database: Database, config: Config, rows: Rows, moment: datetime = START) -> Stage:
    """Let a database hold these rows and nothing else, and put the site upon it."""

    def fill(session: Any) -> None:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        for table in Base.metadata.sorted_tables:
            if rows[table.name]:
                session.execute(insert(table), rows[table.name])

    database.transact(fill)
    app.extensions["database"] = database.at(moment)
    return Stage(app, database, config)


@cache
def pdf_of(component: str) -> bytes:
    """A small PDF with the title of a component."""
    return sample_pdf(component)
