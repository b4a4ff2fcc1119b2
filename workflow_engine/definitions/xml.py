"""Safe reading of BPMN and DMN files: they come from strangers.

No DTD, no entities, no network, limits on bytes, depth and number of elements; whatever is wrong becomes a `Problem`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

from lxml import etree

from workflow_engine.definitions.problem import ModelRefused, Problem

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
DMN_PREFIX = "https://www.omg.org/spec/DMN/"

Element = Any


@dataclass(frozen=True)
class XmlLimits:
    """Beyond these a file is refused before a tree is built (the largest of our models has 60 kB and depth 9)."""

    max_bytes: int = 10 * 1024 * 1024
    max_depth: int = 100
    max_elements: int = 200_000


DEFAULT_LIMITS = XmlLimits()


def read_bytes(path: Path, file: str, limits: XmlLimits = DEFAULT_LIMITS) -> bytes:
    """Return the content of `path`, or raise ModelRefused when it is missing, unreadable or too large."""
    try:
        if path.stat().st_size > limits.max_bytes:
            raise _too_large(file, limits)
        with path.open("rb") as stream:
            content = stream.read(limits.max_bytes + 1)
    except OSError as error:
        reason = "The file cannot be read ({cause}): check its path and its permissions."
        raise _refused(file, reason, cause=error.strerror or "unknown error") from error
    if len(content) > limits.max_bytes:
        raise _too_large(file, limits)
    return content


def parse_xml(content: bytes, file: str, limits: XmlLimits = DEFAULT_LIMITS) -> Element:
    """Return the root element of `content`; raise ModelRefused when it is not XML that we are willing to read."""
    if len(content) > limits.max_bytes:
        raise _too_large(file, limits)
    _scan(content, file, limits)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        raise _refused(file, "This is not well-formed XML ({cause}).", line=line, cause=str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _has_dtd(file, 0)
    return root


def parse_bpmn(content: bytes, file: str, limits: XmlLimits = DEFAULT_LIMITS) -> Element:
    """Return the `bpmn:definitions` element of a BPMN 2.0 file, or raise ModelRefused."""
    root = parse_xml(content, file, limits)
    if root.tag != f"{{{BPMN}}}definitions":
        raise _wrong_root(file, root, "bpmn:definitions")
    return root


def parse_dmn(content: bytes, file: str, limits: XmlLimits = DEFAULT_LIMITS) -> Element:
    """Return the `definitions` element of a DMN file (1.1 to 1.5), or raise ModelRefused."""
    root = parse_xml(content, file, limits)
    name = etree.QName(root)
    is_dmn = (name.namespace or "").startswith((DMN_PREFIX, "http://www.omg.org/spec/DMN/"))
    if name.localname != "definitions" or not is_dmn:
        raise _wrong_root(file, root, "dmn:definitions")
    return root


def local_name(element: Element) -> str:
    """Return the tag without its namespace, or "" for a comment or processing instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace(element: Element) -> str:
    """Return the namespace of the tag, or "" where there is none."""
    return (etree.QName(element).namespace or "") if isinstance(element.tag, str) else ""


def _scan(content: bytes, file: str, limits: XmlLimits) -> None:
    """Refuse a DTD and hostile shapes before a tree is built: expat streams and stops at the first exception."""
    parser = expat.ParserCreate()
    depth = elements = 0

    def started(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > limits.max_depth or elements > limits.max_elements:
            reason = "The XML is nested too deeply or has too many elements: split the model."
            raise _refused(file, reason, line=parser.CurrentLineNumber)

    def ended(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_declaration: object) -> None:
        raise _has_dtd(file, parser.CurrentLineNumber)

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = "This is not well-formed XML ({cause}): save it again and send the whole file."
        raise _refused(file, reason, line=error.lineno, cause=expat.ErrorString(error.code)) from error
    except (ValueError, LookupError) as error:
        raise _refused(file, "The encoding is unknown ({cause}): save the file as UTF-8.", cause=str(error)) from error


def _refused(file: str, reason: str, *, line: int = 0, **params: str) -> ModelRefused:
    return ModelRefused([Problem(file, "", "xml", reason, params, line)])


def _too_large(file: str, limits: XmlLimits) -> ModelRefused:
    reason = "The file is larger than {limit} bytes: a model of this size cannot be read, split it."
    return _refused(file, reason, limit=str(limits.max_bytes))


def _has_dtd(file: str, line: int) -> ModelRefused:
    return _refused(file, "The file declares a DOCTYPE: remove it, models need neither DTD nor entities.", line=line)


def _wrong_root(file: str, root: Element, wanted: str) -> ModelRefused:
    reason = "The root element is {found} but must be {wanted}: this is another kind of file."
    return _refused(file, reason, line=root.sourceline or 0, found=local_name(root), wanted=wanted)
