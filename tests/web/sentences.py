"""Finds every sentence a reader may see: Vietnamese ones in public templates and views, English ones in the engine."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

PROJECT = Path(__file__).parents[2]
ENGINE = PROJECT / "workflow_engine"
WEB = PROJECT / "web"
STAFF_VIEWS = ("inbox.py", "tasks.py", "casefile.py")
# What these say is for the console, the log or the analyst; it stays English.
CONSOLE_ERRORS = {
    "CalendarError",
    "CannotStart",
    "ConfigError",
    "Fault",
    "FeelError",
    "ModelError",
    "ModelRefused",
    "NotMigrated",
    "SyntaxFault",
    "WrongInstallation",
}
CONSOLE_MODULES = ("cli.py", "start.py", "publishing.py", "doctor.py", "config.py")
SPEAKING = {"FieldError", "Refused", "Check", "Report", "_refusal"}
# Sentences kept in tables of their own.
TABLES = (
    ("workflow_engine.forms.messages", "ALL"),
    ("workflow_engine.files", "SENTENCES"),
    ("workflow_engine.verification", "HEADLINES"),
)
WHOLE_MODULES = ("checks.py",)


def known(language: str) -> dict[str, object]:
    """The translations of a catalogue by their message id; fuzzy and empty ones are not there."""
    path = WEB / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as text:
        catalogue = read_po(text)
    return {
        _single(each.id): each.string for each in catalogue if each.id and _is_whole(each.string) and not each.fuzzy
    }


def public_templates() -> list[Path]:
    """The templates of pages that have an English mirror."""
    folder = WEB / "templates"
    return [
        path
        for path in sorted(folder.rglob("*.html"))
        if "staff" not in path.relative_to(folder).parts[0] and path.name not in ("base_staff.html", "staff_side.html")
    ]


def public_sentences() -> set[str]:
    """Everything the public pages and their views hand to gettext."""
    found: set[str] = set()
    options = {"newstyle_gettext": "true", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
    for path in public_templates():
        with path.open("rb") as text:
            for _line, _function, message, _comments in babel_extract(text, ("_", "gettext", "ngettext"), [], options):
                found.add(_single(message))
    for path in _public_modules():
        with path.open("rb") as text:
            keywords = {"_": None, "_l": None, "ngettext": (1, 2)}
            for _line, message, _comments, _context in extract("python", text, keywords):
                found.add(_single(message))
    return found - {""}


def engine_sentences() -> set[str]:
    """Every English template the engine may show on a screen."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ENGINE.rglob("*.py"))}
    parents = {
        node.name: _base(node) for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    }
    errors = {name for name in parents if _is_error(name, parents)} | {"EngineError"}
    speaking = (errors - CONSOLE_ERRORS) | SPEAKING
    found: set[str] = set()
    for path, tree in trees.items():
        if path.name in CONSOLE_MODULES or "definitions" in path.parts:
            continue
        named = _constants(tree)
        found |= {text for text in named.values() if text.endswith(".")}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in speaking:
                found |= set(_spoken(node, named))
            elif isinstance(node, ast.ClassDef) and node.name in errors - CONSOLE_ERRORS:
                found.add((ast.get_docstring(node) or "").strip())
        if path.name in WHOLE_MODULES:
            found |= set(_all_strings(tree))
    for module, table in TABLES:
        sentences = getattr(importlib.import_module(module), table)
        found |= set(sentences.values() if isinstance(sentences, dict) else sentences)
    return {sentence for sentence in found if " " in sentence}


def _public_modules() -> Iterator[Path]:
    for path in sorted(WEB.rglob("*.py")):
        if path.name not in STAFF_VIEWS and "desk" not in path.parts:
            yield path


def _spoken(call: ast.Call, named: dict[str, str]) -> Iterator[str]:
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        for node in ast.walk(argument):
            if isinstance(node, ast.Call) and node is not argument:
                break
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sentence(node.value):
                yield node.value
            elif isinstance(node, ast.Name) and node.id in named:
                yield named[node.id]


def _all_strings(tree: ast.Module) -> Iterator[str]:
    documentation = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node.value in documentation:
            continue
        if _is_sentence(node.value) and "%" not in node.value:
            yield node.value


def _is_sentence(text: str) -> bool:
    return " " in text and any(letter.isalpha() for letter in text)


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _base(node: ast.ClassDef) -> str:
    return _name(node.bases[0]) if node.bases else ""


def _is_error(name: str, parents: dict[str, str]) -> bool:
    seen: set[str] = set()
    while name and name not in seen:
        if name == "EngineError":
            return True
        seen.add(name)
        name = parents.get(name, "")
    return False


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _single(message: object) -> str:
    if isinstance(message, str):
        return message
    return _single(message[0]) if isinstance(message, tuple | list) and message else ""


def _is_whole(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)
