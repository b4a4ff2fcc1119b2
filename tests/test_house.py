"""The rules of the house, checked: where things stand, who imports whom, how long a file may be, what is explained."""

import ast
import re
import subprocess
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from workflow_engine import config

PROJECT = Path(__file__).resolve().parent.parent
TOP_LEVEL = {
    *("workflow_engine", "bpmn", "forms", "web", "migrations", "config.toml", "tests", "README.md"),
    *("pyproject.toml", "Makefile", "docs", "bench", ".ci", "package.json", ".gitignore"),
    *("package-lock.json", "requirements.lock", "requirements-test.lock"),
}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def _tracked() -> list[Path]:
    """Files that belong to the project: known to git or not yet, but never the ignored ones."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return sorted(path for name in listed.split("\0") if name and (path := PROJECT / name).is_file())


TRACKED = _tracked()
PYTHON = [path for path in TRACKED if path.suffix == ".py"]
OURS = [path for path in PYTHON if path.relative_to(PROJECT).parts[0] in {"workflow_engine", "web"}]


def _name(path: Path) -> str:
    """workflow_engine/feel/__init__.py is the module workflow_engine.feel."""
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(path): path for path in OURS}


def _is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _imports(path: Path, *, within_functions: bool) -> set[str]:
    """Full names of what a file imports; those for types only do not count."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if _is_for_types_only(node):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not within_functions:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are written in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
        waiting.extend(ast.iter_child_nodes(node))
    return found


def test_the_top_level_is_exactly_the_agreed_one() -> None:
    present = {path.relative_to(PROJECT).parts[0] for path in TRACKED}
    assert present - TOP_LEVEL == set()


def test_the_engine_never_imports_the_web() -> None:
    forbidden = re.compile(r"(web|flask|flask_\w+|werkzeug|jinja2|wtforms)(\..*)?")
    found = {
        f"{name} imports {imported}"
        for name, path in MODULES.items()
        if name.startswith("workflow_engine")
        for imported in _imports(path, within_functions=True)
        if forbidden.fullmatch(imported)
    }
    assert found == set()


def test_modules_do_not_import_in_circles() -> None:
    graph = {}
    for name, path in MODULES.items():
        wanted = {imported for imported in _imports(path, within_functions=False) if imported in MODULES}
        # A package's first file is loaded before its parts, but it is there to collect them: that is no circle.
        graph[name] = {each for each in wanted - {name} if not name.startswith(each + ".")}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("a circle: " + " → ".join(error.args[1]))


def test_only_the_engine_core_imports_spiffworkflow() -> None:
    importing = {
        name
        for name, path in MODULES.items()
        if any(imported.split(".")[0] == "SpiffWorkflow" for imported in _imports(path, within_functions=True))
    }
    assert {name for name in importing if not name.startswith("workflow_engine.spiff")} == set()


def test_tests_are_not_imported_by_what_they_test() -> None:
    assert not [name for name, path in MODULES.items() if any(
        imported.split(".")[0] == "tests" for imported in _imports(path, within_functions=True)
    )]  # fmt: skip


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(PROJECT)))
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    assert lines <= LONGEST_FILE, f"{lines} lines: find the second noun in it"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name}: {length} lines: find the second verb in it"


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, path in MODULES.items() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_no_name_says_nothing() -> None:
    empty = re.compile(r"(.*_)?(utils?|helpers?|managers?|processors?|impl|misc|common|services?)")
    assert [name for name in MODULES if empty.fullmatch(name.rsplit(".", 1)[-1])] == []


def test_code_is_never_made_from_text() -> None:
    forbidden = {"eval", "exec", "__import__"}
    found = []
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in forbidden:
                found.append(f"{name}:{node.lineno}")
            if isinstance(node, ast.keyword) and node.arg == "shell":
                found.append(f"{name}:{node.value.lineno}")
    assert found == []


def _settings() -> dict[str, int]:
    """Each setting of config.toml ("server.port") and its line number."""
    found, section = {}, ""
    for number, line in enumerate((PROJECT / "config.toml").read_text(encoding="utf-8").splitlines()):
        if header := re.fullmatch(r"\[(\w+)\]", line):
            section = header[1] + "."
        elif setting := re.match(r"(\w+) = ", line):
            found[section + setting[1]] = number
    return found


def test_every_setting_is_explained() -> None:
    lines = (PROJECT / "config.toml").read_text(encoding="utf-8").splitlines()
    assert [name for name, number in _settings().items() if not re.match(r"# \w.{10,}", lines[number - 1])] == []


def test_every_setting_is_used() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for name, path in MODULES.items() if name != config.__name__)
    unused = {name for name in _settings() if not re.search(rf"\.{name.rsplit('.', 1)[-1]}\b", sources)}
    assert unused == set()


def test_the_settings_file_is_read_in_full() -> None:
    text = (PROJECT / "config.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    names = {f"{section}.{key}" for section, each in tables.items() if isinstance(each, dict) for key in each}
    assert names | {key for key, value in tables.items() if not isinstance(value, dict)} == set(_settings())


def test_the_map_of_the_readme_is_complete() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    listed = {path.relative_to(PROJECT) for path in OURS}
    parts = {path.parts[1] for path in listed if path.parts[0] == "workflow_engine" and len(path.parts) > 1}
    parts |= {path.parts[1] for path in listed if path.parts[0] == "web" and len(path.parts) > 1}
    parts -= {"__init__.py"}
    assert {part for part in parts if not re.search(rf"[\s`/]{re.escape(part)}\b", readme)} == set()


def test_no_place_of_one_machine_is_written_down() -> None:
    # Put together here, so that this file does not find itself.
    places = ["/" + "work/", "/" + "root/", "/home" + "/", "files.pythonhosted" + ".org", "registry.npmjs" + ".org"]
    places += ["pypi" + ".org"]
    found = []
    for path in TRACKED:
        if path.suffix in {".png", ".ttf", ".woff2", ".pdf", ".p12", ".zip", ".jpg"}:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{path.relative_to(PROJECT)}: {place}" for place in places if place in text]
    assert found == []
