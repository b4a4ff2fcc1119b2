"""The console command as it is typed: exit codes, sentences, and what stands in the database afterwards."""

import subprocess
import sys
from pathlib import Path

import pytest

from workflow_engine.cli import main
from workflow_engine.config import PROJECT

PROCEDURE = PROJECT / "bpmn" / "procedures" / "testing_registration_issue"


@pytest.fixture
def own_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings in the environment, as an administrator gives them: everything is written below the test's folder."""
    monkeypatch.setenv("WORKFLOW_ENGINE_PATHS_VAR", str(tmp_path))
    monkeypatch.setenv("WORKFLOW_ENGINE_DATABASE_URL", f"sqlite:///{tmp_path}/workflow.sqlite3")
    return tmp_path


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    names = "start serve worker migrate seed publish check render verify doctor"
    assert all(f"\n    {name} " in shown for name in names.split())


@pytest.mark.parametrize("arguments", [[], ["bogus"], ["publish"], ["render", "."], ["verify", "a", "b"]])
def test_a_wrong_call_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: workflow-engine" in capsys.readouterr().err


def test_a_wrong_setting_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("WORKFLOW_ENGINE_SERVER_PORT", "eight")
    assert main(["doctor"]) == 1
    expected = "workflow-engine: The setting server.port must be a whole number, not 'eight'.\n"
    assert capsys.readouterr().err == expected


def test_migrate_then_doctor(own_installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1
    assert "[look] tables at version none" in capsys.readouterr().out
    assert main(["migrate"]) == 0
    assert main(["doctor"]) == 0
    assert "[look]" not in capsys.readouterr().out.partition("are at")[2]


def test_doctor_tells_who_can_read_secrets(own_installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["migrate"])
    (own_installation / "secrets").mkdir(mode=0o700)
    (own_installation / "secrets" / "session").touch(mode=0o644)
    assert main(["doctor"]) == 1
    assert "[look] secrets: others can read session: chmod go-rwx." in capsys.readouterr().out


def test_nothing_works_on_tables_of_another_version(own_installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(PROCEDURE)]) == 1
    assert "run `workflow-engine migrate`" in capsys.readouterr().err


def test_publish_is_idempotent(own_installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["migrate"])
    for _ in range(2):
        assert main(["publish", str(PROCEDURE)]) == 0
        assert "testing_registration_issue: version 1 is in the database.\n" in capsys.readouterr().out


def test_publish_says_when_there_is_nothing_to_publish(
    own_installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["migrate"])
    assert main(["publish", str(own_installation / "nowhere")]) == 1
    assert "There is no procedure in" in capsys.readouterr().err


def test_check_and_render_take_the_same_paths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(PROCEDURE)]) == 0
    assert "no problems" in capsys.readouterr().out
    assert main(["render", str(PROCEDURE), "-o", str(tmp_path)]) == 0
    assert (tmp_path / "testing_registration_issue.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_path_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "/nowhere/at/all"]) == 1
    assert "There is no file or folder /nowhere/at/all." in capsys.readouterr().err


def test_help_loads_neither_database_nor_engine() -> None:
    script = "import sys, workflow_engine.cli; print({'sqlalchemy', 'SpiffWorkflow', 'flask'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
