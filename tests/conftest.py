"""What every test may ask for: settings of its own, and each of the two databases with all tables and no rows.

SQLite is a file copied from a template; PostgreSQL is a throwaway cluster on a Unix socket, started once per test
process, with a database per test made from a template. Safe with several test processes.
"""

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from workflow_engine import models
from workflow_engine.config import Config, load
from workflow_engine.db import Database

# A change is judged by the same examples each time it is tried; at the desk, each run tries others. A busy machine is
# no failure, so no example has a time limit of its own.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")

POSTGRES_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "jit=off")


def _postgres_programs() -> Path | None:
    """Folder of PostgreSQL's own programs: Debian keeps them off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).parent if found else None


POSTGRES = _postgres_programs()
WITHOUT_POSTGRES = "PostgreSQL is not installed: what needs it is left out."


def pytest_report_header() -> str:
    return f"databases: SQLite, PostgreSQL ({POSTGRES})" if POSTGRES else f"databases: SQLite. {WITHOUT_POSTGRES}"


def _as_postgres(command: list[str]) -> None:
    """PostgreSQL refuses to run as root, so root runs its programs as the user that Debian made for it."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(prefix + command, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """Address of a running cluster ("{name}" stands for the database), with the template database in it."""
    if POSTGRES is None:
        pytest.skip(WITHOUT_POSTGRES)
    # Socket paths are short, and the user postgres may not look into root's own temporary folders.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, grp.getgrnam("postgres").gr_gid)
    cluster = folder / "cluster"
    options = " ".join(f"-c {setting}" for setting in (*POSTGRES_SETTINGS, f"unix_socket_directories={folder}"))
    _as_postgres(
        [
            f"{POSTGRES}/initdb",
            "--no-sync",
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "-D",
            str(cluster),
        ]
    )
    control = [f"{POSTGRES}/pg_ctl", "-D", str(cluster), "-w"]
    _as_postgres([*control, "-o", options, "-l", str(folder / "log"), "start"])
    try:
        address = f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
        _execute(address, "CREATE DATABASE template_workflow")
        engine = create_engine(address.format(name="template_workflow"))
        models.Base.metadata.create_all(engine)
        engine.dispose()
        yield address
    finally:
        _as_postgres([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _execute(address: str, statement: str) -> None:
    engine = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "workflow.sqlite3"
    template = Database(f"sqlite:///{path}")
    models.Base.metadata.create_all(template.engine)
    template.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database with all tables, once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "workflow.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cluster = request.getfixturevalue("postgres_cluster")
    name = f"test_{os.urandom(6).hex()}"
    _execute(cluster, f"CREATE DATABASE {name} TEMPLATE template_workflow")
    yield cluster.format(name=name)
    _execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str, config: Config) -> Iterator[Database]:
    """An empty database with all tables, once on SQLite and once on PostgreSQL."""
    database = Database(database_url, config=config)
    yield database
    database.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path, config: Config) -> Iterator[Database]:
    """An empty database on SQLite only, for what does not depend on the kind of database."""
    path = tmp_path / "workflow.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}", config=config)
    yield database
    database.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The shipped settings, writing into a folder of this test only."""
    database = f"sqlite:///{tmp_path}/workflow.sqlite3"
    return load(environ={"WORKFLOW_ENGINE_PATHS_VAR": str(tmp_path), "WORKFLOW_ENGINE_DATABASE_URL": database})
