"""The rules of `check`, by what they look at; importing this package registers them all."""

from workflow_engine.definitions.rules import (
    calls,
    events,
    expressions,
    flows,
    names,
    parts,
    properties,
    soundness,
    tasks,
    unsupported,
    variables,
)
from workflow_engine.definitions.rules.registry import Source, World, house_rules, run_rules

__all__ = [
    "Source",
    "World",
    "calls",
    "events",
    "expressions",
    "flows",
    "names",
    "parts",
    "properties",
    "soundness",
    "tasks",
    "unsupported",
    "variables",
    "house_rules",
    "run_rules",
]
