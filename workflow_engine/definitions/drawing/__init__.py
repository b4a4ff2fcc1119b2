"""Drawing a model's diagram as SVG, from the places that stand in the file."""

from workflow_engine.definitions.drawing.svg import render_svg

__all__ = ["render_svg"]
