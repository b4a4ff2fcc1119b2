"""One command from an empty folder to a running system: tables, procedures, demonstration, server and worker.

Each step looks first whether it is needed, so that a second start takes no time. Server and worker are processes of
their own, whose logs go to var/logs; when one of them ends, or on Ctrl-C, all end.
"""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

from workflow_engine import migrate
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.errors import EngineError
from workflow_engine.installation import (
    DEMONSTRATION,
    FILLED,
    FILLING,
    find_setting,
    is_empty,
    open_database,
    refuse_demonstration_at_work,
    set_setting,
)

SECONDS_TO_BE_READY = 60
SECONDS_TO_STOP = 10
Write = Callable[[str], None]


class CannotStart(EngineError):
    """The system cannot start."""


def prepare(config: Config, write: Write) -> Database:
    """Bring tables and procedures up to date; says what it does."""
    database = open_database(config)
    if not migrate.is_at_head(database):
        write("Making the tables …")
        migrate.upgrade(database)
    refuse_demonstration_at_work(config, database)
    from workflow_engine import publishing

    for version in publishing.publish_changes(config, database):
        write(f"Published {version.procedure_id}, version {version.number}")
    return database


def seed_demonstration(config: Config, database: Database, write: Write) -> None:
    """Put the demonstration in when there is none. Refused unless the settings say that this is one."""
    if not config.demo:
        raise CannotStart("A demonstration has known passwords: set demo to true to fill the database with one.")
    said = find_setting(database, DEMONSTRATION)
    if said == FILLED:
        return
    if said == FILLING:
        write("The demonstration was interrupted while it was filled; beginning anew.")
        migrate.drop_all(database)
        prepare(config, write)
    elif not is_empty(database):
        raise CannotStart(
            "This database holds accounts that are no demonstration: set demo to false, or database.url to another one."
        )
    write("Filling the demonstration (once, under a minute) …")
    set_setting(database, DEMONSTRATION, FILLING)
    from workflow_engine import seed

    seed.seed(config, database, write)


def start(config: Config, write: Write) -> int:
    """Prepare, run server and worker until Ctrl-C; returns the exit code."""
    _refuse_taken_port(config)
    database = prepare(config, write)
    if config.demo:
        seed_demonstration(config, database, write)
    database.close()
    logs = config.paths.var / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    commands = {"serve": ["serve", "--checked"], "worker": ["worker"]}
    running = {name: _spawn(command, logs / f"{name}.log") for name, command in commands.items()}
    try:
        if _wait_until_ready(config, running, stopping):
            _greet(config, write, logs)
        while not stopping and all(process.poll() is None for process in running.values()):
            time.sleep(0.2)
        if stopping:
            write("\nStopping …")
            return 0
        raise _epitaph(running, logs)
    finally:
        _stop(running)


def _refuse_taken_port(config: Config) -> None:
    address, port = config.server.address, config.server.port
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise CannotStart(
                "Cannot listen on {address}:{port} ({reason}): stop what uses it or set server.port to another number.",
                address=address,
                port=port,
                reason=error.strerror,
            ) from error


def _spawn(command: list[str], log: Path) -> "subprocess.Popen[bytes]":
    """Our own command as a process that Ctrl-C does not reach: it is stopped by us, in order."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "workflow_engine.cli", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _wait_until_ready(config: Config, running: dict[str, "subprocess.Popen[bytes]"], stopping: list[int]) -> bool:
    deadline = time.monotonic() + SECONDS_TO_BE_READY
    # Not through a proxy of the environment: the server is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and not stopping:
        if any(process.poll() is not None for process in running.values()):
            return False
        try:
            with opener.open(f"{_address(config)}/readyz", timeout=2):
                return True
        except (URLError, OSError):
            time.sleep(0.05)
    if stopping:
        return False
    raise CannotStart("The server did not answer within {seconds} seconds.", seconds=SECONDS_TO_BE_READY)


def _greet(config: Config, write: Write, logs: Path) -> None:
    write(f"\nReady: {_address(config)}")
    if config.demo:
        from workflow_engine import seed

        write("\nAccounts of the demonstration:")
        for account in seed.list_accounts():
            write(f"  {account.username:<24} {account.password:<16} {account.role}")
    write(f"\nLogs: {logs}. Ctrl-C stops everything.")


def _address(config: Config) -> str:
    host = f"[{config.server.address}]" if ":" in config.server.address else config.server.address
    return f"http://{host}:{config.server.port}"


def _epitaph(running: dict[str, "subprocess.Popen[bytes]"], logs: Path) -> CannotStart:
    """Which process ended, and the end of what it said."""
    name = next(name for name, process in running.items() if process.poll() is not None)
    said = (logs / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    return CannotStart("`workflow-engine {name}` ended. The end of its log:\n{log}", name=name, log="\n".join(said))


def _stop(running: dict[str, "subprocess.Popen[bytes]"]) -> None:
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for process in running.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
