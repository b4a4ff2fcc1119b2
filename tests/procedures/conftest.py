"""One organisation, one application and one folder of keys for all paths; each path has a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import demonstration
import pytest
from flask import Flask

from workflow_engine.config import Config, load
from workflow_engine.db import Database


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The shipped settings, writing into a folder that all paths share."""
    var = tmp_path_factory.mktemp("demonstration")
    return load(
        environ={
            "WORKFLOW_ENGINE_PATHS_VAR": str(var),
            "WORKFLOW_ENGINE_DATABASE_URL": f"sqlite:///{var}/shared.sqlite3",
        }
    )


@pytest.fixture(scope="session")
def organisation(sqlite_template: Path, config: Config) -> demonstration.Rows:
    return demonstration.make_rows(sqlite_template, config)


@pytest.fixture(scope="session")
def app(sqlite_template: Path, config: Config) -> Iterator[Flask]:
    database = Database(f"sqlite:///{sqlite_template}", config=config)
    yield demonstration.make_app(config, database)
    database.close()


@pytest.fixture
def stage(app: Flask, database: Database, config: Config, organisation: demonstration.Rows) -> demonstration.Stage:
    """The site with its people and no dossier, on each kind of database."""
    return demonstration.set_stage(app, database, config, organisation)
