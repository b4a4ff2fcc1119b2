"""The kinds of fields: each module of this folder offers TYPES, and is found by lying here.

A new kind of field costs one new module here (and one macro that draws it).
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from workflow_engine.forms.schema import FieldType


@cache
def registry() -> Mapping[str, FieldType]:
    """The kinds of fields by the name of their form-js type."""
    names = sorted(module.name for module in iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return {kind.name: kind for module in modules for kind in module.TYPES}
