"""Whether a process can hang: every marking of tokens that can come about is tried, within a bound.

A parallel join that waits for a flow nobody takes any more is legal BPMN and a dossier that never ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from workflow_engine.definitions.model import Flow, Node, Process
from workflow_engine.definitions.rules.registry import Finding, Source, World, at, file_rule

_MOST_MARKINGS = 3_000
_MOST_TOKENS = 12
_CHOOSING = ("exclusiveGateway", "eventBasedGateway")
_ENDING = ("terminate", "error")

# The places of the tokens, sorted: a node's id, or before a parallel gateway the id of the flow.
Marking = tuple[str, ...]


@dataclass(frozen=True)
class Net:
    """One process or sub-process as a token game."""

    nodes: dict[str, Node]
    outgoing: dict[str, list[Flow]]
    incoming: dict[str, list[Flow]]
    attached: dict[str, list[Node]]

    def arrive(self, flow: Flow) -> str:
        return flow.id if self.nodes[flow.target].type == "parallelGateway" else flow.target


@file_rule("gateway.deadlock")
def deadlocks(source: Source, world: World) -> Iterator[Finding]:
    """No way through the model leaves a parallel gateway waiting for ever; inclusive joins are not judged."""
    reason = "The gateway can wait for ever for a flow that is not taken: split in parallel what it joins."
    for process in source.model.processes:
        for scope_id in process.scopes():
            net = _net(process, scope_id)
            if not any(node.type in ("inclusiveGateway", "complexGateway") for node in net.nodes.values()):
                for gateway_id in _stuck_gateways(net):
                    yield at(net.nodes[gateway_id], reason)


def _net(process: Process, scope_id: str) -> Net:
    nodes = {node.id: node for node in process.nodes_in(scope_id) if not node.is_event_subprocess}
    flows = [flow for flow in process.flows if flow.source in nodes and flow.target in nodes]
    outgoing: dict[str, list[Flow]] = {node_id: [] for node_id in nodes}
    incoming: dict[str, list[Flow]] = {node_id: [] for node_id in nodes}
    attached: dict[str, list[Node]] = {node_id: [] for node_id in nodes}
    for flow in flows:
        outgoing[flow.source].append(flow)
        incoming[flow.target].append(flow)
    for node in nodes.values():
        if node.attached_to in attached:
            attached[node.attached_to].append(node)
    return Net(nodes, outgoing, incoming, attached)


def _stuck_gateways(net: Net) -> set[str]:
    """The parallel gateways at which tokens remain in a marking that nothing can leave."""
    starts = [node.id for node in net.nodes.values() if node.type == "startEvent"]
    starts = starts or [node.id for node in net.nodes.values() if not net.incoming[node.id] and not node.attached_to]
    first = tuple(sorted(place for place in starts if net.nodes[place].type != "parallelGateway"))
    seen, pending, stuck = {first}, [first], set[str]()
    flow_target = {flow.id: flow.target for flows in net.outgoing.values() for flow in flows}
    while pending and len(seen) < _MOST_MARKINGS:
        marking = pending.pop()
        following = list(_following(net, marking))
        if not following:
            stuck.update(flow_target[place] for place in marking if place in flow_target)
        for other in following:
            if other not in seen and len(other) <= _MOST_TOKENS:
                seen.add(other)
                pending.append(other)
    return stuck


def _following(net: Net, marking: Marking) -> Iterator[Marking]:
    for place in set(marking):
        node = net.nodes.get(place)
        if node is not None:
            yield from _after_node(net, marking, node)
    for gateway_id, incoming in net.incoming.items():
        places = [flow.id for flow in incoming]
        if net.nodes[gateway_id].type == "parallelGateway" and places and all(place in marking for place in places):
            yield _moved(marking, places, [net.arrive(flow) for flow in net.outgoing[gateway_id]])


def _after_node(net: Net, marking: Marking, node: Node) -> Iterator[Marking]:
    arrivals = [net.arrive(flow) for flow in net.outgoing[node.id]]
    if node.type == "endEvent" and node.event_type in _ENDING:
        yield ()
    elif node.type in _CHOOSING and arrivals:
        yield from (_moved(marking, [node.id], [arrival]) for arrival in arrivals)
    else:
        yield _moved(marking, [node.id], arrivals)
    for event in net.attached[node.id]:
        if event.is_interrupting:
            yield _moved(marking, [node.id], [event.id])
        elif event.id not in marking:
            yield _moved(marking, [], [event.id])


def _moved(marking: Marking, taken: list[str], given: list[str]) -> Marking:
    places = list(marking)
    for place in taken:
        places.remove(place)
    return tuple(sorted([*places, *given]))
