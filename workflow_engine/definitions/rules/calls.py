"""What runs together: called processes exist and do not call themselves, errors that are thrown are caught."""

from collections.abc import Iterator

from workflow_engine.definitions.model import SUBPROCESSES, Node, Process
from workflow_engine.definitions.rules.registry import Finding, World, at, package_rule

_MAY_THROW = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask"})
ANY_CODE = "*"


@package_rule("call.missing")
def missing_calls(world: World) -> Iterator[Finding]:
    """A call activity names a process that exists."""
    for file, process, node in _calls(world):
        called = node.extension.called_process_id
        if not called:
            yield _in(file, at(node, "No process is called: write the id of the called process."))
        elif called.startswith("="):
            yield _in(file, at(node, "The called process must be known before: write its id without FEEL."))
        elif world.process(called) is None:
            reason = "The called process {called} does not exist: add {called}.bpmn or correct the id."
            yield _in(file, at(node, reason, called=called))
        elif process.id in _reached_from(world, called):
            reason = "The process calls itself through {called}: draw the repetition as a way back."
            yield _in(file, at(node, reason, called=called))


@package_rule("error.uncaught")
def uncaught_errors(world: World) -> Iterator[Finding]:
    """Whoever calls a process catches the errors it ends with; nothing is above the procedure itself."""
    called = {node.extension.called_process_id for _file, _process, node in _calls(world)}
    for source in world.sources:
        for process in source.model.processes:
            for node, code in _escaping(world, process, frozenset()):
                is_call = node.type == "callActivity"
                if (is_call and world.is_house) or (process.id not in called and _is_root(world, process)):
                    reason = "The error {code} is caught nowhere: add an error event for it."
                    yield _in(source.file, at(node, reason, code=code))


@package_rule("error.never_thrown")
def idle_catches(world: World) -> Iterator[Finding]:
    """An error event that nothing can trigger is a way that looks safe and is not there."""
    for source in world.sources:
        for process in source.model.processes:
            for node in process.nodes:
                if node.type != "boundaryEvent" or node.event_type != "error":
                    continue
                host = process.node(node.attached_to)
                code = node.events[0].name or ANY_CODE
                thrown = _thrown_by(world, process, host, frozenset()) if host is not None else set()
                if ANY_CODE not in thrown and not (thrown if code == ANY_CODE else code in thrown):
                    reason = "Nothing throws the error {code} here: correct the code or remove the event."
                    yield _in(source.file, at(node, reason, code="of any code" if code == ANY_CODE else code))


def _is_root(world: World, process: Process) -> bool:
    return world.package is None or process.id == world.package.process_id


def _calls(world: World) -> Iterator[tuple[str, Process, Node]]:
    for source in world.sources:
        for process in source.model.processes:
            for node in process.nodes:
                if node.type == "callActivity":
                    yield source.file, process, node


def _reached_from(world: World, process_id: str) -> set[str]:
    seen, pending = {process_id}, [process_id]
    while pending:
        found = world.process(pending.pop())
        for node in found[1].nodes if found else ():
            called = node.extension.called_process_id
            if called and called not in seen:
                seen.add(called)
                pending.append(called)
    return seen


def _escaping(world: World, process: Process, above: frozenset[str]) -> Iterator[tuple[Node, str]]:
    """The (node, code) whose error leaves the process; `above` are the callers, so that recursion ends."""
    for node in process.nodes:
        if node.type in SUBPROCESSES:
            continue
        for code in _thrown_by(world, process, node, above):
            if code not in ("", ANY_CODE) and not _is_caught(process, node, code):
                yield node, code


def _thrown_by(world: World, process: Process, node: Node, above: frozenset[str]) -> set[str]:
    """The error codes a node can throw; ANY_CODE where an operator decides."""
    if node.type == "endEvent" and node.event_type == "error":
        return {node.events[0].name}
    if node.type in SUBPROCESSES:
        inner = process.nodes_in(node.id)
        return set().union(*(_thrown_by(world, process, child, above) for child in inner)) if inner else set()
    if node.type == "callActivity":
        found = world.process(node.extension.called_process_id)
        if found is None:
            return {ANY_CODE}
        if found[1].id in above:
            return set()
        return {code for _node, code in _escaping(world, found[1], above | {found[1].id})}
    return {ANY_CODE} if node.type in _MAY_THROW and node.extension.job_type else set()


def _is_caught(process: Process, node: Node, code: str) -> bool:
    """Whether an error event on the node, on a sub-process around it or beside it in a scope takes the code."""
    current: Node | None = node
    while current is not None:
        catching = [other for other in process.nodes if other.attached_to == current.id]
        scope_id = current.scope_id
        scope = process.node(scope_id)
        if not (scope is not None and scope.is_event_subprocess):
            handlers = [other for other in process.nodes_in(scope_id) if other.is_event_subprocess]
            catching += [start for handler in handlers for start in process.nodes_in(handler.id)]
        for other in catching:
            is_catch = other.event_type == "error" and other.type in ("boundaryEvent", "startEvent")
            if is_catch and other.events[0].name in ("", code):
                return True
        current = scope
    return False


def _in(file: str, finding: Finding) -> Finding:
    return Finding(finding.element, finding.reason, finding.params, finding.line, file)
