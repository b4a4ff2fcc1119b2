"""Procedures from the folders of the modellers into the database: checked first, each as the next version of its own.

What has not changed is known by one hash over all files, without reading a single model.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.errors import NotFound
from workflow_engine.installation import find_setting, set_setting

PUBLISHED = "published"
FACTS_FILE = "procedure.toml"


@dataclass(frozen=True)
class Published:
    """The version of a procedure that is now in the database."""

    procedure_id: str
    number: int


def publish_changes(config: Config, database: Database) -> list[Published]:
    """Publish all procedures of the installation when any file has changed since the last time; [] when none has."""
    fingerprint = _fingerprint([config.paths.bpmn, config.paths.forms])
    if find_setting(database, PUBLISHED) == fingerprint:
        return []
    published = publish(config, database, [config.paths.bpmn])
    set_setting(database, PUBLISHED, fingerprint)
    return published


def publish(config: Config, database: Database, paths: Iterable[Path]) -> list[Published]:
    """Publish the procedures in `paths` (a procedure's folder, or any folder above such) in one transaction.

    Raises ModelRefused with every problem when one of them does not pass `check`: then none is published.
    """
    # Reading models loads the engine, which a start without changes can do without.
    from workflow_engine import procedures
    from workflow_engine.definitions import ModelRefused, read_package
    from workflow_engine.definitions.check import check
    from workflow_engine.operators import list_operators

    folders = sorted({folder for path in paths for folder in _procedure_folders(path)})
    operators = list_operators()
    packages = [read_package(folder.parent.parent, config.paths.forms, folder.name) for folder in folders]
    if problems := [problem for package in packages for problem in check(package, operators)]:
        raise ModelRefused(problems)

    def store(session: Session) -> list[Published]:
        versions = [procedures.publish(session, package) for package in packages]
        return [Published(version.procedure_id, version.number) for version in versions]

    return database.transact(store)


def _procedure_folders(path: Path) -> list[Path]:
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    found = [facts.parent for facts in folder.rglob(FACTS_FILE)]
    if not found or not path.exists():
        raise NotFound("There is no procedure in {path}: no {file} stands there.", path=path, file=FACTS_FILE)
    return found


def _fingerprint(roots: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for root in roots:
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
