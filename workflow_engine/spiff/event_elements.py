"""The events of BPMN as they run here: what an event waits for is armed once and remembered with its token."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.util.task import TaskState

from workflow_engine.spiff.elements import BODY, Node
from workflow_engine.spiff.events import TimerDue, definitions_of
from workflow_engine.spiff.tokens import LIVE, WAITING, Token


class Catching(Node):
    """An event that waits: what it waits for is armed once and remembered with the token."""

    takes_only_outputs = True
    tells_on_waiting = True

    def _update_hook(self, my_task: Token) -> bool:
        if isinstance(self.event_definition, NoneEventDefinition) or "fired" in my_task.internal_data:
            return True
        my_task._set_state(WAITING)
        if "armed" not in my_task.internal_data:
            if self.tells_on_waiting:
                self.enter(my_task)
            my_task.internal_data["armed"] = [each.arm(my_task) for each in definitions_of(self.event_definition)]
        my_task.workflow.top_workflow.event_manager.add_task(my_task)
        return False

    def catches(self, my_task: Token, event: Any) -> bool:
        """Whether this token waits for the event."""
        return self._match(my_task, event) is not None

    def _match(self, my_task: Token, event: Any) -> int | None:
        armed = my_task.internal_data.get("armed", [])
        for index, definition in enumerate(definitions_of(self.event_definition)):
            if index < len(armed) and definition.matches(armed[index], event):
                return index
        return None

    def catch(self, my_task: Token, event: Any) -> None:
        """Take the event and its payload."""
        self.fire(my_task, self._match(my_task, event) or 0, event.payload)

    def fire(self, my_task: Token, index: int, payload: Mapping[str, Any] | None) -> None:
        """Mark what happened; the next update makes the token ready."""
        my_task.internal_data["fired"] = index
        my_task.result = payload
        my_task._set_state(WAITING)

    def _on_ready_hook(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.event_manager.remove_task(my_task)
        if "armed" not in my_task.internal_data or not self.tells_on_waiting:
            super()._on_ready_hook(my_task)

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def _predict_hook(self, my_task: Token) -> None:
        BpmnTaskSpec._predict_hook(self, my_task)

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.event_manager.remove_task(my_task)
        if self.tells_on_waiting:
            my_task.workflow.top_workflow.host.left(self.element)
        BpmnTaskSpec._on_cancel(self, my_task)


class CatchEvent(Catching, defaults.IntermediateCatchEvent):
    """An intermediate catch event."""

    kind = "intermediateCatchEvent"


class ReceiveTask(Catching, defaults.ReceiveTask):
    """Waits for a message."""

    kind = "receiveTask"


class StartEvent(Catching, defaults.StartEvent):
    """The start event; the first one of the process itself takes what the instance was started with."""

    kind = "startEvent"

    def _on_complete_hook(self, my_task: Token) -> None:
        top = my_task.workflow.top_workflow
        if top.payload is not None and not self.name.endswith("__start0"):
            my_task.result, top.payload = top.payload, None
        super()._on_complete_hook(my_task)


class EventGateway(Catching, defaults.EventBasedGateway):
    """Waits for the first of several events; the event behind it then passes with what was received."""

    kind = "eventBasedGateway"

    def _predict_hook(self, my_task: Token) -> None:
        my_task._sync_children(self.outputs, state=TaskState.MAYBE)

    def _run_hook(self, my_task: Token) -> bool:
        chosen = self.outputs[my_task.internal_data["fired"]]
        my_task._sync_children([chosen], TaskState.FUTURE)
        child = my_task.children[0]
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        child.result, my_task.result = my_task.result, None
        return True


class BoundaryEvent(Catching, defaults.BoundaryEvent):
    """A boundary event.

    An interrupting one stops its activity at once, another waits again where the standard says so.
    """

    kind = "boundaryEvent"
    tells_on_waiting = False

    def catches(self, my_task: Token, event: Any) -> bool:
        """Only while it waits."""
        return my_task._state == WAITING and super().catches(my_task, event)

    def _on_ready_hook(self, my_task: Token) -> None:
        super()._on_ready_hook(my_task)
        if not self.cancel_activity:
            return
        # An event sub-process is a boundary event on the body of its scope: it also ends the handlers that run beside
        # it.
        siblings = my_task.parent.children
        is_handler = any(child.task_spec.name.endswith(BODY) for child in siblings)
        for child in siblings:
            if child is not my_task and (child._state & LIVE or is_handler):
                child.cancel()

    def _on_complete_hook(self, my_task: Token) -> None:
        super()._on_complete_hook(my_task)
        if self.cancel_activity:
            return
        again: dict[str, Any] | None = {}
        if isinstance(self.event_definition, TimerDue):
            again = self.event_definition.next_round(my_task.internal_data["armed"][0], my_task)
        if again is None:
            return
        sibling = my_task.parent._add_child(self, WAITING)
        if again:
            sibling.internal_data["armed"] = [again]
        self._predict(sibling, mask=LIVE)
        self._update(sibling)


class EndEvent(Node, defaults.EndEvent):
    """An end event; terminate in the body of a process also ends its event sub-processes."""

    kind = "endEvent"

    def _on_complete_hook(self, my_task: Token) -> None:
        super()._on_complete_hook(my_task)
        workflow = my_task.workflow
        if "__end" not in self.name:  # not an end that normalising added
            workflow.top_workflow.last_end = self.element
        if isinstance(self.event_definition, TerminateEventDefinition) and workflow.spec.name.endswith(BODY):
            for child in workflow.owner.parent.children:
                if child is not workflow.owner:
                    child.cancel()


class ThrowEvent(Node, defaults.IntermediateThrowEvent):
    """An intermediate throw event."""

    kind = "intermediateThrowEvent"
