"""The properties that steer clock, dossier state and statistics: known names, known values (our own models)."""

import re
from collections.abc import Iterator

from workflow_engine.definitions.rules.registry import Finding, Source, World, at, file_rule

CLOCKS = (
    "start",
    "start_if_valid_dossier",
    "start_if_fee_paid",
    "pause",
    "policy",
    "extend",
    "stop",
    "follows_due_at",
)
_VALUES = {
    "clock": re.compile(rf"(?:{'|'.join(CLOCKS)}|restart:[a-z][a-z0-9_]*)\Z"),
    "dossier_state": re.compile(r"(?:[1-9]|10)\Z"),
    "value_class": re.compile(r"(?:VA|BVA|NVA)\Z"),
    "step_days": re.compile(r"\d+(?:\.\d+)?\Z"),
    "produces": re.compile(r"\s*(?:=.+|[a-z][a-z0-9_]*)(?:\s*,\s*(?:=.+|[a-z][a-z0-9_]*))*\s*\Z"),
    "legal_basis": re.compile(r".+\Z"),
}
_WANTED = {
    "clock": f"one of {', '.join(CLOCKS)}, restart:<table of the deadline>",
    "dossier_state": "a number from 1 to 10",
    "value_class": "VA, BVA or NVA",
    "step_days": "a number of working days",
    "produces": "template keys with commas between them",
    "legal_basis": "an article",
}


@file_rule("property.value", house=True)
def property_values(source: Source, world: World) -> Iterator[Finding]:
    """A property is known and its value is one the engine acts on; FEEL values are judged at run time."""
    for process in source.model.processes:
        for node in process.nodes:
            for name, value in node.extension.properties.items():
                if name not in _VALUES:
                    known = ", ".join(sorted(_VALUES))
                    yield at(node, "The property {name} is not known: use one of {known}.", name=name, known=known)
                elif not (value.startswith("=") and name != "clock") and not _VALUES[name].match(value):
                    reason = "The property {name} is {value} but must be {wanted}."
                    yield at(node, reason, name=name, value=value or "empty", wanted=_WANTED[name])


@file_rule("property.restart", house=True)
def restart_tables(source: Source, world: World) -> Iterator[Finding]:
    """`restart:x` begins the period of the table [deadline.x] of the facts."""
    if world.package is None:
        return
    deadline = world.package.facts.raw.get("deadline", {})
    for process in source.model.processes:
        for node in process.nodes:
            _begin, found, table = node.extension.properties.get("clock", "").partition("restart:")
            if found and table not in deadline:
                reason = "The clock restarts with [deadline.{table}], which the facts do not have: add the table."
                yield at(node, reason, table=table)
