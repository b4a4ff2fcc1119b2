"""The glossary names every table, and no column that is not there."""

import re
from pathlib import Path

from workflow_engine.models import Base

GLOSSARY = (Path(__file__).resolve().parent.parent / "docs" / "glossary.md").read_text(encoding="utf-8")
TABLES = Base.metadata.tables
# Rows of the machine room, which no conversation is about.
UNNAMED = {"code_counter", "code_directory", "outbox", "setting", "throttle"}


def test_every_table_has_its_word() -> None:
    assert {name for name in TABLES if f"`{name}" not in GLOSSARY} <= UNNAMED


def test_every_column_that_is_named_is_there() -> None:
    named = [each for each in re.findall(r"`([a-z_]+)\.([a-z_]+)`", GLOSSARY) if each[0] in TABLES]
    assert [f"{table}.{column}" for table, column in named if column not in TABLES[table].columns] == []
    assert len(named) > 15
