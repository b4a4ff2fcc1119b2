"""What stands on this machine: the database that the settings name, and whether it may be used as they say."""

from sqlalchemy import select

from workflow_engine import db, migrate
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.errors import EngineError
from workflow_engine.models import Account, Setting

# The key under which a demonstration database says so, from before its first known password on.
DEMONSTRATION = "demonstration"
FILLING, FILLED = "filling", "yes"


class WrongInstallation(EngineError):
    """This database does not belong to these settings."""


def open_database(config: Config) -> Database:
    """The configured database, not yet checked; the folder everything is written to is made, for its owner only."""
    config.paths.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    return db.open_database(config)


def open_checked_database(config: Config) -> Database:
    """The configured database, ready for work; NotMigrated or WrongInstallation when it is not."""
    database = open_database(config)
    if not migrate.is_at_head(database):
        raise migrate.NotMigrated()
    refuse_demonstration_at_work(config, database)
    return database


def refuse_demonstration_at_work(config: Config, database: Database) -> None:
    """Known passwords and signatures without effect must never meet real dossiers."""
    if not config.demo and find_setting(database, DEMONSTRATION) is not None:
        raise WrongInstallation(
            "This database is a demonstration with known passwords: set database.url to another one, or demo to true."
        )


def set_setting(database: Database, key: str, value: str) -> None:
    """Let the database say `value` about itself under `key`."""
    database.transact(lambda session: session.merge(Setting(key=key, value=value)))


def is_empty(database: Database) -> bool:
    """Whether nobody has an account yet."""
    with database.reading() as session:
        return session.scalar(select(Account.id).limit(1)) is None


def find_setting(database: Database, key: str) -> str | None:
    """What the database says about itself under `key`."""
    with database.reading() as session:
        row = session.get(Setting, key)
        return row.value if row else None
