"""The whole system as one command, with real processes: it answers, it ends together, it tells why it ended."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from workflow_engine.config import PROJECT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """`workflow-engine start` without demonstration, once it says that it is ready; and its address."""
    settings = {
        "WORKFLOW_ENGINE_DEMO": "false",
        "WORKFLOW_ENGINE_PATHS_VAR": str(tmp_path),
        "WORKFLOW_ENGINE_DATABASE_URL": f"sqlite:///{tmp_path}/workflow.sqlite3",
        "WORKFLOW_ENGINE_SERVER_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "workflow_engine.cli", "start"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **settings}, **pipes)
    try:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("Ready: "):
                break
        else:
            pytest.fail(process.communicate()[1])
        yield process, line.split()[1]
    finally:
        process.terminate()
        process.communicate(timeout=20)


def processes_of(folder: Path) -> dict[int, str]:
    """Every process of the operating system that was started with settings of this folder, with its command."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue
    return {number: command for number, command in found.items() if command}


def test_everything_runs_and_ctrl_c_stops_everything(
    running: tuple["subprocess.Popen[str]", str], tmp_path: Path
) -> None:
    process, address = running
    with urllib.request.urlopen(f"{address}/readyz") as answer:
        assert answer.read() == b"ok\n"
    commands = processes_of(tmp_path).values()
    assert any(command.endswith(" worker") for command in commands)
    process.send_signal(signal.SIGINT)
    said, complaint = process.communicate(timeout=20)
    assert (process.returncode, complaint) == (0, "")
    assert "Stopping" in said
    assert processes_of(tmp_path) == {}


def test_when_the_worker_dies_the_start_ends_and_says_so(
    running: tuple["subprocess.Popen[str]", str], tmp_path: Path
) -> None:
    process, _address = running
    worker = next(number for number, command in processes_of(tmp_path).items() if command.endswith(" worker"))
    os.kill(worker, signal.SIGKILL)
    _said, complaint = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "`workflow-engine worker` ended" in complaint
    assert processes_of(tmp_path) == {}
