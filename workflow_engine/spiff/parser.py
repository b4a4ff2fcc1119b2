"""From BPMN files to specifications: the Camunda 8 profile on the library's parser, by subclasses only.

Nothing of the library is changed at run time; flows keep the order of the document, not of the shapes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser, ValidationException, event_parsers, task_parsers
from SpiffWorkflow.bpmn.parser.node_parser import DEFAULT_NSMAP
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser as LibraryProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition

from workflow_engine.errors import ModelError
from workflow_engine.spiff import elements, event_elements, events
from workflow_engine.spiff.multi_instance import Collection, Output, Parallel, Sequential
from workflow_engine.spiff.normalise import ZEEBE, B, normalise
from workflow_engine.spiff.workflows import ProcessSpec

NAMESPACES = {**DEFAULT_NSMAP, "zeebe": ZEEBE}
FLAGS = {"true": True, "false": False}


class Zeebe:
    """Goes before every parser of the library: zeebe's extension elements, several outflows, document order."""

    PARALLEL_MI_CLASS, SEQUENTIAL_MI_CLASS = Parallel, Sequential
    node: Any
    task: Any
    spec: Any

    def get_position(self, node: object = None) -> Mapping[str, float]:
        """All alike: the library would order conditions by the y of the shapes."""
        return {"x": 0.0, "y": 0.0}

    def handles_multiple_outgoing(self) -> bool:
        """Several flows out of a task are legal BPMN."""
        return True

    def parse_extensions(self, node: Any = None) -> dict[str, Any]:
        """{"formDefinition": {…}, "input": [{source, target}], "output": […], "properties": {name: value}, …}."""
        found: dict[str, Any] = {}
        for element in (self.node if node is None else node).xpath(
            "./bpmn:extensionElements/zeebe:*", namespaces=NAMESPACES
        ):
            tag = etree.QName(element).localname
            if tag == "ioMapping":
                for mapping in element:
                    found.setdefault(etree.QName(mapping).localname, []).append(dict(mapping.attrib))
            elif tag == "properties":
                found["properties"] = {each.get("name"): each.get("value") for each in element}
            else:
                found[tag] = {name: FLAGS.get(value, value) for name, value in element.attrib.items()}
        return found

    def _add_multiinstance_task(self: Any, loop_characteristics: Any) -> None:
        zeebe = loop_characteristics.find(f"./{B}extensionElements/{{{ZEEBE}}}loopCharacteristics")
        if zeebe is None:
            self.raise_validation_exception("a multi-instance activity needs zeebe:loopCharacteristics")
        original = self.spec.task_specs.pop(self.task.name)
        is_sequential = loop_characteristics.get("isSequential") == "true"

        def reference(attribute: str, kind: type) -> Any:
            return kind(zeebe.get(attribute)) if zeebe.get(attribute) else None

        self.task = (self.SEQUENTIAL_MI_CLASS if is_sequential else self.PARALLEL_MI_CLASS)(
            self.spec,
            original.name,
            "",
            data_input=reference("inputCollection", Collection),
            input_item=reference("inputElement", TaskDataReference),
            data_output=reference("outputCollection", Output),
            output_item=reference("outputElement", TaskDataReference),
            condition=loop_characteristics.findtext(f"./{B}completionCondition"),
            lane=original.lane,
        )
        self._copy_task_attrs(original)
        original.extensions = self.parse_extensions()
        self.task.extensions = {}
        # Specifications are shared by all instances: the library would attach this when the first child is made.
        original.completed_event.connect(self.task.merge_child)

    def _add_boundary_event(self: Any, children: list[Any]) -> Any:
        """Only interrupting events lead to the join: a repeated one would leave a waiting join behind each time."""
        split = BoundaryEventSplit(self.spec, f"{self.bpmn_id}.BoundaryEventSplit", lane=self.task.lane)
        join = BoundaryEventJoin(
            self.spec, f"{self.bpmn_id}.BoundaryEventJoin", lane=self.task.lane, split_task=split.name, cancel=True
        )
        split.connect(self.task)
        self.task.connect(join)
        for node in children:
            event = self.process_parser.parse_node(node)
            split.connect(event)
            if event.cancel_activity:
                event.connect(join)
        return split


class ZeebeTask(Zeebe, TaskParser):
    """Tasks; a script or decision with a job type is a job."""

    def create_task(self) -> Any:
        """The specification of the task."""
        extensions, kind = self.parse_extensions(), self.spec_class
        if kind in (elements.ScriptTask, elements.DecisionTask) and "taskDefinition" in extensions:
            kind = elements.JobTask
        needed = {
            elements.ScriptTask: "script",
            elements.DecisionTask: "calledDecision",
            elements.JobTask: "taskDefinition",
        }.get(kind)
        if needed and needed not in extensions:
            self.raise_validation_exception(f"zeebe:{needed} is missing")
        return kind(self.spec, self.bpmn_id, **self.bpmn_attributes)


class ZeebeSubProcess(Zeebe, task_parsers.SubWorkflowParser):
    """Embedded sub-processes."""

    def create_task(self) -> Any:
        """The specification of the sub-process; its inside becomes a process of its own."""
        parser = self.process_parser.parser
        parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        parser.process_parsers[self.bpmn_id].parent = self.process_parser
        return self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes)


class ZeebeCall(Zeebe, task_parsers.CallActivityParser):
    """Call activities."""


class ZeebeGateway(Zeebe, task_parsers.GatewayParser):
    """Parallel gateways."""


class ZeebeCondition(Zeebe, task_parsers.ConditionalGatewayParser):
    """Exclusive and inclusive gateways."""

    def parse_condition(self, sequence_flow: Any) -> str | None:
        """The FEEL condition of a flow."""
        text = (super().parse_condition(sequence_flow) or "").strip()
        if text and not text.startswith("="):
            raise ValidationException(
                f"the condition {text!r} is not FEEL", node=sequence_flow, file_name=self.filename
            )
        return text or None


class ZeebeEvent(Zeebe):
    """Events: our definitions instead of the library's."""

    doc_xpath: Any

    def _named(self, reference: str | None, tag: str) -> Any:
        found = self.doc_xpath(f".//bpmn:{tag}[@id='{reference}']") if reference else []
        return found[0] if found else None

    def parse_message_event(self, message_event: Any) -> events.Message:
        """A message and the key its receivers evaluate."""
        message = self._named(message_event.get("messageRef"), "message")
        if message is None:
            raise ValidationException("the event names no message", node=self.node)
        subscription = message.find(f"./{B}extensionElements/{{{ZEEBE}}}subscription")
        return events.Message(message.get("name"), None if subscription is None else subscription.get("correlationKey"))

    def parse_timer_event(self, event: Any) -> events.TimerDue:
        """A date, a duration or a cycle."""
        for kind, tag in (("date", "timeDate"), ("duration", "timeDuration"), ("cycle", "timeCycle")):
            text = (event.findtext(f"{B}{tag}") or "").strip()
            if text:
                clock = self.parse_extensions().get("properties", {}).get("clock")
                return events.TimerDue(kind, text, follows_due_at=clock == "follows_due_at")
        raise ValidationException("the timer has no timeDate, timeDuration or timeCycle", node=self.node)

    def parse_signal_event(self, signal_event: Any) -> events.Signal:
        """A signal."""
        signal = self._named(signal_event.get("signalRef"), "signal")
        return events.Signal(signal.get("name") if signal is not None else signal_event.get("id"))

    def parse_error_event(self, error_event: Any) -> events.Error:
        """An error; without a reference it catches every code."""
        error = self._named(error_event.get("errorRef"), "error")
        return events.Error("error", None if error is None else error.get("errorCode"))

    def parse_escalation_event(self, escalation_event: Any) -> events.Escalation:
        """An escalation; without a reference it catches every code."""
        escalation = self._named(escalation_event.get("escalationRef"), "escalation")
        return events.Escalation("escalation", None if escalation is None else escalation.get("escalationCode"))


class ZeebeStart(ZeebeEvent, event_parsers.StartEventParser):
    """Start events."""


class ZeebeEnd(ZeebeEvent, event_parsers.EndEventParser):
    """End events."""


class ZeebeCatch(ZeebeEvent, event_parsers.IntermediateCatchEventParser):
    """Intermediate catch events."""


class ZeebeThrow(ZeebeEvent, event_parsers.IntermediateThrowEventParser):
    """Intermediate throw events."""


class ZeebeReceive(ZeebeEvent, event_parsers.ReceiveTaskParser):
    """Receive tasks."""


class ZeebeBoundary(ZeebeEvent, event_parsers.BoundaryEventParser):
    """Boundary events."""


class ZeebeEventGateway(ZeebeEvent, event_parsers.EventBasedGatewayParser):
    """Event-based gateways."""

    def create_task(self) -> Any:
        """The gateway collects the events behind it."""
        return self._create_task(MultipleEventDefinition())


class ProcessParser(LibraryProcessParser):
    """Makes our process specifications."""

    def create_spec(self) -> ProcessSpec:
        """An empty specification."""
        return ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)


class Parser(BpmnParser):
    """One parser per procedure version: ids of embedded sub-processes are unique within it."""

    PROCESS_PARSER_CLASS = ProcessParser
    OVERRIDE_PARSER_CLASSES = {
        full_tag(tag): pair
        for tag, pair in {
            "startEvent": (ZeebeStart, event_elements.StartEvent),
            "endEvent": (ZeebeEnd, event_elements.EndEvent),
            "intermediateCatchEvent": (ZeebeCatch, event_elements.CatchEvent),
            "intermediateThrowEvent": (ZeebeThrow, event_elements.ThrowEvent),
            "boundaryEvent": (ZeebeBoundary, event_elements.BoundaryEvent),
            "receiveTask": (ZeebeReceive, event_elements.ReceiveTask),
            "userTask": (ZeebeTask, elements.UserTask),
            "task": (ZeebeTask, elements.PassTask),
            "manualTask": (ZeebeTask, elements.PassTask),
            "serviceTask": (ZeebeTask, elements.JobTask),
            "sendTask": (ZeebeTask, elements.JobTask),
            "scriptTask": (ZeebeTask, elements.ScriptTask),
            "businessRuleTask": (ZeebeTask, elements.DecisionTask),
            "subProcess": (ZeebeSubProcess, elements.SubProcess),
            "callActivity": (ZeebeCall, elements.CallActivity),
            "exclusiveGateway": (ZeebeCondition, defaults.ExclusiveGateway),
            "inclusiveGateway": (ZeebeCondition, defaults.InclusiveGateway),
            "parallelGateway": (ZeebeGateway, defaults.ParallelGateway),
            "eventBasedGateway": (ZeebeEventGateway, event_elements.EventGateway),
        }.items()
    }

    def __init__(self) -> None:
        super().__init__(namespaces=NAMESPACES)

    def _add_diagram_indexes(self, bpmn: Any) -> None:
        """Lanes by id (names are translated and renamed); positions are not needed."""
        key = self._document_key(bpmn)
        self.document_positions[key] = {}
        self.document_lanes[key] = {
            reference.text: reference.getparent().get("id")
            for reference in bpmn.iter(f"{B}flowNodeRef")
            if reference.text
        }


@dataclass(frozen=True)
class Definition:
    """A parsed procedure version: the specification of its process and of all it calls. Shared by all instances.

    ``is_package``: what people enter becomes a variable only by an output mapping (a procedure package).
    """

    process_id: str
    spec: ProcessSpec
    called: Mapping[str, ProcessSpec]
    is_package: bool

    @cached_property
    def index(self) -> "Index":
        """Numbers for the names of processes and elements, as the state uses them."""
        return Index({None: self.spec} | dict(self.called.items()))


class Index:
    """Small numbers for specifications: the state names an element by its place in the sorted list of names."""

    def __init__(self, specs: Mapping[str | None, ProcessSpec]) -> None:
        self.processes = sorted(name for name in specs if name is not None)
        self.process_number = {name: number for number, name in enumerate(self.processes)}
        self.elements = {
            name: [spec.task_specs[each] for each in sorted(spec.task_specs)] for name, spec in specs.items()
        }
        self.element_number = {
            name: {spec.name: number for number, spec in enumerate(found)} for name, found in self.elements.items()
        }


def parse(files: Mapping[str, Any], process_id: str, *, is_package: bool) -> Definition:
    """Parse BPMN trees (path → lxml root; they are changed) into a definition.

    Raises ModelError naming file and element.
    """
    parser = Parser()
    try:
        for path, root in files.items():
            normalise(root)
            parser.add_bpmn_xml(root, path)
        spec = parser.get_spec(process_id)
        called = parser.get_subprocess_specs(process_id)
    except ValidationException as error:
        raise ModelError(str(error), file=error.file_name or "", element=error.id or "") from error
    return Definition(process_id, spec, called, is_package)
