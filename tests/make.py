"""Rows for tests: each function makes one thing with sensible defaults and stores it; any column can be overridden.

Passwords cost as good as nothing here: the cost is written in the hash itself, so the real check runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar

from argon2 import PasswordHasher
from sqlalchemy import event

from workflow_engine import db, people
from workflow_engine.db import Database
from workflow_engine.models import (
    Account,
    AccountKind,
    Applicant,
    Authority,
    Base,
    Channel,
    CodeDirectory,
    Document,
    DocumentState,
    Dossier,
    DossierFile,
    DossierState,
    History,
    InstanceState,
    Post,
    ProcedureVersion,
    ProcessInstance,
    TaskCandidate,
    Unit,
    UserTask,
    UserTaskState,
)

PASSWORD = "mật khẩu để thử 1"
MOMENT = datetime(2026, 11, 12, 2, 0, tzinfo=UTC)  # Thursday, 09:00 in Viet Nam
PROCEDURE = "testing_registration_issue"
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_numbers = count(1)

Row = TypeVar("Row", bound=Base)


def make_authority(database: Database, **overrides: Any) -> Authority:
    """A provincial agency."""
    number = next(_numbers)
    defaults = {
        "id": db.new_id(),
        "code": f"T{number:02}.30",
        "level": "provincial",
        "name": f"Chi cục Tiêu chuẩn Đo lường Chất lượng tỉnh {number}",
        "name_en": f"Provincial agency {number}",
        "short_name": "TĐC",
        "superior_name": "Sở Khoa học và Công nghệ",
        "place": "Lạng Sơn",
        "address": "1 đường Hùng Vương",
        "phone": "02053812345",
    }
    return _store(database, Authority(**defaults | overrides))


def make_unit(database: Database, authority: Authority, kind: str = "quality_management", **overrides: Any) -> Unit:
    """A unit of an authority."""
    defaults = {"authority_id": authority.id, "id": db.new_id(), "kind": kind, "name": f"Phòng {kind}"}
    return _store(database, Unit(**defaults | overrides))


def make_account(database: Database, *, password: str = PASSWORD, **overrides: Any) -> Account:
    """An account of an applicant (a new one, unless ``applicant_id`` is given)."""
    if overrides.get("kind", AccountKind.APPLICANT) is AccountKind.APPLICANT and "applicant_id" not in overrides:
        overrides["applicant_id"] = make_applicant(database).id
    username = f"nguoi.dung.{next(_numbers)}"
    defaults = {
        "id": db.new_id(),
        "username": username,
        "kind": AccountKind.APPLICANT,
        "name": "Trần Thị Bình",
        "email": f"{username}@example.vn",
        "password_hash": _hashed(password),
        "created_at": MOMENT,
    }
    return _store(database, Account(**defaults | overrides))


def make_applicant(database: Database, **overrides: Any) -> Applicant:
    """An enterprise, with what its forms begin with."""
    name = overrides.get("name", "Công ty cổ phần Thử nghiệm Hải Âu")
    defaults = {
        "id": db.new_id(),
        "name": name,
        "code": "0101234567",
        "personal_id": None,
        "values": {"applicant_kind": "enterprise", "applicant_name": name, "tax_or_enterprise_code": "0101234567"},
        "created_at": MOMENT,
    }
    return _store(database, Applicant(**defaults | overrides))


def make_official(
    database: Database,
    *,
    authority: Authority | None = None,
    unit: Unit | None = None,
    role: str = "specialist",
    title: str = "Chuyên viên",
    from_on: date = date(2020, 1, 1),
    to_on: date | None = None,
    **overrides: Any,
) -> people.Official:
    """An official with one post (in a new unit of a new authority unless given); overrides are of the account."""
    if unit is None:
        unit = make_unit(database, authority or make_authority(database))
    account = make_account(database, **{"kind": AccountKind.OFFICIAL, "name": "Nguyễn Văn An"} | overrides)
    make_post(database, account.id, unit, role, title=title, from_on=from_on, to_on=to_on)
    with database.reading() as session:
        return people.get_official(session, account.id)


def make_post(database: Database, account_id: int, unit: Unit, role: str = "specialist", **overrides: Any) -> Post:
    """A post in a unit."""
    defaults = {
        "authority_id": unit.authority_id,
        "id": db.new_id(),
        "account_id": account_id,
        "unit_id": unit.id,
        "role": role,
        "title": "Chuyên viên",
        "from_on": date(2020, 1, 1),
        "to_on": None,
    }
    return _store(database, Post(**defaults | overrides))


def make_version(database: Database, **overrides: Any) -> ProcedureVersion:
    """A published version of a procedure: a row only, it has no model to run."""
    defaults = {
        "id": db.new_id(),
        "procedure_id": PROCEDURE,
        "number": 1,
        "hash": f"{next(_numbers):064}",
        "name": "Cấp Giấy chứng nhận đăng ký hoạt động thử nghiệm",
        "name_en": "Registration of testing activities",
        "field": "conformity",
        "level": "provincial",
        "effective_from": date(2025, 7, 1),
        "effective_to": None,
        "facts": {"deadline": {"days": 10, "unit": "working"}},
        "package": b"",
        "published_at": MOMENT,
    }
    return _store(database, ProcedureVersion(**defaults | overrides))


def make_dossier(
    database: Database, *, authority: Authority | None = None, account: Account | None = None, **overrides: Any
) -> Dossier:
    """A dossier submitted at MOMENT and not yet received, in the directory of codes; nothing runs for it."""
    authority = authority or make_authority(database)
    account = account or make_account(database)
    if "procedure_version_id" not in overrides:
        overrides["procedure_version_id"] = make_version(database).id
    code = overrides.get("code", f"{authority.code}-261112-{next(_numbers):04}")
    defaults = {
        "authority_id": authority.id,
        "id": db.new_id(),
        "code": code,
        "procedure_id": PROCEDURE,
        "procedure_name": "Cấp Giấy chứng nhận đăng ký hoạt động thử nghiệm",
        "state": DossierState.SUBMITTED,
        "channel": Channel.ONLINE,
        "result_channel": "electronic",
        "applicant_id": account.applicant_id,
        "owner_id": account.applicant_id,
        "applicant_name": "Công ty cổ phần Thử nghiệm Hải Âu",
        "account_id": account.id,
        "lookup_hash": "",
        "submitted_at": MOMENT,
    }
    dossier = _store(database, Dossier(**defaults | overrides))
    _store(database, CodeDirectory(code=code, authority_id=dossier.authority_id, dossier_id=dossier.id))
    return dossier


def make_instance(database: Database, dossier: Dossier, **overrides: Any) -> ProcessInstance:
    """A process instance without state: enough for rows that name one."""
    defaults = {
        "authority_id": dossier.authority_id,
        "id": db.new_id(),
        "dossier_id": dossier.id,
        "procedure_version_id": dossier.procedure_version_id,
        "status": InstanceState.ACTIVE,
        "started_at": dossier.submitted_at,
    }
    return _store(database, ProcessInstance(**defaults | overrides))


def make_task(
    database: Database,
    dossier: Dossier,
    *,
    assignee: people.Official | None = None,
    unit: Unit | None = None,
    role: str = "specialist",
    **overrides: Any,
) -> UserTask:
    """An open task of a dossier: held by ``assignee``, or offered to ``role`` in ``unit``, or to nobody."""
    if "instance_id" not in overrides:
        overrides["instance_id"] = make_instance(database, dossier).id
    defaults = {
        "authority_id": dossier.authority_id,
        "id": db.new_id(),
        "dossier_id": dossier.id,
        "token": next(_numbers),
        "process_id": PROCEDURE,
        "element_id": "appraise_scope",
        "name": "Thẩm xét hồ sơ",
        "form_key": f"{PROCEDURE}/appraise_scope",
        "state": UserTaskState.CLAIMED if assignee else UserTaskState.CREATED,
        "assignee_id": assignee.account_id if assignee else None,
        "dossier_code": dossier.code,
        "applicant_name": dossier.applicant_name,
        "procedure_name": dossier.procedure_name,
        "local": {},
        "round": 1,
        "created_at": MOMENT,
    }
    task = _store(database, UserTask(**defaults | overrides))
    if unit is not None:
        _store(database, TaskCandidate(authority_id=task.authority_id, task_id=task.id, unit_id=unit.id, role=role))
    return task


def make_history(database: Database, dossier: Dossier, **overrides: Any) -> History:
    """A row of what happened."""
    defaults = {
        "authority_id": dossier.authority_id,
        "dossier_id": dossier.id,
        "id": db.new_id(),
        "at": MOMENT,
        "kind": "task.completed",
        "actor_name": "Hệ thống",
        "title": "Hoàn thành bước",
        "detail": {},
    }
    return _store(database, History(**defaults | overrides))


def make_file(database: Database, dossier: Dossier, component: str = "staff_file", **overrides: Any) -> DossierFile:
    """A file of a component; there is no content in the store."""
    number = next(_numbers)
    defaults = {
        "authority_id": dossier.authority_id,
        "id": db.new_id(),
        "dossier_id": dossier.id,
        "component": component,
        "copy_kind": "plain",
        "round": 1,
        "sha256": f"{number:064x}",
        "filename": f"tep-{number}.pdf",
        "media_type": "application/pdf",
        "size": 1000,
        "pages": 2,
        "uploaded_at": MOMENT,
    }
    return _store(database, DossierFile(**defaults | overrides))


def make_document(database: Database, dossier: Dossier, key: str = "receipt_note", **overrides: Any) -> Document:
    """A paper of a dossier, still a draft; there is no PDF in the store."""
    defaults = {
        "authority_id": dossier.authority_id,
        "id": db.new_id(),
        "dossier_id": dossier.id,
        "key": key,
        "state": DocumentState.DRAFT,
        "title": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        "round": 1,
        "facts": {},
        "created_at": MOMENT,
    }
    return _store(database, Document(**defaults | overrides))


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """The SQL statements sent inside the block, without those that only open a transaction."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _store(database: Database, row: Row) -> Row:
    def add(session: Any) -> Row:
        session.add(row)
        return row

    return database.transact(add)


@lru_cache(maxsize=16)
def _hashed(password: str) -> str:
    return _cheap.hash(password)
