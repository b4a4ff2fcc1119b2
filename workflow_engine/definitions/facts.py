"""The facts of law about a procedure: `procedure.toml`, checked and typed.

The model reads them as the read-only context `procedure` (`Facts.raw`); a change of law is a new version of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow_engine.definitions.facts_reading import FactsTable, parse_toml
from workflow_engine.definitions.problem import ModelRefused

UNITS = ("working", "calendar")
STARTS = ("reception", "valid_dossier", "valid_dossier_and_fee")
CLOCK_POLICIES = ("RESTART", "PAUSE", "CONTINUE")
LEVELS = ("central", "provincial")
COPIES = ("original", "certified", "plain")


@dataclass(frozen=True)
class Authority:
    """Who decides. `unit` is the kind of the handling unit (a key), `unit_name_vi` its name on papers."""

    name_vi: str
    name_en: str
    signer: str
    delegated: bool
    unit: str
    unit_name_vi: str


@dataclass(frozen=True)
class Deadline:
    """The legal period. `starts` says which event starts it, `clock_policy` what a supplement does to it."""

    days: int
    unit: str
    starts: str
    clock_policy: str
    legal_basis: str


@dataclass(frozen=True)
class Period:
    """A number of days, `unit` is working or calendar."""

    days: int
    unit: str
    legal_basis: str


@dataclass(frozen=True)
class Supplement:
    """How long the applicant has to complete a dossier, and how often it may be asked without approval."""

    applicant_days: int
    unit: str
    max_requests: int


@dataclass(frozen=True)
class Fee:
    """`rule` is "none", "fixed" or "decision:<decision id>"; `amount` in `currency`, None when the rule computes it."""

    rule: str
    amount: int | None
    currency: str
    note: str


@dataclass(frozen=True)
class Result:
    """What is issued; `validity_years` is None for a result without an end."""

    kind: str
    name_vi: str
    name_en: str
    refusal_kind: str
    validity_years: int | None
    validity_mode: str
    partial_grant: bool
    annex: str
    register: str


@dataclass(frozen=True)
class DocumentFact:
    """One component of the dossier. `condition` is FEEL when it begins with "=", else a remark."""

    key: str
    name_vi: str
    name_en: str
    copy: str
    form: str
    required: bool
    condition: str
    data_source: str


@dataclass(frozen=True)
class Facts:
    """The facts in force from `effective_from`; `raw` is the whole file as nested mappings for FEEL."""

    id: str
    code: str
    name_vi: str
    name_en: str
    family: str
    field: str
    level: str
    applicants: tuple[str, ...]
    effective_from: date
    effective_until: date | None
    legal_basis: tuple[str, ...]
    authority: Authority
    deadline: Deadline
    validity_check: Period
    supplement: Supplement
    fee: Fee
    result: Result
    documents: tuple[DocumentFact, ...]
    raw: Mapping[str, Any]


def parse_facts(content: bytes, file: str) -> Facts:
    """Return the facts in a `procedure.toml`; raise ModelRefused that names every wrong key."""
    raw = parse_toml(content, file)
    table = FactsTable(raw, file)
    facts = Facts(
        id=table.key("id"),
        code=table.text("code", empty=True),
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        family=table.text("family"),
        field=table.text("field"),
        level=table.one_of("level", LEVELS),
        applicants=table.texts("applicants"),
        effective_from=table.day("effective_from") or date.min,
        effective_until=table.day("effective_until", optional=True),
        legal_basis=table.texts("legal_basis"),
        authority=_authority(table.table("authority")),
        deadline=_deadline(table.table("deadline")),
        validity_check=_period(table.table("validity_check")),
        supplement=_supplement(table.table("supplement")),
        fee=_fee(table.table("fee")),
        result=_result(table.table("result")),
        documents=tuple(_document(row) for row in table.rows("documents")),
        raw=raw,
    )
    keys = [document.key for document in facts.documents if document.key]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        table.refuse("documents", "The document key {key} occurs twice: give each document its own key.", key=key)
    if table.problems:
        raise ModelRefused(table.problems)
    return facts


def _authority(table: FactsTable) -> Authority:
    return Authority(
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en", default=""),
        signer=table.key("signer"),
        delegated=table.yes_or_no("delegated"),
        unit=table.key("unit"),
        unit_name_vi=table.text("unit_name_vi"),
    )


def _deadline(table: FactsTable) -> Deadline:
    return Deadline(
        days=table.whole("days", least=1),
        unit=table.one_of("unit", UNITS),
        starts=table.one_of("starts", STARTS),
        clock_policy=table.one_of("clock_policy", CLOCK_POLICIES),
        legal_basis=table.text("legal_basis", default=""),
    )


def _period(table: FactsTable) -> Period:
    return Period(table.whole("days", least=0), table.one_of("unit", UNITS), table.text("legal_basis", default=""))


def _supplement(table: FactsTable) -> Supplement:
    return Supplement(
        applicant_days=table.whole("applicant_days", least=1),
        unit=table.one_of("unit", UNITS),
        max_requests=table.whole("max_requests", least=0),
    )


def _fee(table: FactsTable) -> Fee:
    fee = Fee(
        rule=table.text("rule"),
        amount=table.whole("amount", least=0, optional=True),
        currency=table.text("currency", default="VND"),
        note=table.text("note", default=""),
    )
    if fee.rule not in ("", "none", "fixed") and not fee.rule.startswith("decision:"):
        table.refuse("rule", 'A fee rule is "none", "fixed" or "decision:<id>", not "{found}".', found=fee.rule)
    if fee.rule == "fixed" and fee.amount is None:
        table.refuse("amount", "A fixed fee needs an amount: write it in dong.")
    return fee


def _result(table: FactsTable) -> Result:
    validity = table.table("validity", optional=True)
    return Result(
        kind=table.key("kind"),
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en", default=""),
        refusal_kind=table.key("refusal_kind"),
        validity_years=validity.whole("years", least=1) if validity.values else None,
        validity_mode=validity.one_of("mode", ("fixed", "at_most")) if validity.values else "unlimited",
        partial_grant=table.yes_or_no("partial_grant"),
        annex=table.text("annex", default=""),
        register=table.text("register", default=""),
    )


def _document(table: FactsTable) -> DocumentFact:
    return DocumentFact(
        key=table.key("key"),
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en", default=""),
        copy=table.one_of("copy", COPIES),
        form=table.text("form", default=""),
        required=table.yes_or_no("required"),
        condition=table.text("condition", default=""),
        data_source=table.text("data_source", default=""),
    )
