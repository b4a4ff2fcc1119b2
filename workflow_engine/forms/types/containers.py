"""A group of fields (its values nest when it has a path) and a list of rows."""

from dataclasses import dataclass

from workflow_engine.forms.schema import Component, FieldType, Where

MOST_ROWS = 200


@dataclass(frozen=True)
class GroupSettings:
    """Whether a line is drawn around it."""

    has_outline: bool


@dataclass(frozen=True)
class ListSettings:
    """``is_open``: rows may be added and removed. Bounds count rows that are not empty."""

    is_open: bool
    repetitions: int
    least: int
    most: int
    row_label: str
    row_label_en: str
    has_outline: bool


def _read_group(component: Component, where: Where) -> GroupSettings:
    return GroupSettings(bool(component.get("showOutline")))


def _read_list(component: Component, where: Where) -> ListSettings:
    properties = component.get("properties", {})
    least, most = properties.get("min_rows", "0"), properties.get("max_rows", str(MOST_ROWS))
    if not (least.isdecimal() and most.isdecimal() and int(least) <= int(most) <= MOST_ROWS):
        raise where.wrong(f"properties.min_rows and max_rows are whole numbers up to {MOST_ROWS}")
    is_open = component.get("allowAddRemove", True)
    repetitions = component.get("defaultRepetitions", 1)
    return ListSettings(
        is_open=is_open,
        repetitions=repetitions,
        least=int(least),
        most=int(most),
        row_label=properties.get("row_label", ""),
        row_label_en=properties.get("row_label_en", ""),
        has_outline=bool(component.get("showOutline")),
    )


_COMMON = {
    "components": {"type": "array"},
    "showOutline": {"type": "boolean"},
    "verticalAlignment": {"type": "string"},
}

TYPES = (
    FieldType("group", "container", _COMMON, _read_group),
    FieldType(
        "dynamiclist",
        "container",
        _COMMON
        | {
            "isRepeating": {"const": True},
            "allowAddRemove": {"type": "boolean"},
            "defaultRepetitions": {"type": "integer", "minimum": 0, "maximum": 20},
            "disableCollapse": {"type": "boolean"},
            "nonCollapsedItems": {"type": "integer"},
        },
        _read_list,
        empty=[],
    ),
)
