"""The steps people see of a procedure: its user tasks and waits in the order of the work, called processes included.

It is the accessible companion of the diagram; it explains, it never decides what runs next.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from workflow_engine.definitions.model import Model, Node, Process
from workflow_engine.definitions.package import Package
from workflow_engine.definitions.reading import read_model

_WAITS = ("receiveTask", "intermediateCatchEvent")


@dataclass(frozen=True)
class Step:
    """A user task or a wait. `call_path` are the call activities around it, outermost first: its first element, or
    `node_id` when it is empty, is the node to mark in the procedure's own diagram. `is_main` says that the step lies
    on the way of default flows; the others are exceptions and branches."""

    process_id: str
    node_id: str
    name_vi: str
    role: str
    kind: str
    call_path: tuple[str, ...]
    is_main: bool

    @property
    def marked_node_id(self) -> str:
        return self.call_path[0] if self.call_path else self.node_id


def list_steps(package: Package) -> list[Step]:
    """Return each user task ("task") and wait ("wait") of a procedure once, branches and exceptions in their place."""
    models = [read_model(content, file) for file, content in package.files_ending(".bpmn").items()]
    steps: dict[tuple[str, str], Step] = {}
    for step in _process_steps(models, package.process_id, (), True, frozenset()):
        known = steps.get((step.process_id, step.node_id))
        if known is None:
            steps[step.process_id, step.node_id] = step
        elif step.is_main and not known.is_main:
            steps[step.process_id, step.node_id] = replace(known, is_main=True)
    return list(steps.values())


def _process_steps(
    models: list[Model], process_id: str, call_path: tuple[str, ...], is_main: bool, above: frozenset[str]
) -> Iterator[Step]:
    process = next((found for model in models if (found := model.process(process_id)) is not None), None)
    if process is None or process_id in above:
        return
    main = _main_path(process) if is_main else frozenset()
    for node in _in_order(process):
        if node.type == "callActivity":
            called = node.extension.called_process_id
            yield from _process_steps(models, called, (*call_path, node.id), node.id in main, above | {process_id})
        elif node.type == "userTask" or node.type in _WAITS:
            kind = "task" if node.type == "userTask" else "wait"
            yield Step(process_id, node.id, node.name, _role(node), kind, call_path, node.id in main)


def _role(node: Node) -> str:
    groups = node.extension.candidate_groups
    first = groups.split(",")[0].strip()
    return first if first and not groups.startswith("=") else node.lane_id


def _in_order(process: Process) -> list[Node]:
    """All nodes, each before what follows it (ways back aside), default flows before exceptions, handlers last."""
    ordered: list[Node] = []
    for scope_id in process.scopes():
        scope = process.node(scope_id)
        if scope is None or scope.is_event_subprocess:
            ordered += _scope_in_order(process, scope_id)
    return ordered


def _scope_in_order(process: Process, scope_id: str) -> list[Node]:
    nodes = {node.id: node for node in process.nodes_in(scope_id) if not node.is_event_subprocess}
    finished: list[Node] = []
    seen: set[str] = set()
    starts = [node for node in nodes.values() if not process.incoming(node.id) and not node.attached_to]
    for node in (*reversed(starts), *nodes.values()):
        _visit(process, node, nodes, seen, finished)
    ordered: list[Node] = []
    for node in reversed(finished):
        ordered.append(node)
        if node.type == "subProcess":
            ordered += _scope_in_order(process, node.id)
    return ordered


def _visit(process: Process, start: Node, nodes: dict[str, Node], seen: set[str], finished: list[Node]) -> None:
    """Walk depth first without recursion; a node is finished after everything it leads to."""
    if start.id in seen:
        return
    seen.add(start.id)
    stack = [(start, iter(_followers(process, start, nodes)))]
    while stack:
        node, followers = stack[-1]
        following = next((other for other in followers if other.id not in seen), None)
        if following is None:
            finished.append(node)
            stack.pop()
        else:
            seen.add(following.id)
            stack.append((following, iter(_followers(process, following, nodes))))


def _followers(process: Process, node: Node, nodes: dict[str, Node]) -> list[Node]:
    """What follows a node, the default flow last: the walk is read backwards."""
    flows = sorted(process.outgoing(node.id), key=lambda flow: flow.id == node.default_flow)
    attached = [other for other in nodes.values() if other.attached_to == node.id]
    return [*attached, *(nodes[flow.target] for flow in flows if flow.target in nodes)]


def _main_path(process: Process) -> frozenset[str]:
    """The nodes on the way from the start along default flows."""
    starts = [node for node in process.nodes_in(process.id) if node.type == "startEvent"]
    current = starts[0] if starts else None
    seen: set[str] = set()
    while current is not None and current.id not in seen:
        seen.add(current.id)
        flows = process.outgoing(current.id)
        default = [flow for flow in flows if flow.id == current.default_flow]
        chosen = next(iter(default + flows), None)
        current = process.node(chosen.target) if chosen is not None else None
    return frozenset(seen)
