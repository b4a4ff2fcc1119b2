"""The elements of BPMN as they run here: variables by scope, FEEL mappings, events that wait in rows.

Each class goes before the library's class of the same element; a token tells the host when it enters and leaves.
"""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from workflow_engine.spiff.events import TimerDue, definitions_of
from workflow_engine.spiff.expressions import evaluate
from workflow_engine.spiff.host import Element
from workflow_engine.spiff.tokens import LIVE, WAITING, Token, Visible, assign, layers_of

BODY = "__body"
HANDLER = "__on"


def is_multi_instance_child(token: Token) -> bool:
    """Whether the token is one instance of a multi-instance activity."""
    return token.parent is not None and isinstance(token.parent.task_spec, LoopTask)


class Node(BpmnTaskSpec):
    """An element of the diagram: input and output mappings, and word to the host when a token comes and goes."""

    kind = "node"
    has_own_variables = False
    takes_only_outputs = False  # in a procedure package, what was entered becomes a variable only by an output mapping
    extensions: dict[str, Any]

    @property
    def element(self) -> Element:
        """The element as the host sees it."""
        known: Element | None = self.__dict__.get("_element")
        if known is None:
            extension = getattr(self, "extensions", None) or {}
            known = self._element = Element(
                process_id=self._wf_spec.name.removesuffix(BODY),
                id=(self.bpmn_id or self.name).removesuffix(HANDLER),
                name=self.bpmn_name or self.bpmn_id or self.name,
                kind=self.kind,
                lane=self.lane,
                extension=extension,
            )
        return known

    def mappings(self, direction: str) -> list[Mapping[str, str]]:
        """The input or output mappings of the element."""
        found: list[Mapping[str, str]] = (getattr(self, "extensions", None) or {}).get(direction, [])
        return found

    def enter(self, token: Token) -> None:
        """A token has come: local variables, then the host hears of it."""
        inputs = self.mappings("input")
        if token.local is None and (inputs or self.mappings("output")):
            token.local = {}
        for mapping in inputs:
            assert token.local is not None
            token.local[mapping["target"]] = evaluate(mapping["source"], token)
        self.tell(token)

    def tell(self, token: Token) -> None:
        """Tell the host that a token is here."""
        host = token.workflow.top_workflow.host
        host.entered(self.element, Visible(layers_of(token), host.context()))

    def leave(self, token: Token) -> None:
        """The token goes on: what came back becomes variables as the mappings say, local variables end."""
        result = token.result or {}
        token.result = None
        outputs = self.mappings("output")
        around = layers_of(token, with_local=False)
        if outputs:
            inner = layers_of(token) if token.local is None else [{**token.local, **result}, *around]
            values = {mapping["target"]: evaluate(mapping["source"], token, inner) for mapping in outputs}
        else:
            values = {} if self.takes_only_outputs and token.workflow.top_workflow.is_package else dict(result)
        keep = token.local if is_multi_instance_child(token) else None
        for name, value in values.items():
            if keep is not None:
                keep[name] = value
            else:
                assign(around, name, value)
        token.local = keep
        token.workflow.top_workflow.host.left(self.element)

    def _on_ready_hook(self, my_task: Token) -> None:
        super()._on_ready_hook(my_task)
        self.enter(my_task)

    def _on_complete_hook(self, my_task: Token) -> None:
        self.leave(my_task)
        super()._on_complete_hook(my_task)

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.host.left(self.element)
        super()._on_cancel(my_task)


class UserTask(Node, defaults.UserTask):
    """Waits for a person."""

    kind = "userTask"
    takes_only_outputs = True


class PassTask(Node, defaults.NoneTask):
    """bpmn:task and bpmn:manualTask: the token passes."""

    kind = "task"

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.manual = False


class JobTask(Node, BpmnSpecMixin):
    """A service task: a local operator runs inside the action, a remote one parks as a job."""

    kind = "serviceTask"

    @property
    def operator(self) -> str:
        """The job type."""
        operator: str = self.extensions["taskDefinition"]["type"]
        return operator

    def _run_hook(self, my_task: Token) -> bool | None:
        host = my_task.workflow.top_workflow.host
        if not host.is_local(self.operator):
            return None
        my_task.result = host.call(self.operator, self.element, Visible(layers_of(my_task), host.context()))
        return True


class ScriptTask(Node, BpmnSpecMixin):
    """Evaluates a FEEL expression into its result variable."""

    kind = "scriptTask"

    def _run_hook(self, my_task: Token) -> bool:
        script = self.extensions["script"]
        my_task.result = {script["resultVariable"]: evaluate(script["expression"], my_task)}
        return True


class DecisionTask(Node, BpmnSpecMixin):
    """Asks a DMN decision."""

    kind = "businessRuleTask"

    def _run_hook(self, my_task: Token) -> bool:
        called = self.extensions["calledDecision"]
        host = my_task.workflow.top_workflow.host
        decision_id = evaluate(called["decisionId"], my_task)
        my_task.result = {
            called["resultVariable"]: host.decide(decision_id, Visible(layers_of(my_task), host.context()))
        }
        return True


class Calling(Node):
    """What sub-processes and call activities share: nothing is copied by the library, a cancelled call stays cancelled."""

    def start_workflow(self, my_task: Token) -> None:
        """Enter, then begin the inner process."""
        self.enter(my_task)
        super().start_workflow(my_task)

    def _on_ready_hook(self, my_task: Token) -> None:
        self.ready_event.emit(my_task.workflow, my_task)

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Token) -> None:
        if my_task._state & LIVE:
            self.update_data(my_task, subworkflow)
            my_task._set_state(TaskState.READY)

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.host.left(self.element)
        inner = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if inner is not None:
            inner.cancel()

    def copy_data(self, my_task: Token, subworkflow: Any) -> None:
        """An embedded sub-process sees the variables around it."""

    def update_data(self, my_task: Token, subworkflow: Any) -> None:
        """What an embedded sub-process set is set already."""


class SubProcess(Calling, defaults.SubWorkflowTask):
    """An embedded sub-process."""

    kind = "subProcess"


class CallActivity(Calling, defaults.CallActivity):
    """A call: all visible variables are copied in as they are now; outputs come back."""

    kind = "callActivity"
    has_own_variables = True

    def called(self, key: str) -> object:
        """An attribute of zeebe:calledElement."""
        return self.extensions.get("calledElement", {}).get(key)

    def enter(self, token: Token) -> None:
        """Inputs go to the called process, not to a local scope."""
        self.tell(token)

    def copy_data(self, my_task: Token, subworkflow: Any) -> None:
        """Fill the variables of the called process."""
        if self.called("propagateAllParentVariables") is not False:
            for layer in reversed(layers_of(my_task)):
                subworkflow.variables.update(layer)
        for mapping in self.mappings("input"):
            subworkflow.variables[mapping["target"]] = evaluate(mapping["source"], my_task)

    def update_data(self, my_task: Token, subworkflow: Any) -> None:
        """Outputs are evaluated among the variables of the called process."""
        outputs = self.mappings("output")
        inner = subworkflow.variables
        if outputs:
            my_task.result = {mapping["target"]: evaluate(mapping["source"], my_task, [inner]) for mapping in outputs}
        elif self.called("propagateAllChildVariables") is not False:
            given = {mapping["target"] for mapping in self.mappings("input")}
            my_task.result = {name: value for name, value in inner.items() if name not in given}

    def leave(self, token: Token) -> None:
        """Set what came back; the output mappings were applied in the called process."""
        layers = (
            [token.local]
            if is_multi_instance_child(token) and token.local is not None
            else layers_of(token, with_local=False)
        )
        for name, value in (token.result or {}).items():
            assign(layers, name, value)
        token.result = None
        token.workflow.top_workflow.host.left(self.element)


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
    """A boundary event: an interrupting one stops its activity at once, another waits again where the standard says so."""

    kind = "boundaryEvent"
    tells_on_waiting = False

    def catches(self, my_task: Token, event: Any) -> bool:
        """Only while it waits."""
        return my_task._state == WAITING and super().catches(my_task, event)

    def _on_ready_hook(self, my_task: Token) -> None:
        super()._on_ready_hook(my_task)
        if not self.cancel_activity:
            return
        # An event sub-process is a boundary event on the body of its scope: it also ends the handlers that run beside it.
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
