"""A token: one place in a running process.

Ids are small integers of the instance; variables live in scopes, never here.

The library copies data from task to task; here that is switched off (``data`` is always empty) and every expression
reads the layers of ``layers_of``: own local variables first, then the enclosing scopes, then what the host shows.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

FINISHED = TaskState.FINISHED_MASK
LIVE = TaskState.NOT_FINISHED_MASK
WAITING = TaskState.WAITING
READY = TaskState.READY
STARTED = TaskState.STARTED

Variables = dict[str, Any]


class Token(Task):
    """A task of the library without its costs: no random ids, no data copies, no log records, no recursion."""

    def __init__(
        self,
        workflow: Any,
        task_spec: TaskSpec,
        parent: "Token | None" = None,
        state: int = TaskState.MAYBE,
        id: int | None = None,
    ) -> None:
        if id is None:
            workflow.top_workflow.sequence += 1
            id = workflow.top_workflow.sequence
        self.id = id
        self.workflow = workflow
        self.task_spec = task_spec
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0.0
        self.internal_data: dict[str, Any] = {}
        self.local: Variables | None = None
        self.result: Mapping[str, Any] | None = None
        self._state = state
        self._children: list[int] = []
        self._parent: int | None = None
        workflow.tasks[id] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(id)

    def _add_child(self, task_spec: TaskSpec, state: int = TaskState.MAYBE) -> "Token":
        token = Token(self.workflow, task_spec, self, state)
        if state == READY:
            token._ready()
        return token

    @property
    def data(self) -> Variables:
        """Nothing: what the library reads and merges here has no effect."""
        return {}

    @data.setter
    def data(self, value: object) -> None:
        """What the library writes here is dropped."""

    def _inherit_data(self) -> None:
        """There is nothing to inherit."""

    def _set_state(self, value: int) -> None:
        self._state = value

    def is_descendant_of(self, task: Task) -> bool:
        """Whether ``task`` lies on the way up to the root."""
        parent = self.parent
        while parent is not None:
            if parent is task:
                return True
            parent = parent.parent
        return False

    def find_ancestor(self, spec_name: str) -> "Token | None":
        """The nearest token above with this spec."""
        parent: Token | None = self.parent
        while parent is not None and parent.task_spec.name != spec_name:
            parent = parent.parent
        return parent

    def run(self) -> bool | None:
        """Execute; a token that was cancelled by what it threw does not complete after that."""
        outcome: bool | None = self.task_spec._run(self)
        if self._state & FINISHED:
            return outcome
        if outcome is None:
            self._set_state(STARTED)
        elif outcome is False:
            self.error()
        else:
            self.complete()
        return outcome


def layers_of(token: Token, *, with_local: bool = True) -> list[Variables]:
    """The dictionaries of variables a token sees, nearest first; a called process sees none of its caller's."""
    layers: list[Variables] = []
    if with_local and token.local is not None:
        layers.append(token.local)
    workflow = token.workflow
    while True:
        if workflow.variables is not None:
            layers.append(workflow.variables)
            return layers
        owner = workflow.owner
        if owner.local is not None:
            layers.append(owner.local)
        workflow = owner.workflow


def assign(layers: list[Variables], name: str, value: object) -> None:
    """Set a variable in the nearest scope that has it, else in the outermost: the rule of Zeebe."""
    for layer in layers:
        if name in layer:
            layer[name] = value
            return
    layers[-1][name] = value


class Visible(Mapping[str, Any]):
    """Layers of variables read as one mapping, with the host's read-only names behind them."""

    __slots__ = ("context", "layers")

    def __init__(self, layers: list[Variables], context: Mapping[str, Any]) -> None:
        self.layers = layers
        self.context = context

    def __getitem__(self, name: str) -> Any:
        for layer in self.layers:
            if name in layer:
                return layer[name]
        return self.context[name]

    def __contains__(self, name: object) -> bool:
        return any(name in layer for layer in self.layers) or name in self.context

    def __iter__(self) -> Iterator[str]:
        seen: set[str] = set()
        for layer in (*self.layers, self.context):
            for name in layer:
                if name not in seen:
                    seen.add(name)
                    yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)
