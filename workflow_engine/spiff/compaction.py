"""Drop what is finished: a state holds live tokens and what they need, so an old dossier costs like a new one.

Kept beside live tokens: their ancestors that still mean something, arrived branches of a waiting join, children of an
open multi-instance. Chains of finished tokens between two kept ones are cut out.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import EventSplit
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin

from workflow_engine.spiff.tokens import LIVE, WAITING, Token
from workflow_engine.spiff.workflows import EndJoin, Workflow, is_finished


def compact(workflow: Workflow) -> None:
    """Compact a process and its sub-processes in place."""
    for token_id, inner in list(workflow.subprocesses.items()):
        owner = inner.owner.workflow.tasks.get(token_id)
        outer = inner.owner.workflow
        is_orphan = outer is not workflow and outer.parent_task_id not in workflow.subprocesses
        if owner is None or is_finished(owner) or is_orphan:
            del workflow.subprocesses[token_id]
    for each in workflow.everywhere():
        _drop_finished(each)


def _drop_finished(workflow: Any) -> None:
    tokens: dict[int, Token] = workflow.tasks
    waiting_joins = {
        t.task_spec
        for t in tokens.values()
        # The join that ends a process asks for live tokens only.
        if t._state == WAITING and isinstance(t.task_spec, UnstructuredJoin) and not isinstance(t.task_spec, EndJoin)
    }
    order = _top_down(workflow)
    kept: set[int] = set()
    for token in reversed(order):
        if _is_needed(workflow, token, kept, waiting_joins):
            kept.add(token.id)
    for token in order:
        if token.id not in kept:
            del tokens[token.id]
        elif token._children:
            token._children = [child for child in token._children if child in kept]
    for token in order:
        if token.id in tokens and _is_link(workflow, token, waiting_joins):
            parent, child = tokens[token._parent], tokens[token._children[0]]  # type: ignore[index]
            child._parent = parent.id
            parent._children[parent._children.index(token.id)] = child.id
            del tokens[token.id]


def _top_down(workflow: Any) -> list[Token]:
    order: list[Token] = []
    stack = [workflow.task_tree]
    while stack:
        token = stack.pop()
        order.append(token)
        stack.extend(workflow.tasks[child] for child in token._children)
    return order


def _is_needed(workflow: Any, token: Token, kept: set[int], waiting_joins: set[Any]) -> bool:
    if token._state & LIVE or token is workflow.task_tree or token is workflow.last_task:
        return True
    if any(child in kept for child in token._children) or token.task_spec in waiting_joins:
        return True
    parent = workflow.tasks.get(token._parent)
    return parent is not None and bool(parent._state & LIVE) and isinstance(parent.task_spec, LoopTask)


def _is_link(workflow: Any, token: Token, waiting_joins: set[Any]) -> bool:
    """A finished token with one finished child, that nothing looks for any more."""
    if (
        token is workflow.task_tree
        or token is workflow.last_task
        or not is_finished(token)
        or len(token._children) != 1
    ):
        return False
    child = workflow.tasks[token._children[0]]
    if not is_finished(child) or child.task_spec in waiting_joins:
        return False
    parent = workflow.tasks[token._parent]
    if isinstance(parent.task_spec, LoopTask) and parent._state & LIVE:
        return False
    return not isinstance(token.task_spec, EventSplit) or all(
        is_finished(workflow.tasks[each]) for each in child._children
    )
