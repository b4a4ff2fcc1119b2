"""What the pages for review, signing and sealing show beside the paper, and the mark of what was shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from web.catalogues import sentence
from web.desk.case import Option
from web.desk.opened import Opened
from web.session import configuration, database
from workflow_engine import casefile, people, signing_desk
from workflow_engine.errors import EngineError
from workflow_engine.forms import summary
from workflow_engine.models import SigningAuthority

CAPACITIES = {
    "head": "Người đứng đầu",
    "deputy": "Ký thay (KT.)",
    "by_order": "Thừa lệnh (TL.)",
    "delegated": "Thừa ủy quyền (TUQ.)",
}


@dataclass(frozen=True)
class Finding:
    """What somebody concluded earlier: which step, and the answer."""

    label: str
    value: str


def is_signed(opened: Opened, values: Mapping[str, Any]) -> bool:
    """Whether this answer asks for a signature; returning a draft needs none."""
    return values.get("review_outcome", signing_desk.APPROVED) == signing_desk.APPROVED


def paper_names(opened: Opened) -> dict[str, Any]:
    """The paper that is reviewed, signed or sealed here; why it can not be shown, if so."""
    names: dict[str, Any] = {"shown_sha256": "", "preview_problem": "", "paper_title": opened.task.name}
    try:
        shown = signing_desk.preview(database(), configuration(), opened.task.id, opened.official)
    except EngineError as error:
        return names | {"preview_problem": sentence(error)}
    document = next((each for each in opened.case.papers if each.id == shown.document_id), None)
    with database().reading() as looking:
        right = (
            signing_desk.find_right(looking, opened.case.dossier, document, opened.official.account_id)
            if document
            else None
        )
        signer = people.get_account(looking, document.signer_id).name if document and document.signer_id else ""
        findings = list(_findings(looking, opened))
    return names | {
        "shown_sha256": shown.sha256,
        "paper_title": shown.title,
        "drafts": [Option(f"n{opened.task.id}", f"{shown.title} (bản của bước này)")],
        "shown": f"n{opened.task.id}",
        "right": _spoken(right),
        "capacity": right.capacity if right else "",
        "signer": signer,
        "paper": document,
        "findings": findings,
    }


def _spoken(right: SigningAuthority | None) -> str:
    if right is None:
        return ""
    until = f", đến {right.to_on:%d/%m/%Y}" if right.to_on else ""
    return f"{CAPACITIES.get(right.capacity, right.capacity)}, {right.basis}{until}"


def _findings(session: Session, opened: Opened) -> Iterator[Finding]:
    """The answers that decided the earlier steps, in the order of the work."""
    procedure = opened.case.procedure
    for form_key, values in casefile.values_of(session, opened.case.dossier).items():
        form = procedure.forms.get(form_key)
        if form is None or form_key == procedure.start_form.key:
            continue
        deciding = {each.key for each in form.components if each.type == "radio" and each.is_asked_again}
        for row in summary(form, values):
            if row.path in deciding:
                yield Finding(form.title, row.value)
