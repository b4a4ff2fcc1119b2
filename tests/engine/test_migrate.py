"""Migrations make exactly the tables that the models describe, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from workflow_engine import migrate, models
from workflow_engine.db import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
        yield database
        database.close()
        return
    cluster: str = request.getfixturevalue("postgres_cluster")
    name = f"empty_{token_hex(6)}"
    outside = create_engine(cluster.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(cluster.format(name=name))
    yield database
    database.close()
    with outside.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    outside.dispose()


def test_migrations_make_the_tables_of_the_models(empty_database: Database) -> None:
    assert not migrate.is_at_head(empty_database)
    migrate.upgrade(empty_database)
    assert migrate.is_at_head(empty_database)
    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, models.Base.metadata) == []


def test_several_starts_at_once_migrate_once(empty_database: Database) -> None:
    others = [Database(empty_database.engine.url.render_as_string(hide_password=False)) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate.upgrade, others))
    assert migrate.is_at_head(empty_database)
    for database in others:
        database.close()


def test_migrations_are_numbered_and_have_one_head() -> None:
    scripts = ScriptDirectory.from_config(migrate.alembic_settings())
    revisions = sorted(script.revision for script in scripts.walk_revisions())
    assert scripts.get_heads() == [migrate.head()]
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    names = sorted(path.name for path in (migrate.FOLDER / "versions").glob("*.py"))
    assert [migrate.NUMBERED.fullmatch(name)[1] for name in names if migrate.NUMBERED.fullmatch(name)] == revisions
