"""Published procedures: find the version in force, and everything parsed that running it needs.

A version is immutable and found by its hash; parsed versions are kept per process of the operating system.
"""

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from workflow_engine import db, deadlines, decisions, spiff
from workflow_engine.calendars import calendar_of
from workflow_engine.definitions import Facts, Package, parse_bpmn
from workflow_engine.errors import NotFound
from workflow_engine.forms import Form, parse_form
from workflow_engine.models import Authority, ProcedureVersion


@dataclass(frozen=True)
class Procedure:
    """One version of a procedure, parsed. ``forms`` by form key; ``decisions`` in the order of their files."""

    version_id: int
    number: int
    package: Package
    facts: Facts
    definition: spiff.Definition
    forms: Mapping[str, Form]
    decisions: tuple[decisions.Decisions, ...]

    @property
    def start_form(self) -> Form:
        """What the applicant fills in."""
        return self.forms[f"{self.facts.id}/start"]


KEPT_VERSIONS = 300
_parsed: OrderedDict[str, tuple[Package, spiff.Definition, Mapping[str, Form], tuple[decisions.Decisions, ...]]] = (
    OrderedDict()
)
_versions_by_id: OrderedDict[int, Procedure] = OrderedDict()
_lock = threading.Lock()


def publish(session: Session, package: Package) -> ProcedureVersion:
    """Store a package as the next version of its procedure; the same content is the same version."""
    known = session.scalar(
        select(ProcedureVersion).where(
            ProcedureVersion.procedure_id == package.process_id, ProcedureVersion.hash == package.hash
        )
    )
    if known is not None:
        return known
    _parse(package)
    last = session.scalar(
        select(func.max(ProcedureVersion.number)).where(ProcedureVersion.procedure_id == package.process_id)
    )
    facts = package.facts
    version = ProcedureVersion(
        id=db.new_id(),
        procedure_id=package.process_id,
        number=(last or 0) + 1,
        hash=package.hash,
        name=facts.name_vi,
        name_en=facts.name_en,
        field=facts.field,
        level=facts.level,
        effective_from=facts.effective_from,
        effective_to=facts.effective_until,
        facts=_plain(facts.raw),
        package=package.to_bytes(),
        published_at=db.now(session),
    )
    session.add(version)
    return version


def list_procedures(session: Session, on: date, text: str = "", field: str | None = None) -> list[ProcedureVersion]:
    """The versions in force on a day, by name; ``text`` searches name and code without accents."""
    newest: dict[str, ProcedureVersion] = {}
    query = (
        select(ProcedureVersion)
        .where(ProcedureVersion.effective_from <= on)
        .order_by(ProcedureVersion.effective_from, ProcedureVersion.number)
    )
    for version in session.scalars(query):
        if version.effective_to is None or version.effective_to >= on:
            newest[version.procedure_id] = version
    words = fold(text).split()
    found = [
        version
        for version in newest.values()
        if (field is None or version.field == field)
        and all(word in fold(f"{version.name} {version.name_en} {version.facts.get('code', '')}") for word in words)
    ]
    return sorted(found, key=lambda version: version.name)


def get_procedure(session: Session, procedure_id: str, on: date) -> Procedure:
    """The version in force on a day, parsed. Raises NotFound."""
    for version in reversed(_versions(session, procedure_id)):
        if version.effective_from <= on and (version.effective_to is None or version.effective_to >= on):
            return get_version(session, version.id)
    raise NotFound("There is no such procedure in force.")


def get_version(session: Session, version_id: int) -> Procedure:
    """A version, parsed; read from the database once per process."""
    with _lock:
        known = _versions_by_id.get(version_id)
    if known is not None:
        return known
    row = session.execute(
        select(ProcedureVersion.id, ProcedureVersion.number, ProcedureVersion.hash).where(
            ProcedureVersion.id == version_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such version of a procedure.")
    with _lock:
        parsed = _parsed.get(row.hash)
    if parsed is None:
        version = session.get_one(ProcedureVersion, version_id, options=[undefer(ProcedureVersion.package)])
        parsed = _parse(Package.from_bytes(version.package))
    package, definition, forms, tables = parsed
    procedure = Procedure(row.id, row.number, package, package.facts, definition, forms, tables)
    with _lock:
        # Ids are made by the application and never given twice, so a version keeps its meaning in every database.
        _versions_by_id[version_id] = procedure
        while len(_versions_by_id) > KEPT_VERSIONS:
            _versions_by_id.popitem(last=False)
    return procedure


def list_authorities(session: Session, procedure: Procedure) -> list[Authority]:
    """Who can receive the procedure: the authorities of its level."""
    query = select(Authority).where(Authority.level == procedure.facts.level).order_by(Authority.name)
    return list(session.scalars(query))


def expected_due(session: Session, procedure: Procedure, submitted_at: datetime, authority_id: int = 0) -> datetime:
    """The date to expect if somebody files now: the hours of reception, then the legal period."""
    calendar = calendar_of(session, authority_id)
    config = db.config_of(session)
    begins = deadlines.counts_from(calendar, submitted_at, config.calendar.intake_cut_off)
    reception = deadlines.add_working_hours(calendar, begins, config.dossier.intake_hours)
    return deadlines.add_days(calendar, reception, procedure.facts.deadline.days, procedure.facts.deadline.unit)


def decide(
    procedure: Procedure, decision_id: str, scope: Mapping[str, Any], functions: Mapping[str, Any]
) -> decisions.Decided:
    """Ask a decision of the package."""
    for table in procedure.decisions:
        if table.find(decision_id) is not None:
            return table.decide(decision_id, scope, functions)
    raise NotFound("There is no decision {decision} in this procedure.", decision=decision_id)


def fold(text: str) -> str:
    """Lower case without Vietnamese accents, for searching."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _versions(session: Session, procedure_id: str) -> list[ProcedureVersion]:
    query = select(ProcedureVersion).where(ProcedureVersion.procedure_id == procedure_id)
    return sorted(session.scalars(query), key=lambda version: (version.effective_from, version.number))


def _parse(package: Package) -> tuple[Package, spiff.Definition, Mapping[str, Form], tuple[decisions.Decisions, ...]]:
    models = {path: parse_bpmn(content, path) for path, content in package.files_ending(".bpmn").items()}
    definition = spiff.parse(models, package.process_id, is_package=True)
    forms = {
        path.removeprefix("forms/").removesuffix(".form"): parse_form(
            path.removeprefix("forms/").removesuffix(".form"), content.decode("utf-8")
        )
        for path, content in package.files_ending(".form").items()
    }
    tables = tuple(decisions.parse(content, path) for path, content in package.files_ending(".dmn").items())
    parsed = (package, definition, forms, tables)
    with _lock:
        _parsed[package.hash] = parsed
        while len(_parsed) > KEPT_VERSIONS:
            _parsed.popitem(last=False)
    return parsed


def _plain(value: Any) -> Any:
    """Facts as JSON: dates as text."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
