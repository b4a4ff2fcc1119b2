"""What an event waits for: a message with its key, a moment, a signal, an error, an escalation.

``arm`` gives what must be remembered while the event waits (plain JSON), ``matches`` compares it with what happens.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent

from workflow_engine import feel
from workflow_engine.spiff.expressions import evaluate
from workflow_engine.spiff.host import Fault
from workflow_engine.spiff.tokens import Token

Armed = dict[str, Any]
ISO_DURATION = re.compile(r"P[0-9YMWDTHS.]+")
ISO_CYCLE = re.compile(r"R(\d*)/(P[0-9YMWDTHS.]+)")


class Message(EventDefinition):
    """A message; the waiting side evaluates the correlation key once, when it begins to wait."""

    def __init__(self, name: str, key: str | None) -> None:
        super().__init__(name)
        self.key = key

    def arm(self, token: Token) -> Armed:
        """The key, as text; none means the message needs no key."""
        if self.key is None:
            return {}
        value = evaluate(self.key, token)
        if value is None:
            raise Fault(
                f"the correlation key {self.key!r} of message {self.name!r} has no value", element=token.task_spec.name
            )
        return {"key": str(value)}

    def matches(self, armed: Armed, event: BpmnEvent) -> bool:
        """Same name and same key."""
        definition = event.event_definition
        return (
            isinstance(definition, Message)
            and definition.name == self.name
            and armed.get("key") in (None, event.correlations.get("key"))
        )

    def throw(self, my_task: Token) -> None:
        """Deliver to whoever waits inside the same instance; the key is evaluated where it is thrown."""
        correlations = {} if self.key is None else {"key": str(evaluate(self.key, my_task))}
        my_task.workflow.top_workflow.catch(BpmnEvent(self, payload={}, correlations=correlations))


class TimerDue(EventDefinition):
    """A moment: a date, a duration from arming, or a cycle R<n>/<duration>; each FEEL or ISO 8601 text."""

    def __init__(self, kind: str, text: str, *, follows_due_at: bool = False) -> None:
        super().__init__(kind)
        self.kind = kind
        self.text = text
        self.follows_due_at = follows_due_at

    def arm(self, token: Token) -> Armed:
        """The moment it is due. One that follows the legal date is asked anew each time (``due_of``)."""
        if self.follows_due_at:
            return {}
        value = evaluate(self.text, token)
        if self.kind == "cycle":
            return self._first_round(value, token)
        due = moment_of(value, token) if self.kind == "date" else after(token, value)
        if due is None:
            raise Fault(
                f"the timer {self.text!r} has no moment", element=token.task_spec.name, process=token.workflow.spec.name
            )
        return {"due": due.isoformat()}

    def _first_round(self, value: object, token: Token) -> Armed:
        found = ISO_CYCLE.fullmatch(str(value))
        if found is None:
            raise Fault(f"the cycle {value!r} is not R<n>/<duration>", element=token.task_spec.name)
        rounds = int(found[1]) if found[1] else -1
        due = after(token, found[2])
        return {"due": due.isoformat() if due else None, "left": rounds, "every": found[2]}

    def next_round(self, armed: Armed, token: Token) -> Armed | None:
        """How the event waits again after it fired; None when it fires once only."""
        if self.follows_due_at:
            moment = moment_of(evaluate(self.text, token), token)
            return {"fired_for": moment.isoformat() if moment else None}
        if self.kind != "cycle" or armed["left"] in (0, 1):
            return None
        due = after(token, armed["every"])
        return {**armed, "due": due.isoformat() if due else None, "left": armed["left"] - 1}

    def due_of(self, armed: Armed, token: Token) -> datetime | None:
        """When the worker must fire it.

        None while the legal clock it follows is stopped or it has fired for this date.
        """
        if not self.follows_due_at:
            return datetime.fromisoformat(armed["due"])
        host = token.workflow.top_workflow.host
        if host.is_clock_stopped():
            return None
        moment = moment_of(evaluate(self.text, token), token)
        if moment is None:
            return None
        if "fired_for" in armed and (armed["fired_for"] == moment.isoformat() or moment <= host.now):
            return None
        return moment

    def matches(self, armed: Armed, event: BpmnEvent) -> bool:
        """Timers fire only when the worker says so."""
        return False


class Signal(SignalEventDefinition):
    """A signal inside the instance."""

    def arm(self, token: Token) -> Armed:
        """Nothing to remember."""
        return {}

    def matches(self, armed: Armed, event: BpmnEvent) -> bool:
        """Same name."""
        return bool(self == event.event_definition)

    def throw(self, my_task: Token) -> None:
        """Deliver to everybody who waits; without data."""
        my_task.workflow.top_workflow.catch(BpmnEvent(self, payload={}))


class _Coded:
    """What errors and escalations share: matched by code, thrown up the scopes, without data."""

    def arm(self, token: Token) -> Armed:
        """Nothing to remember."""
        return {}

    def matches(self, armed: Armed, event: BpmnEvent) -> bool:
        """Same kind and same code; a boundary without a code takes every code."""
        return bool(self == event.event_definition)

    def throw(self, my_task: Token) -> None:
        """Offer to the scopes outwards."""
        my_task.workflow.top_workflow.catch(BpmnEvent(self, payload={}, target=my_task.workflow))


class Error(_Coded, ErrorEventDefinition):
    """A BPMN error."""


class Escalation(_Coded, EscalationEventDefinition):
    """A BPMN escalation."""


def moment_of(value: object, token: Token) -> datetime | None:
    """A FEEL or ISO value as an aware moment; a date is its first moment in the authority's zone."""
    zone = token.workflow.top_workflow.host.timezone
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise Fault(f"{value!r} is not a moment (ISO 8601)", element=token.task_spec.name) from error
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone)
    if value is None:
        return None
    raise Fault(f"{value!r} is not a moment", element=token.task_spec.name)


def after(token: Token, duration: object) -> datetime | None:
    """The action's now plus a duration (ISO text or FEEL value), by FEEL's calendar arithmetic."""
    if isinstance(duration, str):
        if not ISO_DURATION.fullmatch(duration):
            raise Fault(f"{duration!r} is not a duration (ISO 8601)", element=token.task_spec.name)
        duration = feel.compile(f'duration("{duration}")').evaluate({})
    scope: Mapping[str, object] = {"start": token.workflow.top_workflow.host.now, "length": duration}
    return moment_of(feel.compile("start + length").evaluate(scope), token)


def definitions_of(definition: EventDefinition) -> list[Any]:
    """The single things an event waits for: none, one, or those of an event-based gateway."""
    if isinstance(definition, NoneEventDefinition):
        return []
    return list(getattr(definition, "event_definitions", [definition]))
