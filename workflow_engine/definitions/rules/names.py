"""Names and ids: unique, the same as file and folder, readable in the picture (our own models)."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from workflow_engine.definitions.model import EVENTS, SUBPROCESSES, TASKS, Flow, Node
from workflow_engine.definitions.rules.registry import Finding, Source, World, at, at_xml, file_rule, package_rule

_MOST_LANES, _MOST_NODES = 6, 25


@file_rule("id.unique")
def unique_ids(source: Source, world: World) -> Iterator[Finding]:
    """Ids occur once in a file and every node and flow has one: history and tasks refer to them."""
    seen: set[str] = set()
    for element in source.root.iter():
        element_id = element.get("id") if isinstance(element.tag, str) else None
        if element_id and element_id in seen:
            yield at_xml(element, "The id {id} occurs twice: give each element its own id.", id=element_id)
        seen.add(element_id or "")
    for process in source.model.processes:
        places: list[Node | Flow] = [*process.nodes, *process.flows]
        for place in places:
            if not place.id:
                yield at(place, "The element has no id: give it one.")


@package_rule("id.subprocess")
def unique_subprocesses(world: World) -> Iterator[Finding]:
    """Embedded sub-processes and processes that run together share one space of ids."""
    used = Counter(process.id for source in world.sources for process in source.model.processes)
    embedded = [
        (source.file, node)
        for source in world.sources
        for process in source.model.processes
        for node in process.nodes
        if node.type in SUBPROCESSES
    ]
    used.update(node.id for _file, node in embedded)
    for file, node in embedded:
        if used[node.id] > 1:
            reason = "The id {id} is also the id of another process or sub-process that runs with this one: change it."
            yield Finding(node.id, reason, {"id": node.id}, node.line, file)


@file_rule("id.file", house=True)
def file_names(source: Source, world: World) -> Iterator[Finding]:
    """Process id, file name and folder of a procedure are the same."""
    path = PurePosixPath(source.file)
    for process in source.model.processes:
        if process.nodes and process.id != path.stem:
            yield at(process, "The process id {id} is not the name of its file {file}.", id=process.id, file=path.name)
    if world.package is not None and path.parent.name not in ("shared", world.package.process_id):
        yield Finding("", "The file lies outside the folder of its procedure: move it.")


@package_rule("facts.id", house=True)
def facts_id(world: World) -> Iterator[Finding]:
    """The facts are those of this procedure."""
    package = world.package
    if package is not None and package.facts.id != package.process_id:
        reason = "The id {id} is not the name of the folder {folder}: make them the same."
        params = {"id": package.facts.id, "folder": package.process_id}
        yield Finding("id", reason, params, file=f"{package.folder}/procedure.toml")


@file_rule("name.missing", house=True)
def names(source: Source, world: World) -> Iterator[Finding]:
    """Officials read the names: tasks, events and deciding gateways have one, the flows of a question answer it."""
    for process in source.model.processes:
        for node in process.nodes:
            splits = node.type in ("exclusiveGateway", "inclusiveGateway") and len(process.outgoing(node.id)) > 1
            if node.type in TASKS | EVENTS | SUBPROCESSES and not node.name.strip():
                yield at(node, "The element has no name: write what happens here, in Vietnamese.")
            elif splits and not node.name.strip().endswith("?"):
                yield at(node, "The gateway asks no question: write a name that ends with a question mark.")
            if splits:
                for flow in process.outgoing(node.id):
                    if not flow.name.strip():
                        yield at(flow, "The flow answers the question of its gateway: write a name.")


@file_rule("model.size", house=True)
def sizes(source: Source, world: World) -> Iterator[Finding]:
    """One picture is read on one screen."""
    for process in source.model.processes:
        nodes = [node for node in process.nodes_in(process.id) if node.type != "boundaryEvent"]
        if len(process.lanes) > _MOST_LANES or len(nodes) > _MOST_NODES:
            reason = "The picture has {nodes} nodes in {lanes} lanes: move a part into a called process."
            yield at(process, reason, nodes=str(len(nodes)), lanes=str(len(process.lanes)))


@file_rule("diagram.missing", house=True)
def drawn(source: Source, world: World) -> Iterator[Finding]:
    """What runs is drawn: a node or flow without a place in the diagram can not be marked as the current step."""
    for process in source.model.processes:
        for node in process.nodes:
            if node.id not in source.model.shapes:
                yield at(node, "The element is not drawn: open the model in the editor and place it.")
        for flow in process.flows:
            if flow.id not in source.model.edges:
                yield at(flow, "The flow is not drawn: open the model in the editor and connect it.")


@file_rule("lane.nodes", house=True)
def lanes_hold_nodes(source: Source, world: World) -> Iterator[Finding]:
    """Each node of the process lies in exactly one lane: the lane says who answers for it."""
    for process in source.model.processes:
        held = Counter(node_id for lane in process.lanes for node_id in lane.node_ids)
        for node in process.nodes_in(process.id):
            if process.lanes and held[node.id] != 1:
                yield at(node, "The element lies in {count} lanes: draw it in one.", count=str(held[node.id]))
        for node_id in held:
            if process.node(node_id) is None:
                yield at(
                    process, "A lane lists {id}, which is not in the process: save the model in the editor.", id=node_id
                )


@file_rule("flow.listed", house=True)
def flows_are_listed(source: Source, world: World) -> Iterator[Finding]:
    """The flows a node lists are the flows that begin and end there: editors read the one, the engine the other."""
    for process in source.model.processes:
        for node in process.nodes:
            drawn = {flow.id for flow in (*process.incoming(node.id), *process.outgoing(node.id))}
            if set(node.listed_flows) != drawn:
                wrong = ", ".join(sorted(set(node.listed_flows) ^ drawn))
                yield at(
                    node, "The element and its flows disagree about {flows}: save the model in the editor.", flows=wrong
                )
