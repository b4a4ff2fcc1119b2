"""`check`: refuse, with file, element and reason, whatever the engine would not run as the standard says.

It takes a package, a folder or a file and never raises on what stands in them: what can not be read is a problem too.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workflow_engine.definitions.decision_reading import decision_ids
from workflow_engine.definitions.package import FACTS_FILE, Package, read_package
from workflow_engine.definitions.problem import ModelRefused, Problem
from workflow_engine.definitions.reading import model_of
from workflow_engine.definitions.roles import ROLES
from workflow_engine.definitions.rules import Source, World, house_rules, run_rules
from workflow_engine.definitions.xml import DEFAULT_LIMITS, XmlLimits, parse_bpmn, parse_dmn, read_bytes

_SUFFIXES = (".bpmn", ".dmn")
_COMMON = ("shared", "decisions")
_MOST_PARTS = 5_000  # Nodes and flows of one file; rules follow ways, so their time grows faster than the file.


@dataclass(frozen=True)
class Checked:
    """One thing that was checked; `not_applicable` names the house rules left out for a foreign model."""

    name: str
    problems: tuple[Problem, ...]
    not_applicable: tuple[str, ...] = ()


def check(
    target: Path | Package,
    operators: Container[str],
    roles: Container[str] = ROLES,
    limits: XmlLimits = DEFAULT_LIMITS,
) -> list[Problem]:
    """Return what is wrong with a package, a procedure's folder, a tree of them, or a single model; [] if nothing."""
    return [problem for checked in check_all([target], operators, roles, limits) for problem in checked.problems]


def check_all(
    targets: Iterable[Path | Package],
    operators: Container[str],
    roles: Container[str] = ROLES,
    limits: XmlLimits = DEFAULT_LIMITS,
) -> list[Checked]:
    """Return one result for each procedure and each foreign model that `targets` hold."""
    results: dict[str, Checked] = {}
    for target in targets:
        for name, load in _subjects(target, limits):
            if name not in results:
                results[name] = _checked(name, load, operators, roles, limits)
    return list(results.values())


Load = Callable[[], Package | dict[str, bytes]]


def _subjects(target: Path | Package, limits: XmlLimits) -> Iterator[tuple[str, Load]]:
    """Yield the name of each thing to check and how to read it."""
    if isinstance(target, Package):
        yield target.process_id, lambda: target
        return
    folder = target if target.is_dir() else target.parent
    if _is_procedure(folder):
        yield str(folder), _package_loader(folder.resolve(), limits)
    elif folder.name in _COMMON and (folder.resolve().parent / "procedures").is_dir():
        # What is common to procedures has a meaning only in those that use it.
        yield from _subjects(folder.parent, limits)
    elif target.is_dir():
        procedures = sorted(path for path in target.rglob("*") if path.is_dir() and _is_procedure(path))
        for procedure in procedures:
            yield from _subjects(procedure, limits)
        for place in sorted(path for path in target.rglob("*") if path.suffix in _SUFFIXES):
            if place.parent not in procedures and not (procedures and place.parent.name in _COMMON):
                yield str(place), _file_loader(place, limits)
    else:
        yield str(target), _file_loader(target, limits)


def _is_procedure(folder: Path) -> bool:
    """A folder with facts, or one among the procedures that lacks them: its report says so."""
    return (folder / FACTS_FILE).is_file() or folder.resolve().parent.name == "procedures"


def _package_loader(folder: Path, limits: XmlLimits) -> Load:
    root = folder.parent.parent
    return lambda: read_package(root, root.parent / "forms", folder.name, limits)


def _file_loader(place: Path, limits: XmlLimits) -> Load:
    return lambda: {str(place): read_bytes(place, str(place), limits)}


def _checked(name: str, load: Load, operators: Container[str], roles: Container[str], limits: XmlLimits) -> Checked:
    try:
        loaded = load()
    except ModelRefused as refusal:
        return Checked(name, refusal.problems)
    package = loaded if isinstance(loaded, Package) else None
    files: Mapping[str, bytes] = loaded.files if isinstance(loaded, Package) else loaded
    sources, unreadable = _read_sources(files, limits)
    world = World(
        sources=sources,
        decisions={decision: file for file, content in files.items() if file.endswith(".dmn")
                   for decision in decision_ids(content, file, limits)},
        files=files,
        operators=operators,
        roles=roles,
        package=package,
        is_house=package is not None,
    )  # fmt: skip
    left_out = () if world.is_house else tuple(house_rules())
    return Checked(name, (*unreadable, *run_rules(world)), left_out)


def _read_sources(files: Mapping[str, bytes], limits: XmlLimits) -> tuple[tuple[Source, ...], list[Problem]]:
    sources: list[Source] = []
    problems: list[Problem] = []
    for file, content in sorted(files.items()):
        try:
            if file.endswith(".dmn"):
                parse_dmn(content, file, limits)
            elif not file.endswith((".toml", ".form")):
                root = parse_bpmn(content, file, limits)
                sources.append(_small_enough(Source(file, root, model_of(root, file))))
        except ModelRefused as refusal:
            problems.extend(refusal.problems)
    return tuple(sources), problems


def _small_enough(source: Source) -> Source:
    parts = sum(len(process.nodes) + len(process.flows) for process in source.model.processes)
    if parts > _MOST_PARTS:
        reason = "The model has {parts} nodes and flows: it cannot be checked, split it."
        raise ModelRefused([Problem(source.file, "", "xml", reason, {"parts": str(parts)})])
    return source
