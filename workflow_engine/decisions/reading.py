"""Reading DMN XML of any version, safely: no document type, no entities, no network, bounded size."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflow_engine.errors import ModelError

MAX_BYTES = 5_000_000
NAMESPACES = (
    "http://www.omg.org/spec/DMN/",
    "https://www.omg.org/spec/DMN/",
)
Element = Any


def read(xml: bytes, file_name: str) -> Element:
    """The root of a decision model; ModelError when it is none or could do harm."""
    if len(xml) > MAX_BYTES:
        raise ModelError(f"The file is larger than {MAX_BYTES} bytes", file=file_name)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ModelError(f"The file is not well-formed XML: {error}", file=file_name) from error
    if root.getroottree().docinfo.doctype:
        raise ModelError("The file declares a document type, which is not allowed", file=file_name)
    namespace = etree.QName(root).namespace or ""
    if local(root) != "definitions" or not namespace.startswith(NAMESPACES):
        raise ModelError("The file is no DMN model", file=file_name)
    return root


def local(element: Element) -> str:
    """Name of an element without its namespace."""
    return str(etree.QName(element).localname)


def children(element: Element, *names: str) -> list[Element]:
    """Child elements of DMN with one of the names."""
    return [child for child in element if local(child) in names and _is_dmn(child)]


def child(element: Element, *names: str) -> Element | None:
    """The first of these child elements, or None."""
    found = children(element, *names)
    return found[0] if found else None


def text_in(element: Element | None) -> str:
    """What stands in the ``text`` of an element, stripped; empty when there is none."""
    text = child(element, "text") if element is not None else None
    return "".join(text.itertext()).strip() if text is not None else ""


def references(element: Element, *names: str) -> tuple[str, ...]:
    """Targets of the ``href`` of all descendants with one of the names; only those inside this file."""
    hrefs = [node.get("href", "") for name in names for node in element.iter(f"{{*}}{name}")]
    return tuple(href.rpartition("#")[2] for href in hrefs)


def names_in(root: Element) -> Iterator[str]:
    """Every name in the model, so that expressions can use names with spaces and signs."""
    for element in root.iter(f"{{{etree.QName(root).namespace}}}*"):
        name = element.get("name")
        if name and not name.isidentifier():
            yield " ".join(name.split())


def _is_dmn(element: Element) -> bool:
    return (etree.QName(element).namespace or "").startswith(NAMESPACES)
