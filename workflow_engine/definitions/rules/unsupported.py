"""Elements and attributes of BPMN 2.0 that the engine would not run as the standard says."""

from collections.abc import Iterator

from workflow_engine.definitions.model import NODES
from workflow_engine.definitions.rules.registry import Finding, Source, World, at_xml, file_rule
from workflow_engine.definitions.xml import BPMN, ZEEBE, Element, local_name, namespace

_DATA = "Data is not carried by drawn objects here: remove it, set variables with output mappings."
UNSUPPORTED = {
    "complexGateway": "Complex gateways do not run: use exclusive, inclusive or parallel gateways.",
    "adHocSubProcess": "Ad-hoc sub-processes do not run: draw the order of the tasks.",
    "transaction": "Transactions do not run: use a sub-process with an error event.",
    "compensateEventDefinition": "Compensation does not run: draw the steps that undo the work.",
    "conditionalEventDefinition": "Conditional events do not run: use a gateway, a message or a timer.",
    "cancelEventDefinition": "Cancel events belong to transactions, which do not run: use an error event.",
    "signalEventDefinition": "Signals do not reach other instances: use a message or an escalation.",
    "dataObject": _DATA,
    "dataObjectReference": _DATA,
    "dataStoreReference": _DATA,
    "dataStore": _DATA,
    "property": _DATA,
    "ioSpecification": _DATA,
    "dataInputAssociation": _DATA,
    "dataOutputAssociation": _DATA,
    "standardLoopCharacteristics": "Standard loops do not run: draw the way back through a gateway.",
    "multipleEventDefinition": "An event has one trigger: draw one event for each.",
    "callChoreography": "Choreographies do not run: draw a process.",
    "choreography": "Choreographies do not run: draw a process.",
    "correlationKey": "Correlation keys stand on the message here: write a subscription with a correlation key.",
    "correlationProperty": "Correlation keys stand on the message here: write a subscription with a correlation key.",
    "resourceRole": "Resource roles are not read: write the role as candidate group.",
    "potentialOwner": "Resource roles are not read: write the role as candidate group.",
    "humanPerformer": "Resource roles are not read: write the role as candidate group.",
    "performer": "Resource roles are not read: write the role as candidate group.",
    "assignment": _DATA,
    "monitoring": "Monitoring elements are not read: remove it.",
    "script": "Scripts in a programming language do not run: write a FEEL script or an operator.",
    "loopCardinality": "A number of repetitions does not run: repeat over a list.",
    "loopDataInputRef": "Repeat over a list that the loop's extension element names, not over a data object.",
    "loopDataOutputRef": "Collect results in the list that the loop's extension element names, not in a data object.",
    "complexBehaviorDefinition": "Behaviour events of a loop do not run: remove it.",
}
_IN_SCOPE = NODES | {
    "sequenceFlow",
    "laneSet",
    "documentation",
    "extensionElements",
    "textAnnotation",
    "association",
    "group",
    "incoming",
    "outgoing",
    "multiInstanceLoopCharacteristics",
}
_OTHER_ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://www.jboss.org/drools": "jBPM",
}


@file_rule("element.unsupported")
def unsupported_elements(source: Source, world: World) -> Iterator[Finding]:
    """Whatever is listed as unsupported, and any element of a process that is not known at all."""
    for element in source.root.iter(f"{{{BPMN}}}*"):
        tag = local_name(element)
        parent = element.getparent()
        if tag in UNSUPPORTED:
            yield at_xml(element, UNSUPPORTED[tag])
        elif _is_unknown_child(tag, parent):
            yield at_xml(element, "The engine does not know {tag}: remove it or draw it with a known element.", tag=tag)


def _is_unknown_child(tag: str, parent: Element | None) -> bool:
    in_scope = parent is not None and local_name(parent) in ("process", "subProcess") and namespace(parent) == BPMN
    return in_scope and tag not in _IN_SCOPE


@file_rule("attribute.unsupported")
def unsupported_attributes(source: Source, world: World) -> Iterator[Finding]:
    """Attributes that change how an element runs and that the engine does not read."""
    for element in source.root.iter(f"{{{BPMN}}}*"):
        for name in ("startQuantity", "completionQuantity"):
            if element.get(name, "1").strip() != "1":
                yield at_xml(element, "{name} other than 1 does not run: remove it.", name=name)
        if element.get("isForCompensation") == "true":
            yield at_xml(element, UNSUPPORTED["compensateEventDefinition"])
        if element.get("parallelMultiple") == "true":
            yield at_xml(element, UNSUPPORTED["multipleEventDefinition"])
        if element.get("instantiate") == "true":
            yield at_xml(element, "An element that starts the process must be the start event: remove instantiate.")
        if element.get("eventGatewayType") == "Parallel":
            yield at_xml(
                element, "A parallel event gateway does not run: wait for each event after a parallel gateway."
            )
        if element.get("behavior", "All") != "All":
            yield at_xml(element, UNSUPPORTED["complexBehaviorDefinition"])


@file_rule("extension.foreign")
def foreign_extensions(source: Source, world: World) -> Iterator[Finding]:
    """A model written for another engine keeps its forms, assignees and scripts in attributes we do not read."""
    reported = set()
    for element in source.root.iter():
        names = [namespace(element), *(str(key)[1:].split("}")[0] for key in element.attrib if str(key)[0] == "{")]
        for name in names:
            if name in _OTHER_ENGINES and name not in reported:
                reported.add(name)
                reason = "The model holds settings for {engine}, which are not read: convert it to Camunda 8."
                yield at_xml(element, reason, engine=_OTHER_ENGINES[name])


ZEEBE_ATTRIBUTES = {
    "userTask": frozenset[str](),
    "formDefinition": frozenset({"formId", "formKey"}),
    "assignmentDefinition": frozenset({"assignee", "candidateGroups"}),
    "taskSchedule": frozenset({"dueDate"}),
    "taskDefinition": frozenset({"type"}),
    "ioMapping": frozenset[str](),
    "input": frozenset({"source", "target"}),
    "output": frozenset({"source", "target"}),
    "calledElement": frozenset({"processId", "propagateAllChildVariables", "propagateAllParentVariables"}),
    "calledDecision": frozenset({"decisionId", "resultVariable"}),
    "script": frozenset({"expression", "resultVariable"}),
    "loopCharacteristics": frozenset({"inputCollection", "inputElement", "outputCollection", "outputElement"}),
    "subscription": frozenset({"correlationKey"}),
    "properties": frozenset[str](),
    "property": frozenset({"name", "value"}),
    "versionTag": frozenset({"value"}),
}
_DEFAULTS = {"bindingType": "latest"}


@file_rule("extension.unknown")
def unknown_extensions(source: Source, world: World) -> Iterator[Finding]:
    """Every zeebe element and attribute is read or refused: none is ignored."""
    for element in source.root.iter(f"{{{ZEEBE}}}*"):
        tag = local_name(element)
        if tag not in ZEEBE_ATTRIBUTES:
            yield at_xml(element, "zeebe:{tag} is not read by the engine: remove it.", tag=tag)
            continue
        for name, value in element.attrib.items():
            plain = not str(name).startswith("{")
            if plain and name not in ZEEBE_ATTRIBUTES[tag] and _DEFAULTS.get(name) != value:
                reason = "The attribute {name} of zeebe:{tag} is not read by the engine: remove it."
                yield at_xml(element, reason, name=name, tag=tag)


@file_rule("gateway.event")
def event_gateways(source: Source, world: World) -> Iterator[Finding]:
    """An event gateway leads to at least two catching elements and to nothing else."""
    waits = ("intermediateCatchEvent", "receiveTask")
    for process in source.model.processes:
        nodes = {node.id: node for node in process.nodes}
        for node in process.nodes:
            if node.type != "eventBasedGateway":
                continue
            targets = [nodes[flow.target] for flow in process.outgoing(node.id) if flow.target in nodes]
            if len(targets) < 2 or any(target.type not in waits for target in targets):
                reason = "An event gateway needs two or more flows, each to a message, a timer or a receive task."
                yield Finding(node.id, reason, line=node.line)
