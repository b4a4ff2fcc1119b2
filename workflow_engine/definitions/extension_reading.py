"""The `zeebe:` extension elements of a node and its loop characteristics."""

from workflow_engine.definitions.model import Extension, Loop, VariableMapping
from workflow_engine.definitions.xml import BPMN, ZEEBE, Element, local_name, namespace

_B, _Z = f"{{{BPMN}}}", f"{{{ZEEBE}}}"


def read_extension(element: Element) -> Extension:
    """Return what the node's own `bpmn:extensionElements` say; nested nodes have their own."""
    holder = element.find(f"{_B}extensionElements")
    if holder is None:
        return Extension()
    own = {local_name(child): child for child in holder if namespace(child) == ZEEBE}

    def attribute(tag: str, name: str) -> str:
        return own[tag].get(name, "") if tag in own else ""

    return Extension(
        is_user_task="userTask" in own,
        form_key=attribute("formDefinition", "formId") or attribute("formDefinition", "formKey"),
        assignee=attribute("assignmentDefinition", "assignee"),
        candidate_groups=attribute("assignmentDefinition", "candidateGroups"),
        due_date=attribute("taskSchedule", "dueDate"),
        inputs=_mappings(own.get("ioMapping"), "input"),
        outputs=_mappings(own.get("ioMapping"), "output"),
        job_type=attribute("taskDefinition", "type"),
        called_process_id=attribute("calledElement", "processId"),
        propagate_all_child_variables=attribute("calledElement", "propagateAllChildVariables") != "false",
        propagate_all_parent_variables=attribute("calledElement", "propagateAllParentVariables") != "false",
        decision_id=attribute("calledDecision", "decisionId"),
        script=attribute("script", "expression"),
        result_variable=attribute("script", "resultVariable") or attribute("calledDecision", "resultVariable"),
        properties=_pairs(own.get("properties"), "name"),
        names=frozenset(own),
    )


def read_loop(element: Element) -> Loop | None:
    """Return the multi-instance or standard loop of an activity, or None."""
    if element.find(f"{_B}standardLoopCharacteristics") is not None:
        return Loop("standard")
    loop = element.find(f"{_B}multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    zeebe = loop.find(f"{_B}extensionElements/{_Z}loopCharacteristics")
    condition = loop.find(f"{_B}completionCondition")

    def attribute(name: str) -> str:
        return "" if zeebe is None else zeebe.get(name, "")

    return Loop(
        "multi",
        loop.get("isSequential") == "true",
        attribute("inputCollection"),
        attribute("inputElement"),
        attribute("outputCollection"),
        attribute("outputElement"),
        "" if condition is None else "".join(condition.itertext()).strip(),
    )


def _mappings(io_mapping: Element | None, tag: str) -> tuple[VariableMapping, ...]:
    if io_mapping is None:
        return ()
    return tuple(
        VariableMapping(child.get("source", ""), child.get("target", ""), child.sourceline or 0)
        for child in io_mapping.findall(f"{_Z}{tag}")
    )


def _pairs(holder: Element | None, name: str) -> dict[str, str]:
    if holder is None:
        return {}
    return {child.get(name, ""): child.get("value", "") for child in holder if namespace(child) == ZEEBE}
