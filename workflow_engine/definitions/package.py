"""A package: everything one version of a procedure runs on, as bytes, with their hash.

Once stored it runs without the disk; two packages with the same files have the same hash on every machine.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from workflow_engine.definitions.decision_reading import decision_ids
from workflow_engine.definitions.facts import Facts, parse_facts
from workflow_engine.definitions.problem import ModelRefused, Problem
from workflow_engine.definitions.xml import (
    DEFAULT_LIMITS,
    ZEEBE,
    Element,
    XmlLimits,
    local_name,
    parse_bpmn,
    read_bytes,
)

FACTS_FILE = "procedure.toml"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Package:
    """`files` maps a path relative to the project ("bpmn/shared/x.bpmn", "forms/shared/y.form") to its content."""

    process_id: str
    facts: Facts
    files: Mapping[str, bytes]
    hash: str

    @property
    def folder(self) -> str:
        return f"bpmn/procedures/{self.process_id}"

    @property
    def model_file(self) -> str:
        return f"{self.folder}/{self.process_id}.bpmn"

    def files_ending(self, suffix: str) -> dict[str, bytes]:
        return {path: content for path, content in sorted(self.files.items()) if path.endswith(suffix)}

    def to_bytes(self) -> bytes:
        """Return the package as a ZIP whose bytes depend on nothing but the files."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(_entry("process_id"), self.process_id)
            for path, content in sorted(self.files.items()):
                archive.writestr(_entry(path), content)
        return stream.getvalue()

    @staticmethod
    def from_bytes(stored: bytes) -> "Package":
        """Return what `to_bytes` stored; raise ModelRefused when it is not a package."""
        try:
            with zipfile.ZipFile(io.BytesIO(stored)) as archive:
                files = {name: archive.read(name) for name in archive.namelist()}
            process_id = files.pop("process_id").decode("utf-8")
        except (zipfile.BadZipFile, KeyError, UnicodeDecodeError) as error:
            reason = "The stored package cannot be read: publish the procedure again."
            raise ModelRefused([Problem("", "", "package", reason)]) from error
        return make_package(process_id, files)


def make_package(process_id: str, files: Mapping[str, bytes]) -> Package:
    """Return a package of `files`; raise ModelRefused when its model or facts are missing or unreadable."""
    folder = f"bpmn/procedures/{process_id}"
    for name in (f"{process_id}.bpmn", FACTS_FILE):
        if f"{folder}/{name}" not in files:
            reason = "{name} is missing in the folder {folder}: add it."
            raise ModelRefused([Problem(f"{folder}/{name}", "", "package", reason, {"name": name, "folder": folder})])
    facts = parse_facts(files[f"{folder}/{FACTS_FILE}"], f"{folder}/{FACTS_FILE}")
    parse_bpmn(files[f"{folder}/{process_id}.bpmn"], f"{folder}/{process_id}.bpmn")
    return Package(process_id, facts, dict(sorted(files.items())), _hash(files))


def read_package(root_bpmn: Path, root_forms: Path, process_id: str, limits: XmlLimits = DEFAULT_LIMITS) -> Package:
    """Read a procedure, its own forms, and what it uses from disk: called processes, decisions, forms, transitively.

    Raise ModelRefused when the model or the facts can not be read. What is referred to and not found is left out:
    `check` names it.
    """
    folder = root_bpmn / "procedures" / process_id
    own = [name for name in (FACTS_FILE, f"{process_id}.bpmn") if _is_plain(process_id) and (folder / name).is_file()]
    names = {name: f"bpmn/procedures/{process_id}/{name}" for name in own}
    files = {names[name]: read_bytes(folder / name, names[name], limits) for name in own}
    for place in sorted((root_forms / process_id).glob("*.form")) if _is_plain(process_id) else ():
        name = f"forms/{process_id}/{place.name}"
        files[name] = read_bytes(place, name, limits)
    decisions = _decision_files(root_bpmn, folder, limits)
    pending = [path for path in files if path.endswith(".bpmn")]
    while pending:
        path = pending.pop()
        root = _parsed(path, files[path], limits)
        if root is None:
            continue
        for name, place in _files_used(root, root_bpmn, root_forms, folder, decisions):
            if name not in files:
                files[name] = read_bytes(place, name, limits)
                if name.endswith(".bpmn"):
                    pending.append(name)
    return make_package(process_id, files)


def list_procedures(root_bpmn: Path) -> list[str]:
    """Return the process ids that have a folder with facts under `root_bpmn`/procedures, sorted."""
    return sorted(path.parent.name for path in (root_bpmn / "procedures").glob(f"*/{FACTS_FILE}"))


def form_file(form_key: str) -> str:
    """Return the path of a form in a package: `shared/x` is forms/shared/x.form."""
    return f"forms/{form_key}.form"


def _files_used(
    root: Element, root_bpmn: Path, root_forms: Path, folder: Path, decisions: Mapping[str, tuple[str, Path]]
) -> Iterable[tuple[str, Path]]:
    for element in root.iter(f"{{{ZEEBE}}}calledElement", f"{{{ZEEBE}}}calledDecision", f"{{{ZEEBE}}}formDefinition"):
        kind = local_name(element)
        if kind == "calledDecision" and element.get("decisionId") in decisions:
            yield decisions[element.get("decisionId")]
        elif kind == "calledElement" and _is_plain(element.get("processId")):
            yield from _called_file(element.get("processId"), root_bpmn, folder)
        elif kind == "formDefinition" and _is_plain(element.get("formId")):
            name = form_file(element.get("formId"))
            place = root_forms / PurePosixPath(name).relative_to("forms")
            if place.is_file():
                yield name, place


def _called_file(called: str, root_bpmn: Path, folder: Path) -> Iterable[tuple[str, Path]]:
    for place in (folder / f"{called}.bpmn", root_bpmn / "shared" / f"{called}.bpmn"):
        if place.is_file():
            yield f"bpmn/{place.relative_to(root_bpmn).as_posix()}", place
            return


def _decision_files(root_bpmn: Path, folder: Path, limits: XmlLimits) -> dict[str, tuple[str, Path]]:
    """Return decision id → (package path, place); the procedure's own decisions go before the common ones."""
    found: dict[str, tuple[str, Path]] = {}
    for place in [*sorted(folder.glob("*.dmn")), *sorted((root_bpmn / "decisions").glob("*.dmn"))]:
        name = f"bpmn/{place.relative_to(root_bpmn).as_posix()}"
        for decision_id in decision_ids(read_bytes(place, name, limits), name, limits):
            found.setdefault(decision_id, (name, place))
    return found


def _parsed(file: str, content: bytes, limits: XmlLimits) -> Element | None:
    try:
        return parse_bpmn(content, file, limits)
    except ModelRefused:
        return None


def _is_plain(reference: str | None) -> bool:
    """A reference names a file below our roots: no FEEL, no way out of the tree."""
    return bool(reference) and all(part.replace("_", "").isalnum() for part in str(reference).split("/"))


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _ZIP_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the sorted (path, content) pairs, each with its length so that no two splits collide."""
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        name = path.encode("utf-8")
        digest.update(b"%d:%s%d:" % (len(name), name, len(content)))
        digest.update(content)
    return digest.hexdigest()
