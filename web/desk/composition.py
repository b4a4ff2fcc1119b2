"""The reception check: a verdict on each component; what is missing or wrong is asked for in one supplement request.

Beside the form's own fields the page sends ``check.<component>`` (ok, missing, wrong) and
``ask.<component>.requirement|reason``; the request page sends the items themselves and carries the verdicts along.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.desk.case import Case
from web.desk.opened import Opened
from workflow_engine.definitions.facts import DocumentFact
from workflow_engine.errors import FieldError, InvalidForm
from workflow_engine.forms import Choice, parse_post
from workflow_engine.models import DossierFile

# The component that is the filled-in start form; what is wrong in it is asked for by section.
APPLICATION = "application"
FAULTY = ("missing", "wrong")
VERDICTS = ("ok", *FAULTY)
NOT_JUDGED = "Choose a verdict for the component “{name}”."
STILL_FAULTY = "The component “{name}” is not in order: ask for it, or change the verdict."
NOTHING_ASKED = "Name at least one thing to supplement."


@dataclass(frozen=True)
class Component:
    """A component of the dossier with its files and what the officer has said about it."""

    key: str
    name: str
    condition: str
    is_required: bool
    is_registered: bool
    is_online: bool  # the form itself, filled in online
    files: tuple[DossierFile, ...]
    verdict: str
    requirement: str
    reason: str

    @property
    def ok_words(self) -> str:
        """How "in order" is called: a register may have it already, or it may not be needed."""
        return "Đạt" if self.files or self.is_required else "Không cần"


@dataclass(frozen=True)
class Item:
    """One thing the applicant is asked for."""

    document: str
    name: str
    requirement: str
    reason: str


def components_of(case: Case, raw: Mapping[str, Any]) -> tuple[Component, ...]:
    """The components of the procedure, judged as ``raw`` says."""
    verdicts, asked = raw.get("check") or {}, raw.get("ask") or {}
    return tuple(_component(fact, case.files, verdicts, asked) for fact in case.procedure.facts.documents)


def read(opened: Opened, posted: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What was typed in the check or in the request, as the values of the form, with the verdicts beside them."""
    sent = [(name, value) for name, value in posted]
    raw = parse_post(opened.form, sent)
    check: dict[str, str] = {}
    ask: dict[str, dict[str, str]] = {}
    for name, value in sent:
        head, _sep, rest = name.partition(".")
        key, _sep, part = rest.partition(".")
        if head == "check" and value in VERDICTS:
            check[key] = value
        elif head == "ask" and part in ("requirement", "reason"):
            ask.setdefault(key, {})[part] = value.strip()
    if any(name == "composing" for name, _value in sent):
        items = [row for row in raw.get("missing_items") or [] if isinstance(row, Mapping)]
        ask |= {
            str(row.get("document")): {"requirement": row.get("requirement") or "", "reason": row.get("reason") or ""}
            for row in items
        }
    else:
        known = {choice.token for choice in opened.task_form.choices.get("supplement_items", ())}
        raw["missing_items"] = [
            {
                "document": key if key in known else "",
                "requirement": ask.get(key, {}).get("requirement", ""),
                "reason": ask.get(key, {}).get("reason", ""),
            }
            for key, verdict in check.items()
            if verdict in FAULTY
        ]
    return {**raw, "check": check, "ask": ask}


def values_only(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values that belong to the form."""
    return {key: value for key, value in raw.items() if key not in ("check", "ask")}


def require_consistent(opened: Opened, raw: Mapping[str, Any]) -> None:
    """Refuse to accept with open or faulty components, and to ask for nothing. Raises InvalidForm."""
    outcome = raw.get("composition_outcome")
    components = components_of(opened.case, raw)
    errors = []
    if outcome == "complete":
        open_ones = [
            FieldError(f"check.{each.key}", NOT_JUDGED, {"name": each.name}) for each in components if not each.verdict
        ]
        faulty = [each for each in components if each.verdict in FAULTY]
        errors = open_ones + [FieldError(f"check.{each.key}", STILL_FAULTY, {"name": each.name}) for each in faulty]
    elif outcome == "supplement" and not raw.get("missing_items"):
        errors = [nothing_asked()]
    if errors:
        raise InvalidForm(errors)


def nothing_asked() -> FieldError:
    """A request needs something to ask for."""
    return FieldError("missing_items", NOTHING_ASKED)


def items_of(raw: Mapping[str, Any], choices: Sequence[Choice]) -> tuple[Item, ...]:
    """The rows of the request; ``choices`` names what can be asked for."""
    names = {choice.token: choice.label for choice in choices}
    rows = [row for row in raw.get("missing_items") or [] if isinstance(row, Mapping)]
    return tuple(
        Item(
            str(row.get("document") or ""),
            names.get(str(row.get("document") or ""), ""),
            str(row.get("requirement") or ""),
            str(row.get("reason") or ""),
        )
        for row in rows
    )


def changed_items(raw: Mapping[str, Any], button: str, number: str) -> dict[str, Any]:
    """The request after "add" or "drop" of the item with this number."""
    rows = list(raw.get("missing_items") or [])
    if button == "add":
        rows.append({"document": "", "requirement": "", "reason": ""})
    elif button == "drop" and number.isdecimal() and int(number) < len(rows):
        rows.pop(int(number))
    return {**raw, "missing_items": rows}


def carried(opened: Opened, raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Hidden fields by which the request page brings the check along."""
    names = ("identity_checked", "documents_match", "copies", "refusal_reason")
    kept = [(name, str(raw[name])) for name in names if raw.get(name) not in (None, "", False)]
    return kept + [(f"check.{key}", verdict) for key, verdict in (raw.get("check") or {}).items()]


def _component(
    fact: DocumentFact, files: Sequence[DossierFile], verdicts: Mapping[str, str], asked: Mapping[str, Any]
) -> Component:
    own = asked.get(fact.key) or {}
    return Component(
        key=fact.key,
        name=fact.name_vi,
        condition="" if fact.condition.startswith("=") else fact.condition,
        is_required=fact.required,
        is_registered=bool(fact.data_source),
        is_online=fact.key == APPLICATION,
        files=tuple(each for each in files if each.component == fact.key),
        verdict=verdicts.get(fact.key, ""),
        requirement=own.get("requirement", ""),
        reason=own.get("reason", ""),
    )
