"""One run of a process, as the rest of the engine sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException

from workflow_engine.spiff import codec, events
from workflow_engine.spiff.compaction import compact
from workflow_engine.spiff.elements import JobTask, UserTask
from workflow_engine.spiff.event_elements import Catching
from workflow_engine.spiff.events import definitions_of
from workflow_engine.spiff.expressions import evaluate
from workflow_engine.spiff.host import Element, Fault, Host
from workflow_engine.spiff.parser import Definition
from workflow_engine.spiff.tokens import READY, STARTED, Token, Visible, layers_of
from workflow_engine.spiff.workflows import Workflow


@dataclass(frozen=True)
class Wait:
    """What a token waits for.

    ``kind``: user_task, job, timer or message; a timer has ``due_at``, a message ``name`` and ``key``.
    """

    kind: str
    token: int
    element: Element
    due_at: datetime | None = None
    name: str = ""
    key: str = ""


@dataclass(frozen=True)
class TaskFacts:
    """What the model says about a waiting user task, evaluated now."""

    assignee: str | None
    candidate_groups: tuple[str, ...]
    due_at: datetime | None
    local: Mapping[str, Any]


def start(definition: Definition, host: Host, payload: Mapping[str, Any]) -> "Run":
    """Begin an instance; the start event's output mappings choose from ``payload`` what becomes a variable."""
    workflow = Workflow(definition.spec, definition.called, host, {})
    workflow.is_package = definition.is_package
    workflow.payload = payload
    run = Run(definition, workflow)
    workflow.begin()
    run.advance()
    return run


def load(definition: Definition, host: Host, state: bytes) -> "Run":
    """The instance behind stored bytes."""
    return Run(definition, codec.load(state, definition, host))


class Run:
    """A loaded instance. Every action runs on until the process waits again; ``dump`` gives the bytes to store."""

    def __init__(self, definition: Definition, workflow: Workflow) -> None:
        self.definition = definition
        self.workflow = workflow

    def complete(self, token_id: int, result: Mapping[str, Any]) -> None:
        """A user task or a job is done with this result."""
        token = self._token(token_id)
        token.result = dict(result)
        if isinstance(token.task_spec, JobTask):
            self._guarded(token.complete)
        else:
            self._guarded(token.run)
        self.advance()

    def throw(self, token_id: int, code: str) -> None:
        """A job failed with a BPMN error: the nearest scope that catches the code takes it, else a fault."""
        token = self._token(token_id)
        event = BpmnEvent(events.Error("error", code), payload={}, target=token.workflow)
        manager = self.workflow.event_manager
        if not manager.deliver(token, event):
            self._guarded(lambda: manager.catch(event))
        self.advance()

    def fire(self, token_id: int) -> None:
        """The moment a timer waits for has come."""
        token = self._token(token_id)
        for index, definition in enumerate(definitions_of(token.task_spec.event_definition)):
            if isinstance(definition, events.TimerDue):
                token.task_spec.fire(token, index, None)
        self._guarded(lambda: token.task_spec._update(token))
        self.advance()

    def correlate(self, name: str, key: str, payload: Mapping[str, Any]) -> bool:
        """Deliver a message; whether anybody waited for it."""
        event = BpmnEvent(events.Message(name, None), payload=dict(payload), correlations={"key": key})
        caught = self._guarded(lambda: self.workflow.event_manager.catch(event, internal=False))
        self.advance()
        return bool(caught)

    def advance(self) -> None:
        """Run on until everything waits."""
        self._guarded(self.workflow.do_engine_steps)

    def cancel(self) -> None:
        """End the instance; the host hears which elements were left."""
        self.workflow.cancel()

    def dump(self) -> bytes:
        """Compact, then the bytes."""
        compact(self.workflow)
        return codec.dump(self.workflow, self.definition)

    @property
    def is_completed(self) -> bool:
        """Whether the process has come to an end."""
        return bool(self.workflow.completed) or bool(self.workflow.is_completed())

    @property
    def end(self) -> Element | None:
        """The end event reached last in this action."""
        return self.workflow.last_end

    def waits(self) -> Iterator[Wait]:
        """Everything the instance waits for now."""
        for workflow in self.workflow.everywhere():
            for token in workflow.tasks.values():
                spec = token.task_spec
                if token._state == READY and isinstance(spec, UserTask):
                    yield Wait("user_task", token.id, spec.element)
                elif token._state == STARTED and isinstance(spec, JobTask):
                    yield Wait("job", token.id, spec.element)
        for token in self.workflow.event_manager.tasks.values():
            yield from self._event_waits(token)

    def _event_waits(self, token: Token) -> Iterator[Wait]:
        spec: Catching = token.task_spec
        armed = token.internal_data.get("armed", [])
        for definition, remembered in zip(definitions_of(spec.event_definition), armed, strict=True):
            if isinstance(definition, events.TimerDue):
                yield Wait("timer", token.id, spec.element, due_at=definition.due_of(remembered, token))
            elif isinstance(definition, events.Message):
                yield Wait("message", token.id, spec.element, name=definition.name, key=remembered.get("key", ""))

    def task_facts(self, token_id: int) -> TaskFacts:
        """Assignee, candidate groups (else the lane), due moment and local variables of a waiting user task."""
        token = self._token(token_id)
        extension = token.task_spec.element.extension
        assignment = extension.get("assignmentDefinition", {})
        groups = evaluate(assignment.get("candidateGroups"), token)
        if isinstance(groups, str):
            groups = [group.strip() for group in groups.split(",")]
        due = evaluate(extension.get("taskSchedule", {}).get("dueDate"), token)
        local: Mapping[str, Any] = Visible(layers_of(token), {})
        return TaskFacts(
            assignee=evaluate(assignment.get("assignee"), token),
            candidate_groups=tuple(groups or ([token.task_spec.lane] if token.task_spec.lane else [])),
            due_at=events.moment_of(due, token),
            local=dict(local),
        )

    def variables_of(self, token_id: int) -> Mapping[str, Any]:
        """What the expressions of a waiting token see."""
        token = self._token(token_id)
        return Visible(layers_of(token), self.workflow.host.context())

    def evaluate(self, token_id: int, text: str | None) -> Any:
        """A FEEL text of the model for a waiting token."""
        return evaluate(text, self._token(token_id))

    def _token(self, token_id: int) -> Token:
        token = self.workflow.get_task_from_id(token_id)
        if token is None:
            raise Fault(f"the instance has no token {token_id}", process=self.definition.process_id)
        return token

    def _guarded(self, action: Any) -> Any:
        """What the library raises becomes a fault that names the element."""
        try:
            return action()
        except SpiffWorkflowException as error:
            spec = getattr(error, "task_spec", None)
            raise Fault(str(error), element=getattr(spec, "name", ""), process=self.definition.process_id) from error
