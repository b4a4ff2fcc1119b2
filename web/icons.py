"""Outline icons (Tabler, MIT licence) put into the page as SVG: no icon font, no request, unseen by screen readers."""

import functools
import re
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent / "templates" / "icons"
_ATTRIBUTES = re.compile(r'\s+(?:xmlns|class|width|height|stroke-width)="[^"]*"')
_SPACE = re.compile(r">\s+<")


@functools.cache
def icon(name: str, css_class: str = "") -> Markup:
    """The icon ``name`` of templates/icons; FileNotFoundError for an unknown name, so that no page loses one unseen."""
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    svg = _SPACE.sub("><", _ATTRIBUTES.sub("", svg)).strip()
    svg = " ".join(svg.split())
    classes = f"icon {css_class}".strip()
    opening = f'<svg class="{classes}" aria-hidden="true" focusable="false"'
    return Markup(svg.replace("<svg", opening, 1))  # noqa: S704 -- our own files and class names, never user text
