"""Context functions."""

from typing import Any

from workflow_engine.feel.functions.registry import built_in
from workflow_engine.feel.limits import Budget


@built_in("get value", "m: context, key: string")
def get_value(context: dict[str, Any], key: str) -> Any:
    return context.get(key)


@built_in("get value", "m: context, keys: list")
def get_value_at(context: dict[str, Any], keys: list[Any]) -> Any:
    value: Any = context
    for key in keys:
        if type(value) is not dict or type(key) is not str:
            return None
        value = value.get(key)
    return value if keys else None


@built_in("get entries", "m: context")
def get_entries(context: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in context.items()]


@built_in("context", "entries: list")
def context_of(entries: list[Any]) -> dict[str, Any] | None:
    context: dict[str, Any] = {}
    for entry in entries:
        if type(entry) is not dict or "value" not in entry or type(entry.get("key")) is not str:
            return None
        if entry["key"] in context:
            return None
        context[entry["key"]] = entry["value"]
    return context


@built_in("context put", "context: context, key: string, value: any")
def context_put(budget: Budget, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    budget.produce_list(len(context))
    return {**context, key: value}


@built_in("context put", "context: context, keys: list, value: any")
def context_put_at(budget: Budget, context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any] | None:
    if not keys or any(type(key) is not str for key in keys):
        return None
    budget.produce_list(len(context))
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0])
    changed = context_put_at(budget, inner if type(inner) is dict else {}, keys[1:], value)
    return None if inner is not None and type(inner) is not dict else {**context, keys[0]: changed}


@built_in("context merge", "contexts: list")
def context_merge(budget: Budget, contexts: list[Any]) -> dict[str, Any] | None:
    merged: dict[str, Any] = {}
    for context in contexts:
        if type(context) is not dict:
            return None
        budget.produce_list(len(context))
        merged.update(context)
    return merged
