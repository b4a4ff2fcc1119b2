"""A living demonstration: authorities, officials, applicants (all invented) and the dossiers of the last sixty days.

Nothing is written past the engine: every dossier is submitted, checked, signed and returned by the commands people use.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.installation import DEMONSTRATION, FILLED
from workflow_engine.models import Setting
from workflow_engine.seed.organisation import PASSWORD, PIN, DemoAccount, list_accounts, make_organisation
from workflow_engine.seed.stories import tell

__all__ = ["PASSWORD", "PIN", "DemoAccount", "list_accounts", "seed"]


def seed(config: Config, database: Database, write: Callable[[str], None], *, dossiers: int = 200) -> None:
    """Fill an empty database. ``dossiers`` says how many; their days end now."""
    people = make_organisation(config, database)
    tell(config, database, people, dossiers, write)
    database.transact(_mark)


def _mark(session: Session) -> None:
    session.merge(Setting(key=DEMONSTRATION, value=FILLED))
