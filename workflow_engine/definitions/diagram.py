"""The diagram interchange part of a BPMN file: where shapes and lines are drawn."""

from workflow_engine.definitions.model import Bounds, Edge, Shape
from workflow_engine.definitions.xml import BPMNDI, DC, DI, Element

_BOUNDS = f"{{{DC}}}Bounds"
_LABEL = f"{{{BPMNDI}}}BPMNLabel"


def read_shapes(root: Element) -> dict[str, Shape]:
    """Return element id → shape, in the order of the file."""
    shapes = {}
    for element in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = _bounds(element.find(_BOUNDS))
        element_id = _reference(element)
        if bounds is None or not element_id:
            continue
        shapes[element_id] = Shape(
            element_id,
            bounds,
            _label(element),
            is_horizontal=element.get("isHorizontal") != "false",
            is_expanded=element.get("isExpanded") != "false",
            is_marker_visible=element.get("isMarkerVisible") != "false",
        )
    return shapes


def read_edges(root: Element) -> dict[str, Edge]:
    """Return element id → line, in the order of the file; a line with fewer than two points is left out."""
    edges = {}
    for element in root.iter(f"{{{BPMNDI}}}BPMNEdge"):
        points = [(number(p.get("x")), number(p.get("y"))) for p in element.findall(f"{{{DI}}}waypoint")]
        element_id = _reference(element)
        if len(points) > 1 and element_id:
            edges[element_id] = Edge(element_id, tuple(points), _label(element))
    return edges


def number(text: str | None) -> float:
    """Return a coordinate; what is no finite number of a drawing's size is 0."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e6 else 0.0


def _reference(element: Element) -> str:
    return str(element.get("bpmnElement", "")).split(":")[-1]


def _label(element: Element) -> Bounds | None:
    label = element.find(_LABEL)
    return None if label is None else _bounds(label.find(_BOUNDS))


def _bounds(element: Element | None) -> Bounds | None:
    if element is None:
        return None
    return Bounds(*(number(element.get(name)) for name in ("x", "y", "width", "height")))
