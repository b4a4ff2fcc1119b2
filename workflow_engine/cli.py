"""The console command `workflow-engine`. Loads only what the command asks for, so that each starts at once.

Exit codes: 0 done or nothing wrong; 1 refused or something wrong, with a sentence; 2 not called as --help says.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from workflow_engine.config import Config, load
from workflow_engine.errors import EngineError

Command = Callable[[Config, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    asked = _parser().parse_args(arguments)
    command: Command = asked.command
    try:
        return command(load(), asked)
    except EngineError as refusal:
        for problem in getattr(refusal, "problems", ()):
            print(problem, file=sys.stderr)
        print(f"workflow-engine: {refusal}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="workflow-engine",
        description="Administrative procedures, from the applicant's form to the signed decision.",
        epilog="Exit codes: 0 done or nothing wrong; 1 refused or something wrong; 2 not called as described here. "
        "Settings: config.toml and environment variables such as WORKFLOW_ENGINE_SERVER_PORT.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Command, summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        added.set_defaults(command=command)
        return added

    add("start", _start, "bring tables, procedures and demonstration up to date; run server and worker until Ctrl-C")
    serve = add("serve", _serve, "run the web server")
    # Set by `start`, which has just looked: looking again would cost half a second.
    serve.add_argument("--checked", action="store_true", help=argparse.SUPPRESS)
    add("worker", _worker, "run the worker: timers, jobs, messages")
    add("migrate", _migrate, "bring the tables of the database up to date")
    add("seed", _seed, "fill an empty database with the demonstration")
    add("doctor", _doctor, "look whether everything that is needed is there and in order")
    _add_model_commands(add)
    return parser


def _add_model_commands(add: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    publish = add("publish", _publish, "check procedures and put them into force")
    publish.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folder of a procedure, or above several")
    check = add("check", _check, "say what in models, decisions, forms and facts would not run")
    check.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    check.add_argument("--json", action="store_true", help="print a machine-readable report")
    render = add("render", _render, "draw models as SVG")
    render.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    render.add_argument("-o", dest="folder", required=True, type=Path, metavar="DIR", help="folder for the drawings")
    verify = add("verify", _verify, "judge the signatures of a PDF, without network")
    verify.add_argument("file", type=Path, metavar="FILE", help="the PDF")
    verify.add_argument(
        "--trust",
        action="append",
        type=Path,
        default=[],
        metavar="PEM",
        help="root certificate or revocation list; without one those of this installation",
    )
    verify.add_argument("--json", action="store_true", help="print a machine-readable report")


def _start(config: Config, _asked: argparse.Namespace) -> int:
    from workflow_engine import start

    return start.start(config, lambda line: print(line, flush=True))


def _serve(config: Config, asked: argparse.Namespace) -> int:
    if not asked.checked:
        from workflow_engine.installation import open_checked_database

        open_checked_database(config).close()
    from workflow_engine import serving

    serving.serve(config)
    return 0


def _worker(config: Config, _asked: argparse.Namespace) -> int:
    from workflow_engine import logs, worker
    from workflow_engine.installation import open_checked_database

    logs.set_up()
    # A service manager stops with SIGTERM: what is being done is finished first, as on Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    database = open_checked_database(config)
    try:
        worker.run(database, config)
    finally:
        database.close()
    return 0


def _migrate(config: Config, _asked: argparse.Namespace) -> int:
    from workflow_engine import migrate
    from workflow_engine.installation import open_database, refuse_demonstration_at_work

    database = open_database(config)
    before = migrate.find_version(database)
    if before:
        refuse_demonstration_at_work(config, database)
    migrate.upgrade(database)
    print(f"The tables were at version {before or 'none'} and are at {migrate.head()}.")
    return 0


def _seed(config: Config, _asked: argparse.Namespace) -> int:
    from workflow_engine import start

    start.seed_demonstration(config, start.prepare(config, print), print)
    return 0


def _publish(config: Config, asked: argparse.Namespace) -> int:
    from workflow_engine import publishing
    from workflow_engine.installation import open_checked_database

    for version in publishing.publish(config, open_checked_database(config), asked.paths):
        print(f"{version.procedure_id}: version {version.number} is in the database.")
    return 0


def _check(_config: Config, asked: argparse.Namespace) -> int:
    from workflow_engine.definitions.commands import check_command
    from workflow_engine.operators import list_operators

    return check_command(_existing(asked.paths), asked.json, list_operators())


def _render(_config: Config, asked: argparse.Namespace) -> int:
    from workflow_engine.definitions.commands import render_command

    return render_command(_existing(asked.paths), asked.folder)


def _verify(config: Config, asked: argparse.Namespace) -> int:
    from workflow_engine import issuing, pki
    from workflow_engine.verification import verify_command

    own = [path for path in pki.trust_anchors(issuing.ca_folder(config)) if path.exists()]
    return verify_command(asked.file, asked.trust or own, asked.json)


def _doctor(config: Config, _asked: argparse.Namespace) -> int:
    from workflow_engine import doctor

    return doctor.report(config, print)


def _existing(paths: Sequence[Path]) -> list[Path]:
    for path in paths:
        if not path.exists():
            raise EngineError("There is no file or folder {path}.", path=path)
    return list(paths)


if __name__ == "__main__":
    sys.exit(main())
