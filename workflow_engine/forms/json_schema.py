"""The JSON Schema of the forms we accept, put together from the kinds of fields.

``forms/schema.json`` is its copy for editors: the text that ``written`` gives.

A property that form-js knows and we do not is refused: to ignore it would change what the form means.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from workflow_engine.forms.schema import FieldType
from workflow_engine.forms.types import registry

NAME = "^[A-Za-z][A-Za-z0-9_]*$"
_TEXT = {"type": "string", "pattern": "^[^=]", "maxLength": 2000}
_PLATFORM = {"type": "string"}

TOP: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "components"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "schemaVersion": {"type": "integer"},
        "type": {"const": "default"},
        "id": {"type": "string"},
        "executionPlatform": _PLATFORM,
        "executionPlatformVersion": _PLATFORM,
        "exporter": {"type": "object"},
        "components": {"type": "array", "maxItems": 300},
    },
}

_COMMON: Mapping[str, Any] = {
    "type": {"type": "string"},
    "id": {"type": "string", "pattern": NAME},
    "label": _TEXT,
    "description": _TEXT,
    "layout": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "row": {"type": "string"},
            "columns": {"type": ["integer", "null"], "minimum": 1, "maximum": 16},
        },
    },
    "conditional": {
        "type": "object",
        "additionalProperties": False,
        "required": ["hide"],
        "properties": {"hide": {"type": "string", "pattern": "^="}},
    },
    "properties": {"type": "object", "additionalProperties": {"type": "string"}},
}


def of_type(kind: FieldType) -> Mapping[str, Any]:
    """The JSON Schema of one component of this kind, without its inner components."""
    properties = dict(_COMMON) | dict(kind.properties)
    required = ["type", "id"]
    if kind.kind == "input":
        properties |= {"key": {"type": "string", "pattern": NAME}}
        properties |= {} if kind.is_computed else {"readonly": {"anyOf": [{"type": "boolean"}, {"pattern": "^="}]}}
        required += ["key"]
    elif kind.kind == "container":
        properties |= {"path": {"type": "string", "pattern": NAME}}
        required += ["components"] + (["path"] if kind.empty == [] else [])
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


@cache
def validator_of(type_name: str) -> Draft202012Validator:
    """The compiled schema of a kind of field; "" for the form itself."""
    return Draft202012Validator(of_type(registry()[type_name]) if type_name else TOP)


def complete() -> dict[str, Any]:
    """The whole schema, components inside components included."""
    kinds = registry()
    components: dict[str, Any] = {"type": "array", "items": {"$ref": "#/$defs/component"}}
    definitions: dict[str, Any] = {
        "component": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"enum": sorted(kinds)}},
            "allOf": [
                {"if": {"properties": {"type": {"const": name}}}, "then": {"$ref": f"#/$defs/{name}"}}
                for name in sorted(kinds)
            ],
        }
    }
    for name in sorted(kinds):
        shape = dict(of_type(kinds[name]))
        if kinds[name].kind == "container":
            shape["properties"] = shape["properties"] | {"components": components}
        definitions[name] = shape
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Forms: the part of form-js that the engine runs",
        **TOP,
        "properties": {**TOP["properties"], "components": components | {"maxItems": 300}},
        "$defs": definitions,
    }


def written() -> str:
    """The text of forms/schema.json."""
    return json.dumps(complete(), ensure_ascii=False, indent=2) + "\n"
