"""Multi-instance activities with Zeebe's collections: own local variables for each, results in order."""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask

from workflow_engine.spiff.expressions import evaluate
from workflow_engine.spiff.host import Fault
from workflow_engine.spiff.tokens import WAITING, Token, assign, layers_of


class Collection(TaskDataReference):
    """inputCollection: a FEEL text that gives a list."""

    def get(self, my_task: Token) -> list[Any]:
        """The list; anything else is a fault that names the element."""
        value = evaluate(self.bpmn_id, my_task)
        if not isinstance(value, list):
            raise Fault(f"the input collection {self.bpmn_id!r} is not a list", element=my_task.task_spec.name)
        return value

    def exists(self, my_task: Token) -> bool:
        """It is evaluated, so it is always there."""
        return True


class Output(TaskDataReference):
    """outputCollection: the name of a variable."""

    def get(self, my_task: Token) -> list[Any]:
        """The results so far."""
        results: list[Any] = my_task.internal_data.get("results", [])
        return results

    def exists(self, my_task: Token) -> bool:
        """It is made at the start."""
        return True


class Merging(MultiInstanceTask):
    """Collects results by position instead of merging data; goes behind the library's classes."""

    def init_data_output_with_input_data(self, my_task: Token, input_data: list[Any]) -> None:
        """A result for each item, in the order of the items."""
        my_task.internal_data["results"] = [None] * len(input_data)

    def merge_child(self, workflow: Any, child: Token) -> None:
        """Note the result of an instance that is done."""
        around = child.parent.internal_data
        if self.output_item is not None:
            results = list(around.get("results", []))
            results[child.internal_data["key_or_index"]] = evaluate(self.output_item.bpmn_id, child)
            around["results"] = results
        around["merged"].append(str(child.id))


class Instances(MultiInstanceTask):
    """What parallel and sequential instances share; goes before the library's classes."""

    def create_child(self, my_task: Token, item: object, key_or_index: int | None = None) -> None:
        """Begin one instance with its item as a local variable."""
        spec = my_task.workflow.spec.task_specs[self.task_spec]
        child = my_task._add_child(spec, WAITING)
        child.triggered = True
        child.internal_data["key_or_index"] = key_or_index
        child.local = {self.input_item.bpmn_id: item} if self.input_item else {}
        child.local["loopCounter"] = (key_or_index or 0) + 1
        spec._update(child)

    def merge_child(self, workflow: Any, child: Token) -> None:
        """Collect the result of an instance, then end its local variables."""
        super().merge_child(workflow, child)
        child.local = None

    def check_completion_condition(self, my_task: Token) -> bool:
        """Whether the model says that enough instances are done."""
        merged = my_task.internal_data.get("merged", [])
        if not merged or self.condition is None:
            return False
        last = next(child for child in my_task.children if str(child.id) == merged[-1])
        return evaluate(self.condition, last) is True

    def _on_complete_hook(self, my_task: Token) -> None:
        if self.data_output is not None:
            assign(layers_of(my_task), self.data_output.bpmn_id, my_task.internal_data.get("results", []))
        super()._on_complete_hook(my_task)


class Parallel(Instances, defaults.ParallelMultiInstanceTask, Merging):
    """All instances at once."""


class Sequential(Instances, defaults.SequentialMultiInstanceTask, Merging):
    """One instance after the other."""
