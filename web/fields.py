"""A form as HTML: one template per field type (templates/fields/<type>.html); how fields look is decided nowhere else.

The server decides what is shown, locked and allowed; a page without scripts can do everything, with submit buttons
that are caught here (``_add.scope``, ``_remove.scope.1``, ``_refresh``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from web.catalogues import language, sentence
from workflow_engine.errors import InvalidForm
from workflow_engine.forms import Choice, Field, Form, visible_paths
from workflow_engine.forms.schema import token_of, walk

ROW_WIDTH = 16  # columns of form-js


@dataclass(frozen=True)
class Upload:
    """A file that lies with a form: what its row shows."""

    id: int
    filename: str
    sha256: str
    size: int
    pages: int | None


@dataclass(frozen=True)
class Drawing:
    """A form with all that its picture depends on.

    ``errors`` holds sentences by path, ``uploads`` files and ``demands`` what was asked for by field key.
    """

    form: Form
    values: Mapping[str, Any]
    visible: frozenset[str]
    errors: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    uploads: Mapping[str, Sequence[Upload]] = field(default_factory=dict)
    upload_address: str = ""
    demands: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A card of the page: its heading and its fields."""

    id: str
    title: str
    title_is_foreign: bool
    fields: tuple[Field, ...]

    @property
    def is_locked(self) -> bool:
        """Whether nothing in it can be changed."""
        return not any(is_open(each) for each in walk(self.fields))


def draw(
    form: Form,
    values: Mapping[str, Any],
    *,
    error: InvalidForm | None = None,
    scope: Mapping[str, object] | None = None,
    previous: Mapping[str, Any] | None = None,
    choices: Mapping[str, Sequence[Choice]] | None = None,
    **more: Any,
) -> Drawing:
    """The drawing of a form with these values (cleaned, or raw as they were typed)."""
    shown = visible_paths(form, values, scope or {}, previous=previous or {})
    errors: dict[str, str] = {}
    for each in error.errors if error else ():
        errors.setdefault(each.path, sentence(each))
    return Drawing(form, values, shown, errors, choices or {}, **more)


def faults(drawing: Drawing) -> list[tuple[str, str]]:
    """Anchor and sentence of each error, for the summary on top of the page, in the order of the form."""
    order = {path: number for number, path in enumerate(_paths(drawing))}
    ordered = sorted(drawing.errors.items(), key=lambda fault: order.get(fault[0], len(order)))
    return [(control_id(path) if path in order else "", text) for path, text in ordered]


def sections(drawing: Drawing) -> list[Section]:
    """The visible fields in cards: a heading or a named group begins a new one."""
    found: list[Section] = []
    for each in drawing.form.components:
        if not is_visible(drawing, each, ""):
            continue
        if each.type == "text" and each.settings.level:
            english = each.settings.text_en if language() == "en" else ""
            found.append(Section(each.id, english or each.settings.text, not english, ()))
        elif each.type == "group" and each.label and not each.key:
            found.append(Section(each.id, label(each), is_foreign(each), each.components))
        elif found:
            found[-1] = replace(found[-1], fields=(*found[-1].fields, each))
        else:
            found.append(Section(each.id, "", False, (each,)))
    return [section for section in found if section.fields]


def is_locked(each: Field) -> bool:
    """Whether the field holds a value that the reader cannot change."""
    return bool(each.key) and not is_open(each) and not any(is_open(inner) for inner in walk(each.components))


def is_open(each: Field) -> bool:
    """Whether the reader can change the value of the field, or add and remove its rows."""
    if each.type == "dynamiclist":
        return bool(each.settings.is_open)
    return bool(each.key) and not each.components and not each.is_readonly


def rows(drawing: Drawing, fields: Iterable[Field], prefix: str) -> Iterator[list[Field]]:
    """Visible fields that stand side by side."""
    row: list[Field] = []
    for each in fields:
        if not is_visible(drawing, each, prefix):
            continue
        if row and (not each.row or each.row != row[0].row):
            yield row
            row = []
        row.append(each)
    if row:
        yield row


def render_field(drawing: Drawing, each: Field, prefix: str, values: Mapping[str, Any]) -> Markup:
    """One field, drawn by the template of its type."""
    path = _path(prefix, each)
    raw = values.get(each.key) if each.key else None
    return Markup(  # noqa: S704 -- the template escapes
        render_template(
            f"fields/{each.type}.html",
            drawing=drawing,
            field=each,
            path=path,
            id=control_id(path),
            value=_shown_value(each, raw),
            raw=raw,
            values=values,
            error=drawing.errors.get(path, ""),
            hint=hint(each),
            is_locked=each.is_readonly,
            is_asked=each.key in asked_keys(drawing.form),
            options=options(drawing, each),
            prefix=prefix,
        )
    )


def is_segmented(answers: Sequence[tuple[str, str]]) -> bool:
    """Whether the answers are few and short enough to stand in one bar."""
    return len(answers) <= 4 and sum(len(text) for _token, text in answers) <= 64


def input_type(each: Field) -> str:
    """Which keyboard a phone shows."""
    return {"email": "email", "phone": "tel"}.get(each.settings.validator, "text")


def autocomplete(each: Field) -> str:
    """What a browser may fill in about the person."""
    return {"email": "email", "phone": "tel"}.get(each.settings.validator, "")


def row_label(each: Field) -> str:
    """What one row of a list is called."""
    return (each.settings.row_label_en if language() == "en" else "") or each.settings.row_label or label(each)


def lower_first(text: str) -> str:
    """For a name inside a sentence; abbreviations keep their capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def is_visible(drawing: Drawing, each: Field, prefix: str) -> bool:
    """Whether the server shows the field for the present values."""
    return _path(prefix, each) in drawing.visible


def options(drawing: Drawing, each: Field) -> list[tuple[str, str]]:
    """Token and label of each answer."""
    given = drawing.choices.get(each.choices_from, ()) if each.choices_from else each.choices
    english = language() == "en"
    return [(choice.token, (choice.label_en if english else "") or choice.label) for choice in given]


def label(each: Field) -> str:
    """The name of the field in the language of the reader, Vietnamese when there is no other."""
    return (each.label_en if language() == "en" else "") or each.label


def is_foreign(each: Field) -> bool:
    """Whether the name of the field is Vietnamese in an English page."""
    return language() == "en" and not each.label_en


def hint(each: Field) -> str:
    """The line above the control: what to enter, or an example."""
    text = (each.description_en if language() == "en" else "") or each.description
    if text:
        return text
    if each.example:
        return _("Ví dụ: %(example)s", example=each.example)
    if each.type == "datetime" and each.settings.subtype == "date":
        return _("Ngày/tháng/năm, ví dụ 31/12/2026")
    return ""


def as_typed(value: object) -> Any:
    """The value as somebody would type it: a decimal comma, dd/mm/yyyy."""
    if isinstance(value, bool) or value is None:
        return "true" if value else ""
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",") if abs(value) < 1e15 else str(value)
    if isinstance(value, list | Mapping):
        return value
    text = str(value)
    if len(text) in (10, 16) and text[4:5] == text[7:8] == "-" and text[:4].isdecimal():
        day, _sep, clock = text.partition("T")
        return f"{day[8:10]}/{day[5:7]}/{day[:4]} {clock}".strip()
    return text


def _shown_value(each: Field, raw: object) -> Any:
    if each.components:
        return raw
    if each.type in ("radio", "select"):
        return token_of(raw)
    if each.type in ("checklist", "taglist"):
        return [token_of(value) for value in raw] if isinstance(raw, list) else []
    return as_typed(raw)


def control_id(path: str) -> str:
    """The id of the control that a path names."""
    return "f-" + path.replace(".", "-")


def asked_keys(form: Form) -> frozenset[str]:
    """Keys of the fields that conditions and computed fields ask for: when they change, the page is drawn again."""
    expressions = [
        expression
        for each in form.fields()
        for expression in (each.hide_when, each.readonly_when, getattr(each.settings, "expression", None))
        if expression is not None
    ]
    return frozenset(part for each in expressions for name in each.names for part in name.split("."))


def pressed(names: Iterable[str]) -> str:
    """The button for drawing the form again that was pressed ("_add.scope"), or ""."""
    return next((name for name in names if name.startswith(("_add.", "_remove.", "_refresh", "_upload"))), "")


def with_first_rows(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the empty rows a list begins with, where nobody has touched the list yet."""
    begun = dict(values)
    for each in form.components:
        for inner in each.components if each.type == "group" and not each.key else (each,):
            if inner.type == "dynamiclist" and inner.key not in begun:
                begun[inner.key] = [{} for _row in range(inner.settings.repetitions)]
    return begun


def with_rows_changed(form: Form, values: Mapping[str, Any], button: str) -> dict[str, Any]:
    """The raw values after ``_add.<list>`` or ``_remove.<list>.<number>``; unchanged for other buttons."""
    action, _sep, path = button.partition(".")
    lists = {each.key: each for each in form.fields() if each.type == "dynamiclist" and each.settings.is_open}
    changed = dict(values)
    if action == "_add" and path in lists:
        present = list(changed.get(path) or [])
        if len(present) < lists[path].settings.most:
            changed[path] = [*present, {}]
    elif action == "_remove":
        key, _sep, number = path.rpartition(".")
        present = list(changed.get(key) or [])
        if key in lists and number.isdecimal() and int(number) < len(present):
            changed[key] = present[: int(number)] + present[int(number) + 1 :]
    return changed


def _path(prefix: str, each: Field) -> str:
    return f"{prefix}{each.key or each.id}"


def _paths(drawing: Drawing) -> Iterator[str]:
    yield from _paths_below(drawing.form.components, drawing.values, "")


def _paths_below(fields: Iterable[Field], values: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for each in fields:
        path = _path(prefix, each)
        yield path
        inside = values.get(each.key) if each.key else values
        if each.type == "dynamiclist" and isinstance(inside, list):
            for number, row in enumerate(inside):
                yield f"{path}.{number}"
                yield from _paths_below(each.components, row, f"{path}.{number}.")
        elif each.components and isinstance(inside, Mapping):
            yield from _paths_below(each.components, inside, f"{path}." if each.key else prefix)


TEMPLATE_NAMES = {
    "render_field": render_field,
    "form_sections": sections,
    "form_faults": faults,
    "field_rows": rows,
    "field_label": label,
    "field_input_type": input_type,
    "field_autocomplete": autocomplete,
    "field_is_segmented": is_segmented,
    "field_row_label": row_label,
    "is_foreign": is_foreign,
    "row_id": control_id,
}
