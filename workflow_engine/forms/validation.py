"""Judging what was sent with a form. The server decides: what is hidden is dropped, what is read-only is not read.

``validate`` raises InvalidForm with every fault at once, each with the path of its field, and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow_engine.errors import FieldError, InvalidForm
from workflow_engine.feel import Expression
from workflow_engine.forms.coercion import Faults, is_empty, typed_values
from workflow_engine.forms.messages import (
    ENTER,
    ENTER_LIKE,
    NOT_A_FORM,
    RULE_BROKEN,
    RULE_MESSAGE,
    TOO_FEW_ROWS,
)
from workflow_engine.forms.paths import as_mapping, inner_prefix, is_list, path_of, rows_of
from workflow_engine.forms.schema import Choice, Circumstances, Field, Form, Refused
from workflow_engine.forms.types import registry
from workflow_engine.forms.visibility import Settled, ask, row_scope, settle, shown_paths, shown_values


def validate(
    form: Form,
    raw: Mapping[str, Any],
    *,
    scope: Mapping[str, object] = {},
    choices: Mapping[str, Sequence[Choice]] = {},
    previous: Mapping[str, Any] = {},
    functions: Mapping[str, Callable[..., object]] = {},
) -> dict[str, Any]:
    """The cleaned values (JSON: text, numbers, booleans, ISO dates, lists, mappings) or InvalidForm.

    ``previous`` is what the person saw before typing (from ``prefill``): read-only fields and the rows of a list
    that is not open come from it. ``scope`` holds the variables, ``functions`` those of the engine (today, …).
    """
    if not isinstance(raw, Mapping):
        raise InvalidForm([FieldError("", NOT_A_FORM)], NOT_A_FORM)
    around = Circumstances(scope, functions, choices, previous)
    faults: Faults = {}
    values = typed_values(form.components, raw, previous, around, faults)
    settled = settle(form.components, values, previous, around)
    shown = shown_values(form.components, values, settled)
    errors: list[FieldError] = []
    cleaned = _judge(form.components, shown, {**scope, **shown}, _Bench(around, settled, faults, errors), "")
    if errors:
        raise InvalidForm(errors)
    return cleaned


def visible_paths(
    form: Form,
    values: Mapping[str, Any],
    scope: Mapping[str, object],
    *,
    previous: Mapping[str, Any] = {},
    functions: Mapping[str, Callable[..., object]] = {},
) -> frozenset[str]:
    """Paths of what is shown for these values, raw or cleaned: fields by key, others by id, rows by number."""
    around = Circumstances(scope, functions, {}, previous)
    typed = typed_values(form.components, as_mapping(values), previous, around, {})
    settled = settle(form.components, typed, previous, around)
    return frozenset(shown_paths(form.components, typed, settled))


@dataclass(frozen=True)
class _Bench:
    """What the judgement of one form carries along; ``errors`` grows."""

    around: Circumstances
    settled: Settled
    faults: Faults
    errors: list[FieldError]


def _note(bench: _Bench, path: str, field: Field, refused: Refused) -> None:
    bench.errors.append(FieldError(path, refused.msgid, labels(field) | refused.params))


def labels(field: Field) -> dict[str, object]:
    """The name of a field for a sentence about it, in both languages."""
    label = field.label or field.key
    english = field.label_en or label
    return {"label": label, "label_en": english, "name": _in_sentence(label), "name_en": _in_sentence(english)}


def _in_sentence(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


def _judge(
    components: tuple[Field, ...], shown: Mapping[str, Any], scope: Mapping[str, object], bench: _Bench, prefix: str
) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    for each in components:
        path = path_of(prefix, each)
        if path in bench.settled.hidden or registry()[each.type].kind == "display":
            continue
        if path in bench.faults:
            _note(bench, path, each, bench.faults[path])
        elif is_list(each):
            cleaned[each.key] = _judge_rows(each, rows_of(shown, each.key), scope, bench, path)
        elif each.components:
            inner = as_mapping(shown.get(each.key)) if each.key else shown
            inner_scope = {**scope, **inner} if each.key else scope
            inside = _judge(each.components, inner, inner_scope, bench, inner_prefix(prefix, each))
            cleaned |= {each.key: inside} if each.key else inside
        else:
            cleaned[each.key] = shown.get(each.key, registry()[each.type].empty)
            if not each.is_readonly and path not in bench.settled.fixed:
                try:
                    _judge_value(each, cleaned[each.key], scope, bench.around)
                except Refused as refused:
                    _note(bench, path, each, refused)
    return cleaned


def _judge_value(field: Field, value: object, scope: Mapping[str, object], around: Circumstances) -> None:
    kind = registry()[field.type]
    if is_empty(field, value):
        if field.is_required:
            raise Refused(
                ENTER_LIKE if field.example and kind.missing == ENTER else kind.missing, example=field.example
            )
        return
    kind.check(field, value, around)
    if field.rule is not None and ask(field.rule, scope, around.functions) is not True:
        # Unknown is refused too: a rule that can not be worked out must not let anything pass.
        raise _rule_refusal(field, scope, around)


def _rule_refusal(field: Field, scope: Mapping[str, object], around: Circumstances) -> Refused:
    message = field.message
    if isinstance(message, Expression):
        message = str(ask(message, scope, around.functions) or "")
    return (
        Refused(RULE_MESSAGE, message=message, message_en=field.message_en or message)
        if message
        else Refused(RULE_BROKEN)
    )


def _judge_rows(
    field: Field, rows: list[Any], scope: Mapping[str, object], bench: _Bench, path: str
) -> list[dict[str, Any]]:
    """The cleaned rows. In an open list an empty row is nothing; numbers in paths are those that were sent."""
    kept = []
    for number, row in enumerate(rows):
        has_fault = any(fault.startswith(f"{path}.{number}.") for fault in bench.faults)
        if field.settings.is_open and not has_fault and is_blank(field.components, row):
            continue
        if f"{path}.{number}" in bench.faults:
            _note(bench, f"{path}.{number}", field, bench.faults[f"{path}.{number}"])
        inner_scope = row_scope(scope, row, number + 1)
        kept.append(_judge(field.components, row, inner_scope, bench, f"{path}.{number}."))
    if field.settings.is_open and len(kept) < field.settings.least:
        _note(bench, path, field, Refused(TOO_FEW_ROWS, least=field.settings.least, count=len(kept)))
    return kept


def is_blank(components: tuple[Field, ...], row: Mapping[str, Any]) -> bool:
    """Nobody entered anything in this row: what is computed or was there by default does not count."""
    for each in components:
        kind = registry()[each.type]
        if is_list(each):
            if any(not is_blank(each.components, inner) for inner in rows_of(row, each.key)):
                return False
        elif each.components:
            if not is_blank(each.components, as_mapping(row.get(each.key)) if each.key else row):
                return False
        elif kind.kind == "input" and not kind.is_computed:
            value = row.get(each.key)
            if not is_empty(each, value) and value != each.default:
                return False
    return True
