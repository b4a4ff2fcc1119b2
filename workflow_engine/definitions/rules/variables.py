"""Variables: what is read is set before, on some way from the start, followed through calls (our own models).

The engine sets only the two contexts, `due_at` and `due_rescheduled`; everything else comes from a mapping, a script
or a decision (MODELLING, variables). A called process sees what its callers see.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from workflow_engine.definitions.decision_reading import decision_inputs
from workflow_engine.definitions.model import Node, Process
from workflow_engine.definitions.package import form_file
from workflow_engine.definitions.rules.expressions import FeelText, node_texts
from workflow_engine.definitions.rules.registry import Finding, World, package_rule

ENGINE_VARIABLES = frozenset({"dossier", "procedure", "due_at", "due_rescheduled"})
DOSSIER_KEYS = frozenset({"code", "submitted_at", "received_at", "channel", "result_channel"})
_PAYLOAD = frozenset({"receiveTask", "intermediateCatchEvent", "boundaryEvent", "serviceTask", "sendTask"})


@dataclass(frozen=True)
class Reading:
    """One text, the names visible to it (None: a payload we do not know), and the file it stands in."""

    text: FeelText
    visible: frozenset[str] | None
    file: str


@package_rule("variable.unset", house=True)
def unset_variables(world: World) -> Iterator[Finding]:
    """A variable that is read is set somewhere before."""
    package = world.package
    if package is None:
        return
    for reading in _readings(world, package.process_id):
        for path in sorted(reading.text.names()):
            yield from _judge(path, reading, package.facts.raw)


def _judge(path: str, reading: Reading, facts: Mapping[str, object]) -> Iterator[Finding]:
    root, _dot, rest = path.partition(".")
    text, reason = reading.text, ""
    if root == "dossier" and rest and rest.split(".")[0] not in DOSSIER_KEYS:
        reason = "The context dossier has no {name}: use one of {known}."
    elif root == "procedure" and rest and not _has_path(facts, rest.split(".")):
        reason = "The facts of the procedure have no {name}: add it to procedure.toml or correct the name."
    elif root not in ENGINE_VARIABLES and reading.visible is not None and root not in reading.visible:
        reason = "The variable {name} is read in the {kind} but set nowhere before: set it with an output mapping."
    if reason:
        params = {"name": rest if root in ("dossier", "procedure") else root, "kind": text.kind,
                  "known": ", ".join(sorted(DOSSIER_KEYS))}  # fmt: skip
        yield Finding(text.element, reason, params, text.line, reading.file)


def _has_path(facts: object, keys: list[str]) -> bool:
    for key in keys:
        if isinstance(facts, list):
            return True
        if not isinstance(facts, Mapping) or key not in facts:
            return False
        facts = facts[key]
    return True


def _readings(world: World, process_id: str) -> list[Reading]:
    """Walk the procedure and what it calls until what each process sees at its start no longer grows."""
    entries: dict[str, frozenset[str]] = {process_id: frozenset()}
    results: dict[str, frozenset[str]] = {}
    readings: dict[str, list[Reading]] = {}
    changed = True
    while changed:
        changed = False
        for current in list(entries):
            found = world.process(current)
            if found is None:
                continue
            source, process = found
            visit = _visit(world, source.file, process, entries[current], results)
            readings[current] = visit.readings
            for called, names in visit.entries.items():
                if not names <= entries.get(called, frozenset()) or called not in entries:
                    entries[called] = entries.get(called, frozenset()) | names
                    changed = True
            if visit.result != results.get(current):
                results[current] = visit.result
                changed = True
    return [reading for current in readings.values() for reading in current]


@dataclass(frozen=True)
class Visit:
    """One pass over a process: its readings, what the processes it calls see, what it has set when it ends."""

    readings: list[Reading]
    entries: dict[str, frozenset[str]]
    result: frozenset[str]


def _visit(
    world: World, file: str, process: Process, entry: frozenset[str], results: Mapping[str, frozenset[str]]
) -> Visit:
    before = _before(process, entry)
    readings: list[Reading] = []
    entries: dict[str, frozenset[str]] = {}
    for node in process.nodes:
        visible = before[node.id]
        local = visible | _local_names(node) | {mapping.target for mapping in node.extension.inputs}
        called = node.extension.called_process_id if node.type == "callActivity" else ""
        if called:
            entries[called] = entries.get(called, frozenset()) | local
        for text in node_texts(node):
            seen = _seen_by(text, node, visible, local, results.get(called, frozenset()), world)
            readings.append(Reading(text, seen, file))
        if node.type == "businessRuleTask":
            readings += [Reading(text, local, file) for text in _decision_inputs(world, node)]
    for flow in process.flows:
        node_before = before.get(flow.source, entry) | _sets(process.node(flow.source))
        readings.append(Reading(FeelText(flow.id, "condition", flow.condition, flow.line), node_before, file))
    everything = entry.union(*(_sets(node) for node in process.nodes)) if process.nodes else entry
    return Visit(readings, entries, everything)


def _seen_by(
    text: FeelText,
    node: Node,
    visible: frozenset[str],
    local: frozenset[str],
    child: frozenset[str],
    world: World,
) -> frozenset[str] | None:
    if text.kind == "input":
        return visible | _local_names(node)
    if text.kind in ("output", "output element"):
        if node.type in _PAYLOAD or node.extension.job_type:
            return None
        result = {node.extension.result_variable} if node.extension.result_variable else set()
        return local | child | result | _form_fields(world, node) | _sets_inside(node, world)
    return local


def _sets(node: Node | None) -> frozenset[str]:
    """The variables a node leaves behind."""
    if node is None:
        return frozenset()
    names = {mapping.target for mapping in node.extension.outputs}
    if node.extension.result_variable and not names:
        names.add(node.extension.result_variable)
    if node.loop is not None and node.loop.output_collection:
        names.add(node.loop.output_collection)
    return frozenset(names)


def _sets_inside(node: Node, world: World) -> frozenset[str]:
    """What the nodes of an embedded sub-process set is visible to its own output mappings."""
    inside: set[str] = set()
    for source in world.sources:
        for process in source.model.processes:
            for child in process.nodes_in(node.id):
                inside |= _sets(child)
    return frozenset(inside)


def _local_names(node: Node) -> frozenset[str]:
    loop = node.loop
    return frozenset({loop.input_element, "loopCounter"} - {""}) if loop is not None else frozenset()


def _before(process: Process, entry: frozenset[str]) -> dict[str, frozenset[str]]:
    """The variables that may be set when a token enters each node: a fixed point over the flows.

    An event sub-process may start at any moment, so it sees whatever the scope around it may have set.
    """
    before = {node.id: entry for node in process.nodes}
    nodes = {node.id: node for node in process.nodes}
    changed = True
    while changed:
        changed = False
        for node in process.nodes:
            names = before[node.id].union(*_arriving(process, node, nodes, before))
            if names != before[node.id]:
                before[node.id], changed = names, True
    return before


def _arriving(
    process: Process, node: Node, nodes: Mapping[str, Node], before: Mapping[str, frozenset[str]]
) -> Iterable[frozenset[str]]:
    for flow in process.incoming(node.id):
        if flow.source in nodes:
            yield before[flow.source] | _sets(nodes[flow.source])
    if node.attached_to in nodes:
        yield before[node.attached_to]
    if node.is_event_subprocess:
        for other in process.nodes_in(node.scope_id):
            yield before[other.id] | _sets(other)
    scope = nodes.get(node.scope_id)
    if scope is not None and not process.incoming(node.id) and not node.attached_to:
        local = {mapping.target for mapping in scope.extension.inputs} | _local_names(scope)
        yield before[scope.id] | local


def _form_fields(world: World, node: Node) -> frozenset[str]:
    """The top-level keys of a node's form; a form that is no JSON has none (its own rule says so)."""
    try:
        form = json.loads(world.files.get(form_file(node.extension.form_key), b"{}"))
    except ValueError:
        return frozenset()
    keys: set[str] = set()
    pending = [form] if isinstance(form, dict) else []
    while pending:
        component = pending.pop()
        if isinstance(component.get("key"), str):
            keys.add(component["key"].split(".")[0])
        if isinstance(component.get("path"), str) and component["path"]:
            keys.add(component["path"].split(".")[0])
        elif isinstance(component.get("components"), list):
            pending += [child for child in component["components"] if isinstance(child, dict)]
    return frozenset(keys)


def _decision_inputs(world: World, node: Node) -> Iterator[FeelText]:
    """The inputs of the called decision read variables of the calling node."""
    file = world.decisions.get(node.extension.decision_id)
    for text in decision_inputs(world.files[file], file) if file else ():
        yield FeelText(node.id, "decision", f"={text}", node.line)
