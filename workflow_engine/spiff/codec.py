"""The state of an instance as bytes: tokens and variables only, never specifications.

JSON (orjson) with small numbers for elements; FEEL values that JSON lacks carry a tag. Opaque to the database.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from workflow_engine.feel.values import YearsMonthsDuration
from workflow_engine.spiff.event_elements import Catching
from workflow_engine.spiff.host import Fault, Host
from workflow_engine.spiff.parser import Definition
from workflow_engine.spiff.tokens import WAITING, Token
from workflow_engine.spiff.workflows import SubWorkflow, Workflow

TAG = "$"
TAG_KEY = b'"$":'
OURS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS  # both carry a tag


def dump(workflow: Workflow, definition: Definition) -> bytes:
    """The state as bytes. Raises Fault when a variable holds what cannot be kept, such as a FEEL function."""
    index = definition.index
    parts: list[Any] = []
    for each in workflow.everywhere():
        name: str | None = None if each is workflow else each.spec.name
        numbers = index.element_number[name]
        rows = [_row(token, numbers) for token in _top_down(each)]
        process = -1 if name is None else index.process_number[name]
        last = each.last_task.id if each.last_task else 0
        parts.append([process, each.parent_task_id or 0, each.success, each.completed, last, each.variables, rows])
    try:
        return _encoded([workflow.sequence, parts])
    except TypeError as error:
        raise Fault(f"a variable cannot be kept: {error.__cause__ or error}", process=definition.process_id) from error


def _encoded(content: list[Any]) -> bytes:
    tags = 0

    def tagged(value: object) -> Any:
        nonlocal tags
        told = _tagged(value)
        tags += isinstance(told, dict) and not isinstance(value, Mapping)
        return told

    encoded = orjson.dumps(content, default=tagged, option=OURS)
    if encoded.count(TAG_KEY) == tags:
        return encoded
    # Some context has an entry of its own that is named like the tag.
    return orjson.dumps(_escaped(content), default=_tagged, option=OURS)


def _escaped(value: Any) -> Any:
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    if isinstance(value, Mapping):
        escaped = {name: _escaped(each) for name, each in value.items()}
        return {TAG: "e", "v": list(escaped.items())} if TAG in escaped else escaped
    return value


def _top_down(workflow: Any) -> list[Token]:
    order: list[Token] = []
    stack = [workflow.task_tree.id]
    while stack:
        token = workflow.tasks[stack.pop()]
        order.append(token)
        stack.extend(reversed(token._children))
    return order


def _row(token: Token, numbers: Mapping[str, int]) -> list[Any]:
    row: list[Any] = [
        token.id,
        token._parent,
        numbers[token.task_spec.name],
        token._state,
        int(token.triggered),
        token.internal_data or 0,
    ]
    if token.local is not None:
        row.append(token.local)
    return row


def load(state: bytes, definition: Definition, host: Host) -> Workflow:
    """The running process behind the bytes that ``dump`` made for the same definition."""
    sequence, parts = orjson.loads(state)
    if b'{"$":' in state:
        parts = _untagged(parts)
    top = Workflow(definition.spec, definition.called, host, {})
    top.sequence = sequence
    top.is_package = definition.is_package
    tokens: dict[int, Token] = {}
    for process, owner_id, success, completed, last, variables, rows in parts:
        workflow: Any = top
        if process >= 0:
            owner = tokens[owner_id]
            spec = definition.called[definition.index.processes[process]]
            workflow = top.subprocesses[owner_id] = SubWorkflow(spec, owner, top, variables)
            workflow.completed_event.connect(owner.task_spec._on_subworkflow_completed, owner)
        else:
            top.variables = variables
        specs = definition.index.elements[None if workflow is top else workflow.spec.name]
        for row in rows:
            _restore(row, workflow, specs, tokens)
        workflow.task_tree = tokens[rows[0][0]]
        workflow.last_task = workflow.tasks.get(last)
        workflow.success, workflow.completed = success, completed
    return top


def _restore(row: list[Any], workflow: Any, specs: list[Any], tokens: dict[int, Token]) -> None:
    token_id, parent, number, state, triggered, internal, *local = row
    token = Token(workflow, specs[number], None, state, token_id)
    token._parent = parent
    token.triggered = bool(triggered)
    token.internal_data = internal or {}
    token.local = local[0] if local else None
    if parent is not None:
        workflow.tasks[parent]._children.append(token_id)
    if state == WAITING and isinstance(token.task_spec, Catching):
        workflow.top_workflow.event_manager.tasks[token_id] = token
    tokens[token_id] = token


def _tagged(value: object) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else {TAG: "n", "v": str(value)}
    if isinstance(value, datetime):
        return {TAG: "t", "v": value.isoformat()}
    if isinstance(value, date):
        return {TAG: "d", "v": value.isoformat()}
    if isinstance(value, time):
        return {TAG: "h", "v": value.isoformat()}
    if isinstance(value, timedelta):
        # As text: JSON here ends at 64 bits, durations do not.
        return {TAG: "s", "v": str(value // timedelta(microseconds=1))}
    if isinstance(value, YearsMonthsDuration):
        return {TAG: "m", "v": value.months}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a variable cannot hold {type(value).__name__}")


_READERS: dict[str, Callable[[Any], Any]] = {
    "n": Decimal,
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "h": time.fromisoformat,
    "s": lambda value: timedelta(microseconds=int(value)),
    "m": YearsMonthsDuration,
}


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(each) for each in value]
    if isinstance(value, dict):
        if value.get(TAG) == "e":
            return {name: _untagged(each) for name, each in value["v"]}
        if TAG in value:
            return _READERS[value[TAG]](value["v"])
        return {name: _untagged(each) for name, each in value.items()}
    return value
