"""A wrong setting stops the start with a sentence that names it."""

import os
import stat
from datetime import time
from pathlib import Path

import pytest

from workflow_engine import config
from workflow_engine.config import ConfigError


def test_the_shipped_settings_are_complete() -> None:
    settings = config.load(environ={})
    assert settings.server.port == 8000
    assert settings.calendar.hours[1] == (time(13, 30), time(17, 30))


def test_an_environment_variable_wins_over_both_files(tmp_path: Path) -> None:
    overlay = tmp_path / "own.toml"
    overlay.write_text("[server]\nport = 8001\nthreads = 2\n")
    settings = config.load(overlay, {"WORKFLOW_ENGINE_SERVER_PORT": "8002", "WORKFLOW_ENGINE_MAIL_HOST": "25"})
    assert (settings.server.port, settings.server.threads, settings.mail.host) == (8002, 2, "25")


def test_the_second_file_is_named_by_the_environment(tmp_path: Path) -> None:
    overlay = tmp_path / "own.toml"
    overlay.write_text("demo = false\n")
    assert config.load(environ={"WORKFLOW_ENGINE_CONFIG": str(overlay)}).demo is False


def test_paths_do_not_depend_on_where_the_command_was_started() -> None:
    settings = config.load(environ={"WORKFLOW_ENGINE_PATHS_VAR": "elsewhere"})
    assert settings.paths.var == config.PROJECT / "elsewhere"
    assert settings.database.url == f"sqlite:///{config.PROJECT}/var/workflow.sqlite3"


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SERVER_PORT", "eight", "The setting server.port must be a whole number, not 'eight'."),
        ("SERVER_PORT", "true", "The setting server.port must be a whole number, not True."),
        ("SERVER_PORT", "65536", "The setting server.port must be between 1 and 65535."),
        ("SERVER_THREADS", "0", "The setting server.threads must be at least 1."),
        ("SERVER_PRT", "8000", "The environment variable WORKFLOW_ENGINE_SERVER_PRT names no setting."),
        ("SERVER_ADDRESS", "0.0.0.0", "answers on loopback only"),
        ("SERVER_ADDRESS", "example.invalid", "answers on loopback only"),
        ("DEMO", "yes", "The setting demo must be true or false, not 'yes'."),
        ("CALENDAR_CLOSING_TIME", "5 pm", "The setting calendar.closing_time must be a time like 17:00, not '5 pm'."),
        ("CALENDAR_HOURS", '[["08:00"]]', "The setting calendar.hours must be lists of 2, not ['08:00']."),
        ("CALENDAR_WEEKLY_OFF", '"sun"', "The setting calendar.weekly_off must be a list, not 'sun'."),
        ("FILES_MAX_BYTES", "-1", "The setting files.max_bytes must not be negative."),
        ("WORKER_INTERVAL_SECONDS", "soon", "The setting worker.interval_seconds must be a number, not 'soon'."),
    ],
)
def test_a_wrong_variable_is_refused_by_name(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        config.load(environ={"WORKFLOW_ENGINE_" + variable: value})
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[server]\nprt = 1\n", "There is no setting server.prt."),
        ("[sever]\nport = 1\n", "There is no setting sever."),
        ("server = 1\n", "The setting server must be a section."),
        ("demo = \n", "Cannot read the settings"),
        ('[server]\nport = "8000"\n', "The setting server.port must be a whole number, not '8000'."),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    overlay = tmp_path / "own.toml"
    overlay.write_text(text)
    with pytest.raises(ConfigError) as refusal:
        config.load(overlay, {})
    assert sentence in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        config.load(tmp_path / "none.toml", {})


def test_the_clock_is_moved_in_a_demonstration_only() -> None:
    assert config.load(environ={"WORKFLOW_ENGINE_CLOCK_OFFSET_SECONDS": "-60"}).clock_offset_seconds == -60
    with pytest.raises(ConfigError, match="a real clock is not moved"):
        config.load(environ={"WORKFLOW_ENGINE_CLOCK_OFFSET_SECONDS": "60", "WORKFLOW_ENGINE_DEMO": "false"})


def test_a_server_at_work_may_answer_other_machines() -> None:
    settings = config.load(environ={"WORKFLOW_ENGINE_DEMO": "false", "WORKFLOW_ENGINE_SERVER_ADDRESS": "0.0.0.0"})
    assert settings.server.address == "0.0.0.0"


def test_a_secret_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    settings = config.load(environ={"WORKFLOW_ENGINE_PATHS_VAR": str(tmp_path)})
    first = config.get_secret(settings, "session")
    assert len(first) == 32
    assert config.get_secret(settings, "session") == first != config.get_secret(settings, "lookup")
    assert stat.S_IMODE(os.stat(tmp_path / "secrets" / "session").st_mode) == 0o600
    assert stat.S_IMODE(os.stat(tmp_path / "secrets").st_mode) == 0o700
    assert sorted(path.name for path in (tmp_path / "secrets").iterdir()) == ["lookup", "session"]
