"""What stands on this machine: the database that the settings name, and whether it may be used as they say."""

from datetime import timedelta

from workflow_engine import migrate
from workflow_engine.config import SQLITE, Config
from workflow_engine.db import Database
from workflow_engine.errors import EngineError
from workflow_engine.models import Setting

DEMONSTRATION = "demonstration"


class WrongInstallation(EngineError):
    """This database does not belong to these settings."""


def open_database(config: Config) -> Database:
    """The configured database, not yet checked; the folder of a SQLite file is made."""
    url = config.database.url
    if url.startswith(SQLITE):
        config.paths.var.mkdir(parents=True, exist_ok=True)
    return Database(
        url,
        clock_offset=timedelta(seconds=config.clock_offset_seconds),
        busy_timeout=config.database.busy_timeout,
    )


def open_checked_database(config: Config) -> Database:
    """The configured database, ready for work; NotMigrated or WrongInstallation when it is not."""
    database = open_database(config)
    if not migrate.is_at_head(database):
        raise migrate.NotMigrated()
    refuse_demonstration_at_work(config, database)
    return database


def refuse_demonstration_at_work(config: Config, database: Database) -> None:
    """Known passwords and signatures without effect must never meet real dossiers."""
    if not config.demo and is_demonstration(database):
        raise WrongInstallation(
            "This database is a demonstration with known passwords: set database.url to another one, or demo to true."
        )


def is_demonstration(database: Database) -> bool:
    """Whether the seed of the demonstration has been put into the database."""
    with database.reading() as session:
        return session.get(Setting, DEMONSTRATION) is not None
