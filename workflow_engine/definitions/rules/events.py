"""Events: which trigger runs at which place, what it needs, and how links and starts pair."""

import re
from collections.abc import Iterator

from workflow_engine.definitions.model import ACTIVITIES, EVENTS, EventDefinition, Node, Process
from workflow_engine.definitions.rules.registry import Finding, Source, World, at, file_rule
from workflow_engine.definitions.rules.unsupported import UNSUPPORTED

_POSITIONS = {
    "start of a process": frozenset({""}),
    "start of a sub-process": frozenset({""}),
    "start of an event sub-process": frozenset({"message", "timer", "error", "escalation"}),
    "intermediate catch event": frozenset({"message", "timer", "link"}),
    "intermediate throw event": frozenset({"", "link", "escalation"}),
    "end event": frozenset({"", "error", "escalation", "terminate"}),
    "boundary event": frozenset({"message", "timer", "error", "escalation"}),
}
_DURATION = r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
_DATE = r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_TIMER_TEXTS = {
    "timeDate": re.compile(rf"{_DATE}\Z"),
    "timeDuration": re.compile(rf"{_DURATION}\Z"),
    "timeCycle": re.compile(rf"R\d*/(?:{_DATE}/)?{_DURATION}\Z"),
}
_TIMER_EXAMPLES = {"timeDate": "2026-01-31T17:00:00+07:00", "timeDuration": "P3D", "timeCycle": "R3/PT8H"}


def position_of(node: Node, process: Process) -> str:
    """Return where an event stands, in the words of `_POSITIONS`."""
    if node.type != "startEvent":
        return {
            "intermediateCatchEvent": "intermediate catch event",
            "intermediateThrowEvent": "intermediate throw event",
            "endEvent": "end event",
        }.get(node.type, "boundary event")
    scope = process.node(node.scope_id)
    if scope is None:
        return "start of a process"
    return "start of an event sub-process" if scope.is_event_subprocess else "start of a sub-process"


@file_rule("event.position")
def event_positions(source: Source, world: World) -> Iterator[Finding]:
    """Each trigger only where the engine runs it as the standard says."""
    for process, node in _events(source):
        position = position_of(node, process)
        if node.event_type == "multiple":
            yield at(node, UNSUPPORTED["multipleEventDefinition"])
        elif f"{node.event_type}EventDefinition" in UNSUPPORTED or node.event_type in _POSITIONS[position]:
            continue
        elif position == "start of a process":
            reason = "A process is started by a command: use a plain start event and wait for {type} after it."
            yield at(node, reason, type=node.event_type)
        elif node.event_type == "message" and position in ("intermediate throw event", "end event"):
            yield at(node, "An event sends no message here: draw a send task with an operator before it.")
        else:
            reason = "A {type} trigger does not run as {position}: use one of {allowed}."
            allowed = ", ".join(sorted(name or "none" for name in _POSITIONS[position]))
            yield at(node, reason, type=node.event_type or "missing", position=position, allowed=allowed)


@file_rule("event.reference")
def event_references(source: Source, world: World) -> Iterator[Finding]:
    """Messages, errors and escalations that are thrown or waited for must be declared with a name or code."""
    for _process, node in _events(source):
        for event in node.events:
            catches_all = node.type in ("boundaryEvent", "startEvent") and event.type in ("error", "escalation")
            if event.type not in ("message", "error", "escalation", "link") or (catches_all and not event.has_target):
                continue
            if not event.name or event.name.startswith("="):
                reason = "The {type} of this event has no fixed name or code: choose or declare one."
                yield at(node, reason, type=event.type)
    for process in source.model.processes:
        for node in process.nodes:
            if node.type == "receiveTask" and not (node.message and node.message.name):
                yield at(node, "The receive task waits for no message: choose or declare one with a name.")


@file_rule("message.correlation")
def correlation_keys(source: Source, world: World) -> Iterator[Finding]:
    """Whoever waits for a message says by which key it is found."""
    for process in source.model.processes:
        for node in process.nodes:
            waited = [event for event in node.events if event.type == "message"] + (
                [node.message] if node.message else []
            )
            if node.type in ("endEvent", "intermediateThrowEvent", "sendTask"):
                continue
            for event in waited:
                if event is not None and event.name and not event.correlation_key:
                    reason = "The message {message} has no correlation key: add a subscription, such as =dossier.code."
                    yield at(node, reason, message=event.name)


@file_rule("timer.text")
def timer_texts(source: Source, world: World) -> Iterator[Finding]:
    """A timer is FEEL or ISO 8601; cycles are for non-interrupting events; cron does not run."""
    for process, node in _events(source):
        for event in node.events:
            if event.type == "timer":
                yield from _timer(node, event, position_of(node, process))


def _timer(node: Node, event: EventDefinition, position: str) -> Iterator[Finding]:
    if not event.timer_text:
        yield at(node, "The timer has no time: write a date, a duration or a cycle.")
        return
    if event.timer_kind == "timeCycle" and (node.is_interrupting or position == "intermediate catch event"):
        yield at(node, "A cycle fires more than once: use a duration here or make the event non-interrupting.")
    if event.timer_text.startswith("="):
        return
    if event.timer_kind == "timeCycle" and len(event.timer_text.split()) >= 5:
        yield at(node, "Cron timers do not run: write a cycle such as R/P1D.")
    elif not _TIMER_TEXTS[event.timer_kind].match(event.timer_text):
        reason = "{text} is not a time in ISO 8601: write {example} or FEEL with a leading =."
        yield at(node, reason, text=event.timer_text, example=_TIMER_EXAMPLES[event.timer_kind])


@file_rule("event.starts")
def start_events(source: Source, world: World) -> Iterator[Finding]:
    """One start per scope, one trigger per event sub-process, and nothing flows into or out of the latter."""
    for process in source.model.processes:
        for scope_id in process.scopes():
            scope = process.node(scope_id)
            starts = [node for node in process.nodes_in(scope_id) if node.type == "startEvent"]
            if len(starts) > 1:
                yield at(starts[1], "There are several start events in one process or sub-process: keep one.")
            if scope is not None and scope.is_event_subprocess:
                if not starts:
                    yield at(scope, "The event sub-process has no start event with a trigger: draw one.")
                if process.incoming(scope_id) or process.outgoing(scope_id):
                    yield at(
                        scope, "An event sub-process is started by its event: remove the flows into and out of it."
                    )
        for node in process.nodes:
            if node.type == "startEvent" and process.incoming(node.id):
                yield at(node, "Nothing flows into a start event: join the way back after it.")
            if node.type == "endEvent" and process.outgoing(node.id):
                yield at(node, "Nothing flows out of an end event: use an intermediate event.")


@file_rule("event.boundary")
def boundary_events(source: Source, world: World) -> Iterator[Finding]:
    """A boundary event sits on an activity of its scope; errors always interrupt."""
    for process in source.model.processes:
        for node in process.nodes:
            if node.type != "boundaryEvent":
                continue
            host = process.node(node.attached_to)
            if host is None or host.type not in ACTIVITIES or host.scope_id != node.scope_id:
                yield at(node, "The boundary event is not attached to an activity: attach it.")
            if process.incoming(node.id):
                yield at(node, "Nothing flows into a boundary event: remove the flow.")
            if node.event_type == "error" and not node.is_interrupting:
                yield at(node, "An error always interrupts: make the boundary event interrupting.")


@file_rule("event.links")
def links(source: Source, world: World) -> Iterator[Finding]:
    """Each link that is thrown has exactly one target of the same name in the same scope, and the other way round."""
    for process in source.model.processes:
        for scope_id in process.scopes():
            thrown, caught = (_links(process, scope_id, kind) for kind in ("Throw", "Catch"))
            names = [name for name, _node in caught]
            for name, node in thrown:
                if names.count(name) != 1:
                    yield at(node, "The link {name} needs exactly one target here: draw one catching link.", name=name)
            for name, node in caught:
                if name not in [other for other, _node in thrown]:
                    yield at(node, "Nothing leads to the link {name}: draw a throwing link.", name=name)


def _links(process: Process, scope_id: str, kind: str) -> list[tuple[str, Node]]:
    nodes = [node for node in process.nodes_in(scope_id) if node.type == f"intermediate{kind}Event"]
    return [(event.name, node) for node in nodes for event in node.events if event.type == "link"]


def _events(source: Source) -> Iterator[tuple[Process, Node]]:
    for process in source.model.processes:
        for node in process.nodes:
            if node.type in EVENTS:
                yield process, node
