"""The set-up script on machines that lack something: what is installed, and what is said when nothing may be."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, which makes its environment in the folder of this test."""
    spec = importlib.util.spec_from_file_location("setup_script", PROJECT / ".ci" / "setup.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(script, "PROGRAMS", tmp_path / ".venv" / "bin")
    return script


@pytest.fixture
def plain_debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Python without its venv module, as Debian ships it until python3-venv is installed; gives apt's log.

    The stand-in for apt-get notes how it was called and brings the module.
    """
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "ensurepip.py").write_text("raise ModuleNotFoundError(\"No module named 'ensurepip'\")\n")
    monkeypatch.setenv("PYTHONPATH", str(lacking))
    log = tmp_path / "apt.log"
    program(
        tmp_path / "programs" / "apt-get", f'echo "$@" >> {log}\n[ "$1" = install ] && rm -f {lacking}/ensurepip.py\n:'
    )
    monkeypatch.setenv("PATH", str(tmp_path / "programs"), prepend=":")
    return log


def program(path: Path, script: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_without_venv_and_without_root_one_sentence_names_the_package(
    setup: ModuleType, plain_debian: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "is_root", lambda: False)
    assert setup.main(["run"]) == 1
    said = capsys.readouterr().err.strip()
    assert said == "Python lacks its venv module: install the package python3-venv (apt install python3-venv)."
    assert not plain_debian.exists()


def test_without_venv_root_gets_it_from_apt(
    setup: ModuleType, plain_debian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "is_root", lambda: True)
    setup.make_environment()
    calls = plain_debian.read_text().splitlines()
    assert calls[0] == "update -qq"
    assert calls[1].startswith("install") and calls[1].endswith(" python3-venv")
    assert setup.can(str(setup.PROGRAMS / "python"), "-c", "import pip")
    setup.make_environment()
    assert plain_debian.read_text().splitlines() == calls


def test_without_root_the_tests_that_are_left_out_are_named(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "is_root", lambda: False)
    monkeypatch.setattr(setup, "has_program", lambda name: name != "pdfsig")
    setup.install_programs()
    said = capsys.readouterr().out
    assert said.startswith("LEFT OUT: tests that read papers") and said.endswith("apt install poppler-utils\n")


def test_an_old_node_is_replaced_by_the_one_of_pypi(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "pip.log"
    program(tmp_path / "programs" / "node", "echo v18.19.0")
    program(tmp_path / "programs" / "npm", ":")
    (tmp_path / ".venv").mkdir()
    # The stand-in for Python knows where the wheel is once it was asked to install it.
    program(
        tmp_path / ".venv" / "bin" / "python",
        f'case "$1" in -c) [ -f {log} ] && echo /wheel;; *) echo "$@" >> {log};; esac',
    )
    monkeypatch.setenv("PATH", str(tmp_path / "programs"), prepend=":")
    node, npm = setup.node_programs()
    assert "--require-hashes" in log.read_text() and log.read_text().strip().endswith("/.ci/node.lock")
    assert (node, npm[0]) == ("/wheel/bin/node", "/wheel/bin/node")
    program(tmp_path / "programs" / "node", "echo v22.1.0")
    assert setup.node_programs() == (str(tmp_path / "programs" / "node"), [str(tmp_path / "programs" / "npm")])


def test_a_step_that_fails_shows_what_was_said_and_stops(setup: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(setup.Refused, match="Trying: failed"):
        setup.step("Trying", [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"])
    shown = capsys.readouterr()
    assert "Trying … failed" in shown.out
    assert "the reason" in shown.err


def test_a_program_that_is_not_there_is_a_failed_step(setup: ModuleType) -> None:
    assert not setup.attempt("Trying", ["/nowhere/program"])


def test_the_fingerprint_follows_content_and_names(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "PROJECT", tmp_path)
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("1")
    both = setup.fingerprint([tmp_path / "a", tmp_path / "b"])
    assert setup.fingerprint([tmp_path / "b", tmp_path / "a"]) == both != setup.fingerprint([tmp_path / "a"])
    (tmp_path / "b").write_text("2")
    assert setup.fingerprint([tmp_path / "a", tmp_path / "b"]) != both


@pytest.mark.parametrize("arguments", [[], ["bogus"], ["run", "test"]])
def test_a_wrong_call_exits_with_2(setup: ModuleType, arguments: list[str]) -> None:
    assert setup.main(arguments) == 2


def test_locked_files_name_no_host() -> None:
    locks = ["requirements.lock", "requirements-test.lock", "package-lock.json", ".ci/uv.lock", ".ci/node.lock"]
    assert [name for name in locks if "://" in (PROJECT / name).read_text(encoding="utf-8")] == []
