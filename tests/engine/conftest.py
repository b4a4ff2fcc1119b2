"""Made once per process: a paper, its keys and its signed form; the organisation in which dossiers are played."""

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from stage import Stage

from workflow_engine import pki, publishing, signing
from workflow_engine.config import Config, load
from workflow_engine.db import Database
from workflow_engine.documents import Rendered, person_appearance, render, seal_appearance
from workflow_engine.models import Base
from workflow_engine.seed.organisation import People, make_organisation

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


@dataclass(frozen=True)
class Organised:
    """A database with the demonstration's organisation and procedure, and the settings with its keys."""

    config: Config
    people: People
    url: str


def _organise(config: Config, url: str) -> Organised:
    database = Database(url, config=config)
    Base.metadata.create_all(database.engine)
    people = make_organisation(config, database)
    publishing.publish_changes(config, database)
    database.close()
    return Organised(config, people, url)


def _settings(folder: Path) -> Config:
    return load(environ={"WORKFLOW_ENGINE_PATHS_VAR": str(folder), "WORKFLOW_ENGINE_DATABASE_URL": "sqlite://"})


@pytest.fixture(scope="session")
def organised_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Organised:
    folder = tmp_path_factory.mktemp("organised")
    return _organise(_settings(folder), f"sqlite:///{folder}/template.sqlite3")


@pytest.fixture(scope="session")
def organised_postgresql(postgres_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Organised:
    _execute(postgres_cluster, "CREATE DATABASE template_organised")
    folder = tmp_path_factory.mktemp("organised")
    return _organise(_settings(folder), postgres_cluster.format(name="template_organised"))


@pytest.fixture
def sqlite_stage(organised_sqlite: Organised, tmp_path: Path) -> Iterator[Stage]:
    """A stage on SQLite only, for what does not depend on the kind of database."""
    path = tmp_path / "stage.sqlite3"
    shutil.copy(organised_sqlite.url.removeprefix("sqlite:///"), path)
    yield from _stage(organised_sqlite, f"sqlite:///{path}")


@pytest.fixture(params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A stage of its own for every test, once on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_stage")
        return
    organised = request.getfixturevalue("organised_postgresql")
    cluster = request.getfixturevalue("postgres_cluster")
    name = f"stage_{uuid.uuid4().hex}"
    _execute(cluster, f"CREATE DATABASE {name} TEMPLATE template_organised")
    yield from _stage(organised, cluster.format(name=name))
    _execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def _stage(organised: Organised, url: str) -> Iterator[Stage]:
    database = Database(url, config=organised.config)
    yield Stage(database, organised.config, organised.people)
    database.close()


def _execute(cluster: str, statement: str) -> None:
    engine = create_engine(cluster.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
