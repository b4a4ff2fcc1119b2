"""Publishing from folders: checked first, all or none, and nothing is read when nothing has changed."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from workflow_engine import publishing
from workflow_engine.config import PROJECT, Config
from workflow_engine.db import Database
from workflow_engine.definitions import ModelRefused
from workflow_engine.models import ProcedureVersion


@pytest.fixture
def own_models(config: Config, tmp_path: Path) -> Config:
    """Settings whose bpmn/ and forms/ are copies that the test may change."""
    for name in ("bpmn", "forms"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    return replace(config, paths=replace(config.paths, bpmn=tmp_path / "bpmn", forms=tmp_path / "forms"))


def count_versions(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ProcedureVersion)) or 0


def test_a_change_makes_the_next_version(own_models: Config, database: Database) -> None:
    first = publishing.publish_changes(own_models, database)
    assert first and {version.number for version in first} == {1}
    assert publishing.publish_changes(own_models, database) == []
    facts = own_models.paths.bpmn / "procedures" / first[0].procedure_id / "procedure.toml"
    facts.write_text(facts.read_text(encoding="utf-8") + "\n# A remark.\n", encoding="utf-8")
    changed = {version.procedure_id: version.number for version in publishing.publish_changes(own_models, database)}
    assert changed[first[0].procedure_id] == 2
    assert count_versions(database) == len(first) + 1


def test_a_wrong_model_publishes_nothing_at_all(own_models: Config, sqlite_database: Database) -> None:
    model = next(own_models.paths.bpmn.glob("procedures/*/*.bpmn"))
    model.write_text(model.read_text(encoding="utf-8").replace("zeebe:userTask", "zeebe:noTask"), encoding="utf-8")
    with pytest.raises(ModelRefused):
        publishing.publish_changes(own_models, sqlite_database)
    assert count_versions(sqlite_database) == 0
