"""A light, read-only picture of a BPMN file for checks, drawings and screens; the engine has its own specs.

Ids are the file's own. `line` is the line in the file, 0 when unknown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

Part = TypeVar("Part")


@dataclass(frozen=True)
class EventDefinition:
    """What an event waits for or throws. `name` is the message, signal or link name, the error or escalation code."""

    type: str
    id: str = ""
    name: str = ""
    has_target: bool = False
    correlation_key: str = ""
    timer_kind: str = ""
    timer_text: str = ""
    line: int = 0


@dataclass(frozen=True)
class VariableMapping:
    """One `zeebe:input` or `zeebe:output`: FEEL `source` (with "=") to the variable `target`."""

    source: str
    target: str
    line: int = 0


@dataclass(frozen=True)
class Loop:
    """Multi-instance characteristics; `type` is "multi" or "standard"."""

    type: str
    is_sequential: bool = False
    input_collection: str = ""
    input_element: str = ""
    output_collection: str = ""
    output_element: str = ""
    completion_condition: str = ""


@dataclass(frozen=True)
class Extension:
    """The `zeebe:` part of a node; texts are as written, FEEL keeps its leading "="."""

    is_user_task: bool = False
    form_key: str = ""
    assignee: str = ""
    candidate_groups: str = ""
    due_date: str = ""
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    job_type: str = ""
    called_process_id: str = ""
    propagate_all_child_variables: bool = True
    propagate_all_parent_variables: bool = True
    decision_id: str = ""
    script: str = ""
    result_variable: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Node:
    """A flow node. `type` is the BPMN tag (userTask, exclusiveGateway …), `scope_id` the process or sub-process around
    it, `lane_id` the innermost lane that holds it or a sub-process around it."""

    id: str
    type: str
    name: str
    scope_id: str
    line: int = 0
    lane_id: str = ""
    attached_to: str = ""
    is_interrupting: bool = True
    is_event_subprocess: bool = False
    default_flow: str = ""
    message: EventDefinition | None = None
    events: tuple[EventDefinition, ...] = ()
    extension: Extension = Extension()
    loop: Loop | None = None
    documentation: str = ""
    listed_flows: tuple[str, ...] = ()

    @property
    def event_type(self) -> str:
        """The one event definition's type, "" for a plain event, "multiple" for several."""
        return "" if not self.events else self.events[0].type if len(self.events) == 1 else "multiple"


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is FEEL with "=" as written, "" when there is none."""

    id: str
    name: str
    source: str
    target: str
    scope_id: str
    condition: str = ""
    line: int = 0


@dataclass(frozen=True)
class Lane:
    """A lane; its id is the candidate group of tasks that name none."""

    id: str
    name: str
    parent_id: str
    node_ids: tuple[str, ...] = ()
    line: int = 0


def _grouped(parts: Iterable[Part], attribute: str) -> dict[str, list[Part]]:
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(getattr(part, attribute), []).append(part)
    return groups


@dataclass(frozen=True)
class Process:
    """A process with all its nodes and flows, those of embedded sub-processes included."""

    id: str
    name: str
    is_executable: bool
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    lanes: tuple[Lane, ...]
    line: int = 0
    documentation: str = ""

    @cached_property
    def _by_id(self) -> Mapping[str, Node]:
        return {node.id: node for node in reversed(self.nodes)}

    @cached_property
    def _by_scope(self) -> Mapping[str, list[Node]]:
        return _grouped(self.nodes, "scope_id")

    @cached_property
    def _by_source(self) -> Mapping[str, list[Flow]]:
        return _grouped(self.flows, "source")

    @cached_property
    def _by_target(self) -> Mapping[str, list[Flow]]:
        return _grouped(self.flows, "target")

    def node(self, node_id: str) -> Node | None:
        return self._by_id.get(node_id)

    def nodes_in(self, scope_id: str) -> list[Node]:
        return list(self._by_scope.get(scope_id, ()))

    def outgoing(self, node_id: str) -> list[Flow]:
        return list(self._by_source.get(node_id, ()))

    def incoming(self, node_id: str) -> list[Flow]:
        return list(self._by_target.get(node_id, ()))

    def scopes(self) -> list[str]:
        """The ids of the process and of its embedded sub-processes, outermost first."""
        return [self.id, *(node.id for node in self.nodes if node.type in SUBPROCESSES)]


@dataclass(frozen=True)
class Participant:
    """A pool; without `process_id` it is a black box."""

    id: str
    name: str
    process_id: str
    line: int = 0


@dataclass(frozen=True)
class MessageFlow:
    """A dashed arrow between pools; drawn, never run."""

    id: str
    name: str
    source: str
    target: str


@dataclass(frozen=True)
class Bounds:
    """A rectangle in the diagram's pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Shape:
    """The drawn place of an element."""

    element_id: str
    bounds: Bounds
    label: Bounds | None = None
    is_horizontal: bool = True
    is_expanded: bool = True
    is_marker_visible: bool = True


@dataclass(frozen=True)
class Edge:
    """The drawn line of a flow or association."""

    element_id: str
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None = None


@dataclass(frozen=True)
class Artifact:
    """What is drawn beside the flow: a text annotation, group, association, data object or store. Never run."""

    id: str
    type: str
    text: str
    source: str = ""
    target: str = ""


@dataclass(frozen=True)
class Model:
    """One BPMN file."""

    file: str
    processes: tuple[Process, ...]
    participants: tuple[Participant, ...]
    message_flows: tuple[MessageFlow, ...]
    artifacts: tuple[Artifact, ...]
    shapes: Mapping[str, Shape]
    edges: Mapping[str, Edge]
    is_zeebe: bool = False

    def process(self, process_id: str) -> Process | None:
        return next((process for process in self.processes if process.id == process_id), None)


SUBPROCESSES = frozenset({"subProcess", "adHocSubProcess", "transaction"})
TASKS = frozenset(
    {
        "task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
        "callActivity",
    }
)  # fmt: skip
ACTIVITIES = TASKS | SUBPROCESSES
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
NODES = ACTIVITIES | GATEWAYS | EVENTS
