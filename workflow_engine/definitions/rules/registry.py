"""The registry of rules: one rule is one function; a new rule is one function in one of the modules beside this.

A file rule sees one BPMN file, a package rule everything that runs together. House rules hold for our own procedures
only; for a foreign model they are reported as not applicable.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_engine.definitions.model import Flow, Model, Node, Process
from workflow_engine.definitions.package import Package
from workflow_engine.definitions.problem import Problem


@dataclass(frozen=True)
class Finding:
    """What a rule found, before file and rule name are added."""

    element: str
    reason: str
    params: Mapping[str, str] = field(default_factory=dict)
    line: int = 0
    file: str = ""


@dataclass(frozen=True)
class World:
    """What a model may refer to. `package` is None for a foreign model."""

    sources: tuple["Source", ...]
    decisions: Mapping[str, str]
    files: Mapping[str, bytes]
    operators: Container[str]
    roles: Container[str]
    package: Package | None = None
    is_house: bool = False

    def process(self, process_id: str) -> tuple["Source", Process] | None:
        for source in self.sources:
            process = source.model.process(process_id)
            if process is not None:
                return source, process
        return None


@dataclass(frozen=True)
class Source:
    """One BPMN file: its XML and its model."""

    file: str
    root: Any
    model: Model


FileRule = Callable[[Source, World], Iterator[Finding]]
PackageRule = Callable[[World], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """A registered rule."""

    name: str
    is_house: bool
    on_file: FileRule | None = None
    on_package: PackageRule | None = None


RULES: list[Rule] = []


def file_rule(name: str, *, house: bool = False) -> Callable[[FileRule], FileRule]:
    """Register a rule on one file."""

    def register(function: FileRule) -> FileRule:
        RULES.append(Rule(name, house, on_file=function))
        return function

    return register


def package_rule(name: str, *, house: bool = False) -> Callable[[PackageRule], PackageRule]:
    """Register a rule on all files that run together."""

    def register(function: PackageRule) -> PackageRule:
        RULES.append(Rule(name, house, on_package=function))
        return function

    return register


def at(place: Node | Flow | Process, reason: str, /, **params: str) -> Finding:
    """Return a finding at an element of the model."""
    return Finding(place.id, reason, params, place.line)


def at_xml(element: Any, reason: str, /, **params: str) -> Finding:
    """Return a finding at an XML element; without an id of its own the nearest one around it is named."""
    holder = element
    while holder is not None and not holder.get("id"):
        holder = holder.getparent()
    return Finding("" if holder is None else holder.get("id"), reason, params, element.sourceline or 0)


def run_rules(world: World) -> list[Problem]:
    """Run every applicable rule; the problems come in the order of files and lines, each once."""
    problems: dict[tuple[str, ...], Problem] = {}
    for rule in RULES:
        if rule.is_house and not world.is_house:
            continue
        for file, finding in _findings(rule, world):
            found = Problem(file, finding.element, rule.name, finding.reason, finding.params, finding.line)
            problems.setdefault((file, found.element, rule.name, found.sentence), found)
    return sorted(problems.values(), key=lambda problem: (problem.file, problem.line, problem.element, problem.rule))


def house_rules() -> list[str]:
    """Return the names of the rules that hold for our own procedures only."""
    return sorted({rule.name for rule in RULES if rule.is_house})


def _findings(rule: Rule, world: World) -> Iterator[tuple[str, Finding]]:
    if rule.on_file is not None:
        for source in world.sources:
            for finding in rule.on_file(source, world):
                yield source.file, finding
    if rule.on_package is not None:
        for finding in rule.on_package(world):
            yield finding.file, finding
