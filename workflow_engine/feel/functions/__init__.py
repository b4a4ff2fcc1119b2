"""The built-in functions of DMN 1.5, 10.3.4, one module per kind of value; importing the package registers them."""

from workflow_engine.feel.functions import contexts, conversion, lists, moments, numbers, ranges, texts

__all__ = ["contexts", "conversion", "lists", "moments", "numbers", "ranges", "texts"]
