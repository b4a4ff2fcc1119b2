"""The tables of the database, brought to the newest version; known to be there without loading alembic.

Migrations are numbered files in migrations/versions, one change each; they go forward only (a wrong one is mended by
the next), each run in one transaction.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, text
from sqlalchemy.exc import DBAPIError

from workflow_engine.config import PROJECT
from workflow_engine.db import Database
from workflow_engine.errors import EngineError

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

FOLDER = PROJECT / "migrations"
NUMBERED = re.compile(r"(\d{4})_[a-z0-9_]+\.py")
# Any number will do as long as all our processes ask for the same lock.
POSTGRES_LOCK = 7_236_001


class NotMigrated(EngineError):
    """The database is not at the version of this program: run `workflow-engine migrate`."""

    status = 503


def head(folder: Path = FOLDER) -> str:
    """Number of the newest migration, by its file name."""
    numbers = [match[1] for path in (folder / "versions").iterdir() if (match := NUMBERED.fullmatch(path.name))]
    return max(numbers, default="")


def find_version(database: Database) -> str | None:
    """Number of the last migration that was run; None when the database is empty."""
    with database.engine.connect() as connection:
        try:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        except DBAPIError as error:
            if "alembic_version" in str(error.orig):
                return None
            raise


def is_at_head(database: Database) -> bool:
    """Whether the tables are those this program was written for."""
    return find_version(database) == head()


def upgrade(database: Database) -> None:
    """Run the missing migrations. Of several processes that start at once, one does; the others wait for it."""
    # Loading alembic takes half a second, so only those who need it pay.
    from alembic import command

    options = {"begin": "IMMEDIATE"} if database.is_sqlite else {}
    with database.engine.connect().execution_options(**options) as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({POSTGRES_LOCK})"))
        settings = alembic_settings()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def drop_all(database: Database) -> None:
    """Empty the database, tables and all: for a demonstration that was interrupted while it was filled."""
    tables = MetaData()
    with database.engine.begin() as connection:
        tables.reflect(connection)
        tables.drop_all(connection)


def alembic_settings() -> "AlembicConfig":
    """Alembic's own settings: the folder, nothing else."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    return settings
