"""An authority at work for the tests of the officials' pages: people, keys, a published procedure, filed dossiers."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from web.app import create_app
from workflow_engine import db, dossiers, drafts, files, issuing, people, pki, procedures, tasks, worker
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.definitions import read_package
from workflow_engine.models import (
    Account,
    AccountKind,
    Applicant,
    Authority,
    Dossier,
    Post,
    SigningAuthority,
    Unit,
)

ROOT = Path(__file__).parents[2]
PROCEDURE = "testing_registration_issue"
SINCE = date(2026, 1, 1)
PIN = "135790"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
STAFF = {
    "reception": ("reception", "Hoàng Thị E", "Cán bộ tiếp nhận"),
    "dept_head": ("handling", "Trần Thị B", "Trưởng phòng"),
    "specialist": ("handling", "Phạm Thị D", "Chuyên viên"),
    "second": ("handling", "Vũ Văn G", "Chuyên viên"),
    "leader": ("leadership", "Nguyễn Văn A", "Giám đốc"),
    "clerk": ("records", "Lê Thị V", "Văn thư"),
}
COMPONENTS = ("establishment_file", "staff_file", "procedure_list_file", "report_template_file")
START = {
    "applicant_kind": "enterprise",
    "applicant_name": "Công ty TNHH Thử nghiệm Sông Hồng",
    "tax_or_enterprise_code": "0101234567",
    "legal_rep_name": "Đỗ Văn K",
    "legal_rep_title": "Giám đốc",
    "personal_id": "001099012345",
    "address_line": "Số 1 phố Láng",
    "commune": "phường Láng",
    "province_code": "01",
    "phone": "0912345678",
    "email": "k@example.invalid",
    "scope": [
        {
            "field": "Xi măng",
            "test_name": "Xác định độ bền nén",
            "method_code": "TCVN 6016:2011",
            "range": "0 đến 100 MPa",
        }
    ],
    "staff": [{"name": "Đỗ Văn K", "degree": "Kỹ sư vật liệu", "years_experience": "5"}],
    "result_channel": "electronic",
    "declaration_truth": "true",
}


@dataclass(frozen=True)
class World:
    """The application and the people of two authorities: ``officials`` by the keys of STAFF, ``stranger`` elsewhere."""

    app: Flask
    database: Database
    config: Config
    authority_id: int
    applicant: Account
    officials: dict[str, Account]
    stranger: Account

    def client(self, who: str) -> FlaskClient:
        """A browser of this official, signed in."""
        account = self.stranger if who == "stranger" else self.officials[who]
        client = self.app.test_client()
        moment = int(datetime.now(UTC).timestamp())
        with client.session_transaction() as session:
            session.update(_user_id=str(account.id), _fresh=True, signed_in_at=moment, seen_at=moment)
        return client

    def official(self, who: str) -> people.Official:
        """The official with today's posts."""
        with self.database.reading() as session:
            return people.get_official(session, self.officials[who].id)

    def file_dossier(self, name: str = str(START["applicant_name"])) -> Dossier:
        """A dossier with all its files, submitted now."""
        account = self.applicant
        stored = files.store_own(self.config.paths.var / "files", io.BytesIO(PDF), "tai-lieu.pdf")

        def submit(session: Session) -> Dossier:
            draft = drafts.start_draft(session, account, PROCEDURE, self.authority_id)
            session.flush()
            for component in COMPONENTS:
                drafts.attach_file(session, draft.id, account, component, stored)
            session.flush()
            return dossiers.submit(session, draft.id, account, {**START, "applicant_name": name}).dossier

        return self.database.transact(submit)

    def open_task(self, dossier: Dossier, element_id: str) -> int:
        """The id of the task of this element that is open now."""
        from workflow_engine import casefile

        with self.database.reading() as session:
            found = {task.element_id: task.id for task in casefile.open_tasks(session, dossier)}
        return found[element_id]

    def do(self, who: str, dossier: Dossier, element_id: str, values: dict) -> None:
        """Claim and complete a task by the command, then let the worker do what follows."""
        official, task_id = self.official(who), self.open_task(dossier, element_id)
        self.database.transact(lambda session: tasks.claim(session, task_id, official))
        self.database.transact(lambda session: tasks.complete(session, task_id, official, values))
        worker.run_once(self.database, self.config)

    def accept(self, dossier: Dossier) -> None:
        """Reception accepts."""
        self.do(
            "reception",
            dossier,
            "check_composition",
            {"composition_outcome": "complete", "copies": "1", "identity_checked": "true"},
        )

    def assign(self, dossier: Dossier, who: str = "specialist") -> None:
        """The head of the unit gives the dossier to a specialist."""
        self.do("dept_head", dossier, "assign_specialist", {"specialist": str(self.officials[who].id)})

    def appraise(self, dossier: Dossier) -> None:
        """The specialist appraises and drafts: the paper then waits for review."""
        met = dict.fromkeys(("impartiality", "staff_competence", "equipment_traceability", "methods", "records"), "met")
        row = {"test_name": "Xác định độ bền nén", "method_code": "TCVN 6016:2011", "row_outcome": "accept"}
        until = (datetime.now(UTC) + timedelta(days=365 * 4)).strftime("%d/%m/%Y")
        self.do("specialist", dossier, "examine_dossier", {"validity_outcome": "valid"})
        self.do("specialist", dossier, "appraise_management_system", met)
        self.do("specialist", dossier, "appraise_scope", {"scope": [row], "conclusion": "qualified", "valid_to": until})
        self.do("specialist", dossier, "draft_result", {"abstract": "Cấp Giấy chứng nhận", "grounds": "Đủ điều kiện"})


def make_world(database: Database, config: Config) -> World:
    """Fill an empty database."""
    app = create_app(config, database)
    app.config["WTF_CSRF_ENABLED"] = False
    make_keys(config)
    package = read_package(ROOT / "bpmn", ROOT / "forms", PROCEDURE)
    database.transact(lambda session: procedures.publish(session, package))
    unit_kind = package.facts.authority.unit

    def fill(session: Session) -> tuple[int, Account, dict[str, Account], Account]:
        authority = _authority(session, "H29.17", "Sở Khoa học và Công nghệ tỉnh Thí Dụ")
        other = _authority(session, "H30.17", "Sở Khoa học và Công nghệ tỉnh Khác")
        units = {kind: _unit(session, authority, kind) for kind in ("reception", unit_kind, "leadership", "records")}
        officials = {}
        for key, (kind, name, title) in STAFF.items():
            account = _account(session, key, name, AccountKind.OFFICIAL)
            role = "specialist" if key == "second" else key
            _post(session, authority, units[unit_kind if kind == "handling" else kind], account, role, title)
            officials[key] = account
        stranger = _account(session, "stranger", "Người Nơi Khác", AccountKind.OFFICIAL)
        _post(session, other, _unit(session, other, "reception"), stranger, "reception", "Cán bộ tiếp nhận")
        _right(session, authority, officials["leader"])
        applicant = Applicant(id=db.new_id(), name=str(START["applicant_name"]), values={}, created_at=db.now(session))
        session.add(applicant)
        session.flush()
        return (
            authority.id,
            _account(session, "applicant", "Đỗ Văn K", AccountKind.APPLICANT, applicant.id),
            officials,
            stranger,
        )

    return World(app, database, config, *database.transact(fill))


def make_keys(config: Config) -> None:
    """Keys of the leader and the seal, by a certification authority of the tests."""
    now, keys = datetime.now(UTC), config.paths.var / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    agency = "Sở Khoa học và Công nghệ tỉnh Thí Dụ"
    pki.create_authority(config.paths.var / "ca", now=now)
    pki.issue_person(config.paths.var / "ca", keys / "leader.p12", name="Nguyễn Văn A", title="Giám đốc",
                     organisation=agency, code="001", pin=PIN, now=now)  # fmt: skip
    pki.issue_seal(config.paths.var / "ca", issuing.seal_file(config, "H29.17"), organisation=agency, code="H29.17",
                   pin=issuing.seal_pin(config), now=now)  # fmt: skip


def _authority(session: Session, code: str, name: str) -> Authority:
    authority = Authority(
        id=db.new_id(), code=code, level="provincial", name=name, name_en=name, short_name="SKHCN",
        superior_name="UBND TỈNH", place="Thí Dụ", address="Số 1", phone="024 0000 0000",
    )  # fmt: skip
    session.add(authority)
    session.flush()
    return authority


def _unit(session: Session, authority: Authority, kind: str) -> Unit:
    unit = Unit(authority_id=authority.id, id=db.new_id(), kind=kind, name=f"Phòng {kind}")
    session.add(unit)
    session.flush()
    return unit


def _account(session: Session, username: str, name: str, kind: AccountKind, applicant_id: int | None = None) -> Account:
    account = Account(
        id=db.new_id(), username=username, kind=kind, name=name, email=f"{username}@example.invalid",
        password_hash="!", applicant_id=applicant_id, created_at=db.now(session),
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


def _post(session: Session, authority: Authority, unit: Unit, account: Account, role: str, title: str) -> None:
    post = Post(
        authority_id=authority.id,
        id=db.new_id(),
        account_id=account.id,
        unit_id=unit.id,
        role=role,
        title=title,
        from_on=SINCE,
    )
    session.add(post)


def _right(session: Session, authority: Authority, account: Account) -> None:
    right = SigningAuthority(
        authority_id=authority.id, id=db.new_id(), account_id=account.id, document_key="*", capacity="head",
        head_title="GIÁM ĐỐC", title="GIÁM ĐỐC", key_file="leader.p12", basis="Quyết định 1", from_on=SINCE,
    )  # fmt: skip
    session.add(right)
