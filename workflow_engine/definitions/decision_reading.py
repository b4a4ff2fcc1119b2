"""What the checks need to know of a DMN file: which decisions it holds and what they read. It decides nothing."""

from workflow_engine.definitions.problem import ModelRefused
from workflow_engine.definitions.xml import DEFAULT_LIMITS, Element, XmlLimits, local_name, parse_dmn


def decision_ids(content: bytes, file: str, limits: XmlLimits = DEFAULT_LIMITS) -> list[str]:
    """Return the ids of the decisions in a DMN file; an unreadable file has none (`check` says why)."""
    root = _root(content, file, limits)
    return [] if root is None else [child.get("id", "") for child in root if local_name(child) == "decision"]


def decision_inputs(content: bytes, file: str, limits: XmlLimits = DEFAULT_LIMITS) -> list[str]:
    """Return the FEEL texts of the inputs of a file's tables, without those that name another decision of the file."""
    root = _root(content, file, limits)
    if root is None:
        return []
    decisions = [child for child in root if local_name(child) in ("decision", "businessKnowledgeModel")]
    variables = [part for child in decisions for part in child if local_name(part) == "variable"]
    own = {element.get(name) for element in (*decisions, *variables) for name in ("id", "name")}
    texts = ["".join(element.itertext()).strip() for element in root.iter() if local_name(element) == "inputExpression"]
    return [text for text in texts if text and text.split(".")[0] not in own]


def _root(content: bytes, file: str, limits: XmlLimits) -> Element | None:
    try:
        return parse_dmn(content, file, limits)
    except ModelRefused:
        return None
