"""The elements of BPMN as they run here: variables by scope, FEEL mappings, events that wait in rows.

Each class goes before the library's class of the same element; a token tells the host when it enters and leaves.
"""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from workflow_engine.spiff.expressions import evaluate
from workflow_engine.spiff.host import Element
from workflow_engine.spiff.tokens import LIVE, Token, Visible, assign, layers_of

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
    """What sub-processes and call activities share.

    Nothing is copied by the library, a cancelled call stays cancelled.
    """

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
