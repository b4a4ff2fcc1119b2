"""Making SVG elements: presentation attributes and classes only, so that the drawing lives under a strict CSP."""

from typing import Any

from lxml import etree

SVG = "http://www.w3.org/2000/svg"
Element = Any

INK = "#334155"
FAINT = "#94a3b8"
PAPER = "#ffffff"
PALETTE = {
    "start": ("#ecfdf3", "#15803d"),
    "end": ("#fef2f2", "#b91c1c"),
    "intermediate": ("#f8fafc", INK),
    "gateway": ("#fffbeb", "#92651a"),
    "task": (PAPER, INK),
}


def add(parent: Element, tag: str, **attributes: object) -> Element:
    """Append an SVG element; `class_` is written class, underscores in names become hyphens, numbers stay short."""
    written = {name.rstrip("_").replace("_", "-"): text_of(value) for name, value in attributes.items()}
    return etree.SubElement(parent, f"{{{SVG}}}{tag}", written)


def text_of(value: object) -> str:
    """Return a number without needless digits, anything else as text."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)


def path(parent: Element, commands: str, stroke: str = INK, fill: str = "none", width: float = 1.5) -> Element:
    """Append a path with round joints."""
    return add(
        parent, "path", d=commands, stroke=stroke, fill=fill, stroke_width=width, stroke_linejoin="round",
        stroke_linecap="round",
    )  # fmt: skip
