"""Tasks: each says who or what does it, and what it names exists."""

from collections.abc import Iterator

from workflow_engine.definitions.model import ACTIVITIES, Node
from workflow_engine.definitions.package import form_file
from workflow_engine.definitions.rules.registry import Finding, Source, World, at, file_rule, package_rule


def _nodes(source: Source, *types: str) -> Iterator[Node]:
    for process in source.model.processes:
        yield from (node for node in process.nodes if node.type in types)


@file_rule("task.assignment")
def assignments(source: Source, world: World) -> Iterator[Finding]:
    """A user task belongs to a group, a person or a lane, else nobody would ever see it."""
    for node in _nodes(source, "userTask"):
        extension = node.extension
        named = extension.candidate_groups or extension.assignee
        if not named and not node.lane_id:
            yield at(node, "Nobody would see this task: give it candidate groups or draw it in a lane.")


@file_rule("task.role", house=True)
def roles(source: Source, world: World) -> Iterator[Finding]:
    """Candidate groups and lanes are roles of the organisation."""
    for process in source.model.processes:
        for lane in process.lanes:
            if lane.id not in world.roles:
                reason = "The lane {role} is no role: use the id of a role as the id of the lane."
                yield Finding(lane.id, reason, {"role": lane.id}, lane.line)
    for node in _nodes(source, "userTask"):
        groups = node.extension.candidate_groups
        if groups.startswith("="):
            continue
        for role in filter(None, (group.strip() for group in groups.split(","))):
            if role not in world.roles:
                yield at(node, "The candidate group {role} is no role: choose one of the known roles.", role=role)


@file_rule("task.job")
def jobs(source: Source, world: World) -> Iterator[Finding]:
    """A service or send task names a declared operator."""
    for node in _nodes(source, *ACTIVITIES):
        job_type = node.extension.job_type
        if not job_type and node.type in ("serviceTask", "sendTask"):
            yield at(node, "No operator does this step: write a task definition with the operator's type.")
        elif job_type.startswith("="):
            yield at(node, "The operator must be known before the process runs: write its type without FEEL.")
        elif job_type and job_type not in world.operators:
            yield at(node, "The operator {type} is not declared: choose a declared one or add it.", type=job_type)


@file_rule("task.script")
def scripts(source: Source, world: World) -> Iterator[Finding]:
    """A script task computes one variable with FEEL, or names an operator."""
    for node in _nodes(source, "scriptTask"):
        extension = node.extension
        if not extension.job_type and not (extension.script and extension.result_variable):
            yield at(node, "The script task computes nothing: write a FEEL expression and its result variable.")


@file_rule("task.decision")
def decisions(source: Source, world: World) -> Iterator[Finding]:
    """A business rule task names a decision that exists and the variable for its result."""
    for node in _nodes(source, "businessRuleTask"):
        extension = node.extension
        if extension.job_type:
            continue
        if not extension.decision_id or not extension.result_variable:
            yield at(node, "No decision is called: write the decision's id and the variable for its result.")
        elif extension.decision_id.startswith("="):
            yield at(node, "The decision must be known before the process runs: write its id without FEEL.")
        elif extension.decision_id not in world.decisions:
            reason = "The decision {decision} does not exist: add its DMN file or correct the id."
            yield at(node, reason, decision=extension.decision_id)


@file_rule("task.loop")
def loops(source: Source, world: World) -> Iterator[Finding]:
    """A multi-instance activity repeats over a list; collecting results takes a list and an element."""
    for node in _nodes(source, *ACTIVITIES):
        loop = node.loop
        if loop is None or loop.type != "multi":
            continue
        if not loop.input_collection:
            yield at(node, "The repetition has no list: write the input collection in FEEL.")
        if bool(loop.output_collection) != bool(loop.output_element):
            yield at(node, "Results are collected with an output collection and an output element: write both.")


@file_rule("task.form", house=True)
def forms(source: Source, world: World) -> Iterator[Finding]:
    """A user task and the start of a procedure have a form, and the form exists."""
    for node in _nodes(source, "userTask", "startEvent"):
        key = node.extension.form_key
        if not key:
            if node.type == "userTask" or _starts_the_procedure(node, source, world):
                yield at(node, "There is no form: write a form key such as shared/{node}.", node=node.id)
        elif key.startswith("="):
            yield at(node, "The form must be known before the process runs: write its key without FEEL.")
        elif form_file(key) not in world.files:
            yield at(node, "The form {form} does not exist: add {file} or correct the key.", form=key,
                     file=form_file(key))  # fmt: skip


def _starts_the_procedure(node: Node, source: Source, world: World) -> bool:
    return world.package is not None and node.scope_id == world.package.process_id


@package_rule("form.unused", house=True)
def unused_forms(world: World) -> Iterator[Finding]:
    """A form of a procedure that no task shows is left over; `files` holds also the forms of the folder."""
    keys = {form_file(node.extension.form_key) for source in world.sources for node in _all(source)}
    for file in world.files:
        if world.package is not None and file.startswith(f"forms/{world.package.process_id}/") and file not in keys:
            yield Finding("", "No task shows this form: use it or remove it.", file=file)


def _all(source: Source) -> Iterator[Node]:
    for process in source.model.processes:
        yield from process.nodes
