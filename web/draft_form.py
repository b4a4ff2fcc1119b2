"""A draft as its pages need it: row, procedure, form (restricted when it answers a supplement request), files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from web import fields
from web.filters import local, now
from workflow_engine import casefile, dossiers, drafts, files, procedures
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.errors import InvalidForm
from workflow_engine.forms import Choice, Form, SummaryRow, restrict, validate
from workflow_engine.models import Account, ApplicationDraft, Authority, DraftFile


@dataclass(frozen=True)
class OpenDraft:
    """``previous`` is what stood in the dossier before, for a supplement; ``asked`` what the authority asked for."""

    draft: ApplicationDraft
    procedure: procedures.Procedure
    authority: Authority
    form: Form
    previous: Mapping[str, Any]
    files: Sequence[DraftFile]
    asked: Sequence[dossiers.AskedItem]

    @property
    def values(self) -> dict[str, Any]:
        """What is typed so far."""
        return dict(self.draft.values)

    @property
    def components(self) -> frozenset[str]:
        """Keys of the uploads that are open."""
        return frozenset(each.key for each in self.form.fields() if each.type == "filepicker" and not each.is_readonly)


@dataclass(frozen=True)
class Check:
    """One line of the panel "before you file"."""

    is_passed: bool
    text: str


def open_draft(session: Session, draft_id: int, account: Account) -> OpenDraft:
    """The draft of this account; NotFound for any other."""
    draft = drafts.get_draft(session, draft_id, account)
    authority = session.get_one(Authority, draft.authority_id)
    found = drafts.list_draft_files(session, draft_id)
    if draft.dossier_code is None:
        procedure = procedures.get_procedure(session, draft.procedure_id, local(now()).date())
        return OpenDraft(draft, procedure, authority, procedure.start_form, {}, found, ())
    dossier = dossiers.get_own(session, draft.dossier_code, account)
    procedure = procedures.get_version(session, dossier.procedure_version_id)
    asked = dossiers.asked_items(session, dossier)
    form = restrict(procedure.start_form, [item.target for item in asked])
    previous = casefile.values_of(session, dossier).get(form.key, {})
    return OpenDraft(draft, procedure, authority, form, previous, found, asked)


def drawn(
    opened: OpenDraft,
    values: Mapping[str, Any],
    *,
    error: InvalidForm | None = None,
    troubles: Sequence[tuple[str, str]] = (),
) -> fields.Drawing:
    """The form with these values; ``troubles`` are sentences about refused files, by component."""
    drawing = fields.draw(
        opened.form,
        _as_filed(opened, values),
        error=error,
        previous=opened.previous,
        uploads=_uploads(opened),
        upload_address=url_for("draft_files.upload", draft_id=opened.draft.id),
        demands={item.target: f"{item.requirement} {item.reason}".strip() for item in opened.asked},
    )
    return fields.replace(drawing, errors=dict(drawing.errors) | dict(troubles))


def _as_filed(opened: OpenDraft, values: Mapping[str, Any]) -> dict[str, Any]:
    """What is locked stands as it was filed, whatever was sent: a browser does not even send all of it."""
    locked = {each.key for each in opened.form.fields() if fields.is_locked(each)}
    kept = {key: value for key, value in values.items() if key not in locked}
    return {**opened.previous, **kept} if opened.previous else dict(values)


def judged(opened: OpenDraft, values: Mapping[str, Any]) -> InvalidForm | None:
    """What is still missing or wrong, or None."""
    try:
        cleaned(opened, values)
    except InvalidForm as error:
        return error
    return None


def cleaned(opened: OpenDraft, values: Mapping[str, Any]) -> dict[str, Any]:
    """The typed values as they will be filed; InvalidForm when something is missing or wrong."""
    return validate(
        opened.form,
        with_files(opened, values),
        scope={"procedure": opened.procedure.facts.raw},
        choices=upload_choices(opened),
        previous=opened.previous,
        functions={"today": lambda: local(now()).date()},
    )


def with_files(opened: OpenDraft, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The values with the hashes of the files that lie with the draft."""
    filled = dict(opened.values if values is None else values)
    for component in opened.components:
        filled[component] = [each.sha256 for each in opened.files if each.component == component]
    return filled


def upload_choices(opened: OpenDraft) -> dict[str, Sequence[Choice]]:
    """The files this person uploaded, as the form's provider of answers."""
    return {"uploads": [Choice(each.sha256, each.filename) for each in opened.files]}


def attach(
    database: Database,
    config: Config,
    opened: OpenDraft,
    account: Account,
    component: str,
    stream: IO[bytes],
    filename: str,
) -> DraftFile:
    """Store a file and put it with the draft; a refusal of the store is a sentence about the file."""
    stored = files.store(files.root_of(config), stream, filename, config.files)
    return database.transact(lambda s: drafts.attach_file(s, opened.draft.id, account, component, stored))


def checks(opened: OpenDraft, values: Mapping[str, Any]) -> list[Check]:
    """What the panel beside the form says, from the same judgement as submitting."""
    error = judged(opened, values)
    pickers = {each.key for each in opened.form.fields() if each.type == "filepicker"}
    paths = [each.path for each in error.errors] if error else []
    missing_files = sum(path in pickers for path in paths)
    missing_fields = len(paths) - missing_files
    return [
        Check(
            not missing_fields,
            ngettext("Còn %(num)d mục phải điền hoặc sửa", "Còn %(num)d mục phải điền hoặc sửa", missing_fields)
            if missing_fields
            else _("Các mục bắt buộc đã điền"),
        ),
        Check(
            not missing_files,
            ngettext("Còn thiếu tệp của %(num)d thành phần", "Còn thiếu tệp của %(num)d thành phần", missing_files)
            if missing_files
            else _("Đủ tệp của các thành phần bắt buộc"),
        ),
        Check(
            all(each.pages or each.media_type != "application/pdf" for each in opened.files),
            _("Tệp mở được, đếm được số trang"),
        ),
    ]


def component_labels(opened: OpenDraft) -> dict[str, str]:
    """What each upload of the form is called."""
    return {each.key: fields.label(each) for each in opened.form.fields() if each.type == "filepicker"}


def review_sections(rows: Sequence[SummaryRow]) -> list[tuple[str, list[SummaryRow]]]:
    """The rows of a summary under their headings, in the order of the form."""
    found: list[tuple[str, list[SummaryRow]]] = []
    for row in rows:
        if not found or found[-1][0] != row.section:
            found.append((row.section, []))
        found[-1][1].append(row)
    return found


def _uploads(opened: OpenDraft) -> dict[str, list[fields.Upload]]:
    found: dict[str, list[fields.Upload]] = {}
    for each in opened.files:
        upload = fields.Upload(each.id, each.filename, each.sha256, each.size, each.pages)
        found.setdefault(each.component, []).append(upload)
    return found
