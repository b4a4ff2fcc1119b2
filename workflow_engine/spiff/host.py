"""What a running process asks of the world: clock, functions and names of expressions, decisions, operators.

The engine calls the host; the host never reaches into the engine while it runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from workflow_engine.errors import EngineError


@dataclass(frozen=True)
class Element:
    """A node of a model as the host sees it. ``extension`` is the content of zeebe's extension elements."""

    process_id: str
    id: str
    name: str
    kind: str
    lane: str | None
    extension: Mapping[str, Any] = field(hash=False, compare=False)

    @property
    def properties(self) -> Mapping[str, str]:
        """zeebe:properties: legal_basis, step_days, clock, dossier_state …"""
        found: Mapping[str, str] = self.extension.get("properties", {})
        return found


@dataclass(frozen=True)
class Host:
    """The world of one action. ``context`` gives dossier, procedure, due_at … as they are at that moment."""

    now: datetime
    context: Callable[[], Mapping[str, Any]]
    functions: Mapping[str, Callable[..., Any]]
    decide: Callable[[str, Mapping[str, Any]], Any]
    is_local: Callable[[str], bool]
    call: Callable[[str, Element, Mapping[str, Any]], Mapping[str, Any]]
    entered: Callable[[Element, Mapping[str, Any]], None]
    left: Callable[[Element], None]
    is_clock_stopped: Callable[[], bool] = lambda: False
    timezone: tzinfo = UTC


class Fault(EngineError):
    """The process cannot go on: an expression, a gateway or an operator failed. The action is rolled back."""

    status = 500

    def __init__(self, reason: str, *, element: str = "", process: str = "") -> None:
        super().__init__(
            "Cannot go on at {process}/{element}: {reason}", reason=reason, element=element, process=process
        )
        self.reason, self.element, self.process = reason, element, process
