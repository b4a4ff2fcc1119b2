"""What alembic runs: the migrations, on the connection that workflow_engine.migrate hands over.

``alembic revision --autogenerate`` from the project's folder drafts the next migration against the configured database.
"""

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from workflow_engine import models
from workflow_engine.config import load
from workflow_engine.models.columns import UtcDateTime


def spelled_out(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Column types in migrations stand for themselves: our classes may change, the past may not."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    # SQLite changes a table by copying it, which alembic calls a batch.
    context.configure(
        connection=connection,
        target_metadata=models.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=spelled_out,
    )
    context.run_migrations()


if given := context.config.attributes.get("connection"):
    run(given)
else:
    from workflow_engine.installation import open_database

    with open_database(load()).engine.begin() as own:
        run(own)
