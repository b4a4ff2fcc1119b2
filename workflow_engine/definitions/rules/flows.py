"""Flows and gateways: every way has a condition or a default, and every node lies between a start and an end."""

from collections.abc import Iterable, Iterator

from workflow_engine.definitions.model import GATEWAYS, Flow, Node, Process
from workflow_engine.definitions.rules.registry import Finding, Source, World, at, file_rule

_DECIDING = ("exclusiveGateway", "inclusiveGateway")


@file_rule("flow.ends")
def flow_ends(source: Source, world: World) -> Iterator[Finding]:
    """A sequence flow joins two nodes of one process or sub-process."""
    for process in source.model.processes:
        scope_of = {node.id: node.scope_id for node in process.nodes}
        for flow in process.flows:
            if flow.source not in scope_of or flow.target not in scope_of:
                yield at(flow, "The flow does not begin and end at a node of this process: connect it.")
            elif scope_of[flow.source] != scope_of[flow.target]:
                yield at(flow, "The flow crosses the border of a sub-process: end it inside and go on outside.")


@file_rule("flow.condition")
def conditions_on_tasks(source: Source, world: World) -> Iterator[Finding]:
    """Only exclusive and inclusive gateways decide: conditions elsewhere would be ignored."""
    for process in source.model.processes:
        for node in process.nodes:
            conditional = [flow for flow in process.outgoing(node.id) if flow.condition]
            if node.type not in _DECIDING and (conditional or node.default_flow):
                reason = "A condition on a flow leaving this element is not read: draw an exclusive gateway after it."
                yield at(node, reason)


@file_rule("gateway.default")
def gateway_defaults(source: Source, world: World) -> Iterator[Finding]:
    """Every deciding split has a default flow, and conditions on all the others."""
    for process in source.model.processes:
        for node in process.nodes:
            outgoing = process.outgoing(node.id)
            if node.type not in _DECIDING or len(outgoing) < 2:
                continue
            if node.default_flow not in [flow.id for flow in outgoing]:
                yield at(node, "The gateway has no default flow: mark the one to take when no condition holds.")
            yield from _conditions(node, outgoing)


def _conditions(node: Node, outgoing: list[Flow]) -> Iterator[Finding]:
    for flow in outgoing:
        if flow.id == node.default_flow and flow.condition:
            yield at(flow, "The default flow is taken when nothing else holds: remove its condition.")
        if flow.id != node.default_flow and not flow.condition:
            yield at(flow, "The flow leaving {gateway} has no condition: write one in FEEL.", gateway=node.id)


@file_rule("gateway.needless")
def lone_gateways(source: Source, world: World) -> Iterator[Finding]:
    """A single way out of a deciding gateway is taken whatever its condition says."""
    for process in source.model.processes:
        for node in process.nodes:
            outgoing = process.outgoing(node.id)
            if node.type in _DECIDING and len(outgoing) == 1 and outgoing[0].condition:
                yield at(
                    outgoing[0], "The only flow leaving a gateway needs no condition: remove it or draw the others."
                )


@file_rule("process.single")
def single_process(source: Source, world: World) -> Iterator[Finding]:
    """One file runs one process."""
    drawn = [process for process in source.model.processes if process.nodes]
    if len(drawn) > 1:
        reason = "The file has {count} processes but only one can run: put each into its own file and call it."
        yield at(drawn[1], reason, count=str(len(drawn)))
    if not drawn:
        yield Finding("", "The file has no process with a node: draw one.")
    for process in drawn:
        if not process.is_executable:
            yield at(process, "The process is not executable: set isExecutable to true.")


@file_rule("process.empty")
def empty_subprocesses(source: Source, world: World) -> Iterator[Finding]:
    """A sub-process without a node has nothing to run."""
    for process in source.model.processes:
        for node in process.nodes:
            if node.type == "subProcess" and not process.nodes_in(node.id):
                yield at(node, "The sub-process is empty: draw what happens in it.")


@file_rule("flow.reach")
def reachability(source: Source, world: World) -> Iterator[Finding]:
    """Each node can be reached from the start, and from each node an end can be reached."""
    for process in source.model.processes:
        for scope_id in process.scopes():
            yield from _unreached(process, scope_id)


def _unreached(process: Process, scope_id: str) -> Iterator[Finding]:
    nodes = [node for node in process.nodes_in(scope_id) if not node.is_event_subprocess]
    forward, backward = _graph(process, nodes)
    starts = [node.id for node in nodes if node.type == "startEvent"]
    if not starts:
        attached = ("boundaryEvent",)
        starts = [node.id for node in nodes if not process.incoming(node.id) and node.type not in attached]
    ends = [node.id for node in nodes if not process.outgoing(node.id) and not _is_link(node, "Throw")]
    from_start, to_end = _closure(starts, forward), _closure(ends, backward)
    for node in nodes:
        if node.id not in from_start:
            yield at(node, "Nothing leads here from the start: connect it or remove it.")
        elif node.id not in to_end:
            yield at(node, "No way leads from here to an end: draw one.")


def _graph(process: Process, nodes: list[Node]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    forward: dict[str, set[str]] = {node.id: set() for node in nodes}
    pairs = [(flow.source, flow.target) for flow in process.flows]
    pairs += [(node.attached_to, node.id) for node in nodes if node.attached_to]
    caught = {node.events[0].name: node.id for node in nodes if _is_link(node, "Catch")}
    pairs += [(node.id, caught.get(node.events[0].name, "")) for node in nodes if _is_link(node, "Throw")]
    for source, target in pairs:
        if source in forward and target in forward:
            forward[source].add(target)
    backward: dict[str, set[str]] = {node.id: set() for node in nodes}
    for source, targets in forward.items():
        for target in targets:
            backward[target].add(source)
    return forward, backward


def _closure(begin: Iterable[str], edges: dict[str, set[str]]) -> set[str]:
    seen, pending = set(begin), list(begin)
    while pending:
        for target in edges.get(pending.pop(), ()):
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return seen


def _is_link(node: Node, kind: str) -> bool:
    return node.type == f"intermediate{kind}Event" and node.event_type == "link"


@file_rule("flow.end_event", house=True)
def dead_ends(source: Source, world: World) -> Iterator[Finding]:
    """Every way of our own models ends in an end event that says how, and begins at a start event."""
    for process in source.model.processes:
        for node in process.nodes:
            leads_on = node.type == "endEvent" or node.is_event_subprocess or _is_link(node, "Throw")
            if not leads_on and not process.outgoing(node.id):
                yield at(node, "The way stops here without an end event: draw one that says how it ends.")
        for scope_id in process.scopes():
            nodes = process.nodes_in(scope_id)
            if nodes and not any(node.type == "startEvent" for node in nodes):
                yield at(process.node(scope_id) or process, "There is no start event: draw one.")


@file_rule("gateway.join", house=True)
def joins(source: Source, world: World) -> Iterator[Finding]:
    """Where ways meet and where they part stands a gateway, so that the picture says which of them it is."""
    for process in source.model.processes:
        for node in process.nodes:
            if node.type in GATEWAYS:
                if len(process.incoming(node.id)) < 2 and len(process.outgoing(node.id)) < 2:
                    yield at(node, "The gateway neither splits nor joins: remove it.")
            elif len(process.incoming(node.id)) > 1:
                yield at(node, "Several flows meet here without a gateway: draw a joining gateway before it.")
            elif len(process.outgoing(node.id)) > 1:
                yield at(
                    node, "Several flows leave without a gateway: draw a gateway that says whether all or one runs."
                )
