"""A running process and its sub-processes on the library's classes, without their history-dependent costs."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import EventSplit, SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import CodeEventDefinition, ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.event import EventManager
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from workflow_engine.spiff.expressions import Engine
from workflow_engine.spiff.host import Element, Fault, Host
from workflow_engine.spiff.tokens import FINISHED, LIVE, READY, WAITING, Token, Variables


class Running:
    """What a process and a sub-process share."""

    tasks: dict[int, Token]

    def begin(self: Any) -> None:
        """Put the first token."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.FUTURE)
        self.spec.start._predict(self.task_tree, mask=LIVE)
        self.task_tree._ready()

    def collect_log_extras(self, dct: object = None) -> Variables:
        """The library's log records are not used."""
        return {}

    def update_waiting_tasks(self) -> None:
        """Look at waiting joins only: events are moved by what happens, timers by the worker."""
        for token in [
            t for t in self.tasks.values() if t._state == WAITING and not isinstance(t.task_spec, CatchingEvent)
        ]:
            if token._state == WAITING:
                token.task_spec._update(token)

    def _mark_complete(self, task: Token) -> None:
        self.completed = True

    def steps(self) -> int:
        """Run every ready token that waits for nobody; the number of tokens that ran."""
        count = 0
        for token in [t for t in self.tasks.values() if t._state == READY and not t.task_spec.manual]:
            if token._state == READY and token.id in self.tasks:
                token.run()
                count += 1
        return count


class SubWorkflow(Running, BpmnSubWorkflow):
    """An embedded sub-process (``variables`` is None: it sees those around it) or a called process with its own."""

    def __init__(
        self, spec: BpmnProcessSpec, owner: Token, top_workflow: "Workflow", variables: Variables | None
    ) -> None:
        self.owner = owner
        self.variables = variables
        super().__init__(spec, owner.id, top_workflow, deserializing=True)

    @property
    def parent_workflow(self) -> Any:
        """The process this one runs in."""
        return self.owner.workflow

    def _calculate_depth(self) -> int:
        depth: int = self.owner.workflow.depth + 1
        return depth


class Workflow(Running, BpmnWorkflow):
    """The process of an instance. ``payload`` is what the start event receives, until it has run."""

    def __init__(
        self, spec: BpmnProcessSpec, called: Mapping[str, BpmnProcessSpec], host: Host, variables: Variables
    ) -> None:
        self.sequence = 0
        self.host = host
        self.variables: Variables | None = variables
        self.owner: Token | None = None
        self.payload: Mapping[str, Any] | None = None
        self.is_package = False
        self.last_end: Element | None = None
        super().__init__(spec, called, script_engine=Engine(), deserializing=True)
        self.event_manager = ScopedEvents(self)

    def create_subprocess(self, my_task: Token, spec_name: str) -> SubWorkflow:
        """Begin the process of a sub-process or call activity."""
        variables: Variables | None = {} if my_task.task_spec.has_own_variables else None
        inner = self.subprocesses[my_task.id] = SubWorkflow(self.subprocess_specs[spec_name], my_task, self, variables)
        inner.begin()
        return inner

    def _do_engine_steps(self, will_complete_task: object = None, did_complete_task: object = None) -> bool:
        count = 0
        active = sorted((s for s in self.subprocesses.values() if not s.completed), key=lambda s: -s.depth)
        for inner in active:
            while not inner.completed and (ran := inner.steps()):
                count += ran
            owner = inner.owner.workflow.tasks.get(inner.parent_task_id)
            if owner is not None and owner._state & LIVE:
                owner.task_spec._update(owner)
        return count + self.steps() > 0 or len(self.get_active_subprocesses()) > len(active)

    def do_engine_steps(self, will_complete_task: object = None, did_complete_task: object = None) -> None:
        """Run on until everything waits; timers are not looked at, the worker fires what is due."""
        while self._do_engine_steps():
            pass

    def get_task_from_id(self, task_id: int) -> Token | None:
        """The token with this id, here or in a sub-process."""
        for workflow in (self, *self.subprocesses.values()):
            if task_id in workflow.tasks:
                found: Token = workflow.tasks[task_id]
                return found
        return None

    def everywhere(self) -> list[Any]:
        """This process and all its running sub-processes."""
        return [self, *self.subprocesses.values()]


def boundaries(token: Token) -> list[Token]:
    """The boundary events armed on the activity of a token."""
    parent = token.parent
    if parent is None or not isinstance(parent.task_spec, EventSplit):
        return []
    return [child for child in parent.children if isinstance(child.task_spec, BoundaryEvent)]


class ScopedEvents(EventManager):
    """Errors and escalations go up the scopes of the token that threw them (BPMN 2.0 §10.5.1), never to a sibling."""

    def catch(self, event: Any, internal: bool = True) -> int:
        """Deliver an event; the number of tokens that took it. An error nobody catches is a fault."""
        definition = event.event_definition
        if not isinstance(definition, CodeEventDefinition) or event.target is None:
            caught: int = super().catch(event, internal)
            return caught
        workflow = event.target
        while workflow.owner is not None:
            if self.deliver(workflow.owner, event):
                return 1
            workflow = workflow.owner.workflow
        if isinstance(definition, ErrorEventDefinition):
            raise Fault(f"nobody catches the error {definition.code!r}", process=event.target.spec.name)
        return 0

    def deliver(self, owner: Token, event: Any) -> bool:
        """Offer a coded event to the boundaries of one activity, also of the multi-instance body around it."""
        while True:
            for boundary in boundaries(owner):
                if boundary._state == WAITING and boundary.task_spec.catches(boundary, event):
                    boundary.task_spec.catch(boundary, event)
                    boundary.task_spec._update(boundary)
                    return True
            if owner.parent is None or not isinstance(owner.parent.task_spec, LoopTask):
                return False
            owner = owner.parent


class EndJoin(_EndJoin):
    """The end of a process: fires when no other token is alive, found by a flat look instead of a walk of the tree."""

    def _check_threshold_unstructured(self, my_task: Token) -> bool:
        return not any(
            token is not my_task
            and token._state & LIVE
            and token.task_spec is not self
            and not token.is_descendant_of(my_task)
            for token in my_task.workflow.tasks.values()
        )

    def _update_hook(self, my_task: Token) -> bool:
        for token in [
            t
            for t in my_task.workflow.tasks.values()
            if t.task_spec is self and t is not my_task and t._state == WAITING
        ]:
            token.cancel()
        if self._check_threshold_unstructured(my_task):
            return True
        my_task._set_state(WAITING)
        return False

    def _run_hook(self, my_task: Token) -> bool:
        return True


class ProcessSpec(BpmnProcessSpec):
    """A process specification that ends with our join."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name in (f"{self.name}.EndJoin", "End"):
            del self.task_specs[name]
        join = EndJoin(self, f"{self.name}.EndJoin")
        join.connect(SimpleBpmnTask(self, "End"))
        self.end = join


def is_finished(token: Token) -> bool:
    """Whether a token is completed, cancelled or failed."""
    return bool(token._state & FINISHED)
