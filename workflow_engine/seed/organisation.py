"""The Committee and three provincial agencies with units, officials, signing rights and keys; and those who apply."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow_engine import db, issuing, pki
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.models import Account, AccountKind, Applicant, Authority, Post, SigningAuthority, Unit
from workflow_engine.passwords import hash_password

PASSWORD, PIN = "Trinh-dien-2026", "246810"
SINCE = date(2025, 7, 1)

UNITS = {
    "reception": "Bộ phận Một cửa",
    "quality_management": "Phòng Quản lý tiêu chuẩn chất lượng",
    "leadership": "Lãnh đạo Chi cục",
    "records": "Văn thư",
    "accounting": "Kế toán",
    "legal": "Pháp chế",
    "office": "Văn phòng",
    "council": "Hội đồng",
}
# username, role, kind of unit, title, name: invented people only.
OFFICIALS = (
    ("tiepnhan", "reception", "reception", "Chuyên viên tiếp nhận", "Nguyễn Thị Mai A"),
    ("tiepnhan2", "reception", "reception", "Chuyên viên tiếp nhận", "Trần Văn Bách B"),
    ("truongphong", "dept_head", "quality_management", "Trưởng phòng", "Lê Minh Cường C"),
    ("chuyenvien", "specialist", "quality_management", "Chuyên viên", "Phạm Thị Dung D"),
    ("chuyenvien2", "specialist", "quality_management", "Chuyên viên", "Hoàng Văn Em E"),
    ("chuyenvien3", "specialist", "quality_management", "Chuyên viên chính", "Vũ Thị Giang G"),
    ("lanhdao", "leader", "leadership", "Chi cục trưởng", "Đỗ Quang Hải H"),
    ("lanhdao2", "leader", "leadership", "Phó Chi cục trưởng", "Bùi Thị Khanh K"),
    ("vanthu", "clerk", "records", "Văn thư", "Ngô Thị Lan L"),
    ("ketoan", "accountant", "accounting", "Kế toán", "Đặng Văn Minh M"),
)
# code, level, name, short name, superior, place, address, suffix of user names
AUTHORITIES = (
    (
        "G06.30",
        "central",
        "Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia",
        "TĐC",
        "Bộ Khoa học và Công nghệ",
        "Hà Nội",
        "Số 8 Hoàng Quốc Việt, phường Nghĩa Đô, Hà Nội",
        ".uyban",
    ),
    (
        "H26.30",
        "provincial",
        "Chi cục Tiêu chuẩn Đo lường Chất lượng Hà Nội",
        "CCTĐC",
        "Sở Khoa học và Công nghệ Hà Nội",
        "Hà Nội",
        "Số 5 phố Thử Nghiệm, phường Láng, Hà Nội",
        "",
    ),
    (
        "H57.30",
        "provincial",
        "Chi cục Tiêu chuẩn Đo lường Chất lượng Huế",
        "CCTĐC",
        "Sở Khoa học và Công nghệ Huế",
        "Huế",
        "Số 26 đường Trình Diễn, phường Thuận Hóa, Huế",
        ".hue",
    ),
    (
        "H17.30",
        "provincial",
        "Chi cục Tiêu chuẩn Đo lường Chất lượng Đà Nẵng",
        "CCTĐC",
        "Sở Khoa học và Công nghệ Đà Nẵng",
        "Đà Nẵng",
        "Số 51 đường Minh Họa, phường Hải Châu, Đà Nẵng",
        ".danang",
    ),
)
COMPANIES = (
    "Công ty TNHH Thử nghiệm Sông Hồng",
    "Công ty CP Kiểm nghiệm Tân Phong",
    "Trung tâm Thử nghiệm Vật liệu Bắc Sơn",
    "Công ty TNHH Phân tích Môi trường Hải Âu",
    "Công ty CP Thử nghiệm Điện Đại An",
    "Viện Kiểm nghiệm Thực phẩm Trường Giang",
    "Công ty TNHH Giám định Cửu Long",
    "Công ty CP Dệt may Kiểm nghiệm Minh Long",
    "Trung tâm Kỹ thuật Hưng Nguyên",
    "Công ty TNHH Phòng thử Nam Việt Lab",
    "Công ty CP Thử nghiệm Cơ khí Thành Vinh",
    "Công ty TNHH Kiểm định Xăng dầu An Bình",
)


@dataclass(frozen=True)
class DemoAccount:
    """An account to sign in with."""

    username: str
    password: str
    role: str


@dataclass(frozen=True)
class Office:
    """An authority with its officials by user name without suffix."""

    authority_id: int
    officials: dict[str, int]


@dataclass(frozen=True)
class People:
    """Everybody of the demonstration: offices that receive dossiers, accounts of applicants."""

    offices: tuple[Office, ...]
    applicants: tuple[int, ...]


def list_accounts() -> list[DemoAccount]:
    """One account per role, as printed at the start."""
    shown = {
        "nguoinop": "Người nộp hồ sơ",
        "tiepnhan": "Tiếp nhận (Một cửa)",
        "truongphong": "Lãnh đạo phòng",
        "chuyenvien": "Chuyên viên thụ lý",
        "lanhdao": f"Lãnh đạo ký số (mã PIN {PIN})",
        "vanthu": "Văn thư",
        "ketoan": "Kế toán",
        "quantri": "Quản trị hệ thống",
    }
    return [DemoAccount(username, PASSWORD, role) for username, role in shown.items()]


def make_organisation(config: Config, database: Database) -> People:
    """Make accounts, units, posts and keys; returns who is there."""
    hashed = hash_password(PASSWORD)
    people = database.transact(lambda session: _people(session, hashed))
    _keys(config, database)
    return people


def _people(session: Session, hashed: str) -> People:
    now = db.now(session)
    committee = db.new_id()
    offices: list[Office] = []
    for number, (code, level, name, short, superior, place, address, suffix) in enumerate(AUTHORITIES):
        authority_id = committee if number == 0 else db.new_id()
        session.add(
            Authority(
                id=authority_id,
                code=code,
                level=level,
                name=name,
                name_en=f"Standards, Metrology and Quality, {place}",
                short_name=short,
                superior_name=superior,
                place=place,
                address=address,
                phone="1900 0000",
                superior_id=None if number == 0 else committee,
            )
        )
        session.flush()
        officials = _officials(session, authority_id, suffix, hashed, now)
        if level == "provincial":
            offices.append(Office(authority_id, officials))
    _account(session, "quantri", AccountKind.ADMINISTRATOR, "Quản trị hệ thống", hashed, now)
    return People(tuple(offices), tuple(_applicants(session, hashed, now)))


def _officials(session: Session, authority_id: int, suffix: str, hashed: str, now: datetime) -> dict[str, int]:
    units = {kind: db.new_id() for kind in UNITS}
    for kind, unit_id in units.items():
        session.add(Unit(authority_id=authority_id, id=unit_id, kind=kind, name=UNITS[kind]))
    session.flush()
    found: dict[str, int] = {}
    for username, role, kind, title, name in OFFICIALS:
        account = _account(session, username + suffix, AccountKind.OFFICIAL, name, hashed, now)
        found[username] = account.id
        session.add(
            Post(
                authority_id=authority_id,
                id=db.new_id(),
                account_id=account.id,
                unit_id=units[kind],
                role=role,
                title=title,
                from_on=SINCE,
            )
        )
        if role == "leader":
            session.add(_right(authority_id, account, title))
    return found


def _right(authority_id: int, account: Account, title: str) -> SigningAuthority:
    is_head = not title.startswith("Phó")
    return SigningAuthority(
        authority_id=authority_id,
        id=db.new_id(),
        account_id=account.id,
        document_key="*",
        capacity="head" if is_head else "deputy",
        head_title="CHI CỤC TRƯỞNG",
        title=title.upper(),
        key_file=f"{account.username}.p12",
        basis="Quyết định phân công ký (trình diễn)",
        from_on=SINCE,
    )


def _account(
    session: Session, username: str, kind: AccountKind, name: str, hashed: str, now: datetime, **more: Any
) -> Account:
    account = Account(
        id=db.new_id(),
        username=username,
        kind=kind,
        name=name,
        email=f"{username}@example.vn",
        password_hash=hashed,
        created_at=now,
        **more,
    )
    session.add(account)
    session.flush()
    return account


def _applicants(session: Session, hashed: str, now: datetime) -> Iterator[int]:
    for number, name in enumerate(COMPANIES):
        code = f"01{number:02d}000{number + 100}"
        values = {
            "applicant_kind": "enterprise",
            "applicant_name": name,
            "tax_or_enterprise_code": code,
            "legal_rep_name": "Vũ Thị Hoa H",
            "legal_rep_title": "Giám đốc",
            "personal_id": f"0011850{number:05d}",
            "address_line": f"Số {number + 1} phố Ví Dụ",
            "commune": "Phường Láng",
            "province_code": "01",
            "phone": f"09120000{number:02d}",
            "email": f"lienhe{number}@example.vn",
        }
        applicant = Applicant(
            id=db.new_id(), name=name, code=code, personal_id=values["personal_id"], values=values, created_at=now
        )
        session.add(applicant)
        session.flush()
        username = "nguoinop" if number == 0 else f"nguoinop{number}"
        yield _account(session, username, AccountKind.APPLICANT, name, hashed, now, applicant_id=applicant.id).id


def _keys(config: Config, database: Database) -> None:
    """Certificates of the demonstration authority: one for every leader, one seal for every agency."""
    keys = config.paths.var / "keys"
    authority_folder = issuing.ca_folder(config)
    now = database.clock()
    pki.create_authority(authority_folder, now=now)
    for code, _level, name, _short, _superior, _place, _address, suffix in AUTHORITIES:
        pki.issue_seal(
            authority_folder,
            issuing.seal_file(config, code),
            organisation=name,
            code=code,
            pin=issuing.seal_pin(config),
            now=now,
        )
        for username, role, _kind, title, person in OFFICIALS:
            if role == "leader":
                account = username + suffix
                pki.issue_person(
                    authority_folder,
                    keys / f"{account}.p12",
                    name=person,
                    title=title,
                    organisation=name,
                    code=account,
                    pin=PIN,
                    now=now,
                )
