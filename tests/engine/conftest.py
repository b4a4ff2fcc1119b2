"""A paper, its keys and its signed form, made once per test process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from workflow_engine import pki, signing
from workflow_engine.documents import Rendered, person_appearance, render, seal_appearance

TEMPLATES = Path(__file__).parents[2] / "forms" / "documents"
SIGNED_AT = datetime(2026, 2, 5, 2, 15, tzinfo=UTC)
PIN = "135790"


@dataclass(frozen=True)
class Signed:
    """A certificate of registration as it left the press, after the leader and after the seal; folder of its CA."""

    rendered: Rendered
    by_leader: bytes
    sealed: bytes
    authority: Path


@pytest.fixture(scope="session")
def paper() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "paper.json").read_text())


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    now = datetime.now(UTC)
    pki.create_authority(folder, now=now)
    agency = "Sở Khoa học và Công nghệ tỉnh Lạng Sơn"
    pki.issue_person(
        folder, folder / "leader.p12",
        name="Nông Văn Thí Dụ", title="Phó Giám đốc", organisation=agency, code="SKHCN-017", pin=PIN, now=now,
    )  # fmt: skip
    pki.issue_seal(folder, folder / "seal.p12", organisation=agency, code="VNGOV-H37.12", pin=PIN, now=now)
    return folder


@pytest.fixture(scope="session")
def sign_twice(paper: dict[str, Any]) -> Callable[[Path], Signed]:
    """Sign and seal the sample paper with the keys of an authority's folder."""

    def signed(folder: Path) -> Signed:
        rendered = render("registration_certificate", paper, root=TEMPLATES)
        person, seal = rendered.boxes["signature"], rendered.boxes["seal"]
        by_leader = signing.sign(
            rendered.pdf, signing.open_key(folder / "leader.p12", PIN),
            field=signing.SIGNATURE, box=person, reserve={signing.SEAL: seal}, signed_at=SIGNED_AT,
            appearance=person_appearance("Nông Văn Thí Dụ", "Phó Giám đốc", SIGNED_AT, person, root=TEMPLATES),
        )  # fmt: skip
        sealed = signing.sign(
            by_leader, signing.open_key(folder / "seal.p12", PIN),
            field=signing.SEAL, box=seal, signed_at=SIGNED_AT,
            appearance=seal_appearance(
                "Sở Khoa học và Công nghệ", "UBND tỉnh Lạng Sơn", SIGNED_AT, seal, is_demo=True, root=TEMPLATES
            ),
        )  # fmt: skip
        return Signed(rendered, by_leader, sealed, folder)

    return signed


@pytest.fixture(scope="session")
def signed(authority: Path, sign_twice: Callable[[Path], Signed]) -> Signed:
    return sign_twice(authority)
