"""A demonstration and real dossiers never meet."""

from dataclasses import replace

import pytest
from make import make_account

from workflow_engine import migrate, seed, start
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.installation import (
    DEMONSTRATION,
    FILLED,
    FILLING,
    WrongInstallation,
    find_setting,
    is_empty,
    open_checked_database,
    open_database,
    set_setting,
)
from workflow_engine.models import Setting


def mark_as_demonstration(database: Database) -> None:
    database.transact(lambda session: session.add(Setting(key=DEMONSTRATION, value="2026-11-22")))


def test_a_start_at_work_refuses_a_demonstration_database(config: Config) -> None:
    database = open_database(config)
    migrate.upgrade(database)
    mark_as_demonstration(database)
    open_checked_database(config).close()
    with pytest.raises(WrongInstallation, match="known passwords"):
        open_checked_database(replace(config, demo=False))
    database.close()


def test_a_demonstration_is_not_seeded_at_work(config: Config, sqlite_database: Database) -> None:
    with pytest.raises(start.CannotStart, match="set demo to true"):
        start.seed_demonstration(replace(config, demo=False), sqlite_database, print)
    assert find_setting(sqlite_database, DEMONSTRATION) is None


def test_a_demonstration_is_not_put_over_real_accounts(config: Config, sqlite_database: Database) -> None:
    make_account(sqlite_database)
    with pytest.raises(start.CannotStart, match="holds accounts that are no demonstration"):
        start.seed_demonstration(config, sqlite_database, print)


def test_an_interrupted_demonstration_is_begun_anew(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    database = start.prepare(config, print)
    monkeypatch.setattr(seed, "seed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        start.seed_demonstration(config, database, print)
    assert find_setting(database, DEMONSTRATION) == FILLING
    monkeypatch.setattr(seed, "seed", lambda config, database, write: set_setting(database, DEMONSTRATION, FILLED))
    lines: list[str] = []
    start.seed_demonstration(config, database, lines.append)
    assert lines[0].startswith("The demonstration was interrupted")
    assert is_empty(database)
    assert migrate.is_at_head(database)
    database.close()


def interrupted(_config: Config, database: Database, _write: object) -> None:
    make_account(database)
    raise KeyboardInterrupt


def test_an_empty_database_is_not_ready_for_work(config: Config) -> None:
    with pytest.raises(migrate.NotMigrated):
        open_checked_database(config)


def test_a_taken_port_is_told_before_anything_is_made(config: Config) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = replace(config, server=replace(config.server, port=other.getsockname()[1]))
        with pytest.raises(start.CannotStart, match="Cannot listen on"):
            start.start(taken, print)
    assert not (config.paths.var / "workflow.sqlite3").exists()
