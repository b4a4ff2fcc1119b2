"""The values of a form for reading: rows of section, label and text, as the workspace shows and papers print them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow_engine.forms.coercion import is_empty
from workflow_engine.forms.paths import as_mapping, inner_prefix, is_list, path_of, rows_of
from workflow_engine.forms.schema import Choice, Circumstances, Field, Form
from workflow_engine.forms.types import registry


@dataclass(frozen=True)
class SummaryRow:
    """One line: the heading it stands under, the label, the value as text, and the path of the field."""

    section: str
    label: str
    value: str
    path: str


def summary(
    form: Form,
    values: Mapping[str, Any],
    choices: Mapping[str, Sequence[Choice]] = {},
    *,
    language: str = "vi",
    has_empty: bool = False,
) -> tuple[SummaryRow, ...]:
    """The values that are there, in the order of the form; ``has_empty`` adds fields left empty, with "" as value."""
    around = Circumstances(choices=choices)
    rows = _rows(form.components, values, around, language, form.title if language == "vi" else form.title_en, "")
    return tuple(row for row in rows if row.value or has_empty)


def _rows(
    components: tuple[Field, ...],
    values: Mapping[str, Any],
    around: Circumstances,
    language: str,
    section: str,
    prefix: str,
) -> Iterator[SummaryRow]:
    for each in components:
        path = path_of(prefix, each)
        name = label_of(each, language)
        if each.type == "text" and each.settings.level:
            section = (each.settings.text_en if language == "en" else "") or each.settings.text
        elif is_list(each):
            for number, row in enumerate(rows_of(values, each.key), start=1):
                heading = f"{row_label_of(each, language)} {number}"
                yield from _rows(each.components, as_mapping(row), around, language, heading, f"{path}.{number - 1}.")
        elif each.components:
            inner = as_mapping(values.get(each.key)) if each.key else values
            yield from _rows(each.components, inner, around, language, name or section, inner_prefix(prefix, each))
        elif registry()[each.type].kind == "input" and each.key in values:
            value = values[each.key]
            is_blank = is_empty(each, value) and each.type != "checkbox"
            text = "" if is_blank else registry()[each.type].show(each, value, around, language)
            yield SummaryRow(section, name, text, path)


def label_of(field: Field, language: str) -> str:
    """The label in the language of the reader, Vietnamese when there is no other."""
    return (field.label_en if language == "en" else "") or field.label


def row_label_of(field: Field, language: str) -> str:
    """What one row of a list is called: "Phép thử"."""
    english = field.settings.row_label_en if language == "en" else ""
    return english or field.settings.row_label or label_of(field, language)
