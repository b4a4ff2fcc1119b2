"""The declared operators by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.models import Dossier
from workflow_engine.procedures import Procedure
from workflow_engine.spiff import Element, Fault

Kind = Literal["local", "remote"]
Result = Mapping[str, Any]
Recording = Callable[[Session, Dossier], Result]


@dataclass(frozen=True)
class LocalCall:
    """A call inside the action: its transaction, the dossier, the element of the model, the variables it sees."""

    session: Session
    dossier: Dossier
    procedure: Procedure
    element: Element
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class RemoteWork:
    """A job: the variables as they were when the token came, and a job id that is the same at every attempt."""

    database: Database
    config: Config
    authority_id: int
    dossier_id: int
    job_id: int
    element_id: str
    variables: Mapping[str, Any]
    now: datetime


@dataclass(frozen=True)
class Operator:
    """A declared operator.

    ``run`` takes a LocalCall and gives variables, or takes a RemoteWork and gives the recording.
    """

    name: str
    kind: Kind
    run: Callable[..., Any]


_operators: dict[str, Operator] = {}


def operator(name: str, *, kind: Kind) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the function below as an operator."""

    def declare(run: Callable[..., Any]) -> Callable[..., Any]:
        _operators[name] = Operator(name, kind, run)
        return run

    return declare


def get_operator(name: str) -> Operator:
    """A declared operator. An unknown name is a fault: ``check`` refuses such a model before it is published."""
    found = _operators.get(name)
    if found is None:
        raise Fault(f"there is no operator {name!r}")
    return found


def list_operators() -> dict[str, str]:
    """Name → kind of all declared operators, for ``check``."""
    return {name: each.kind for name, each in sorted(_operators.items())}
