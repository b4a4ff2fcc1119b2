"""The registers of what was granted."""

from datetime import date

from sqlalchemy import select

from workflow_engine import db, history, papers
from workflow_engine.calendars import calendar_of
from workflow_engine.deadlines import local_day
from workflow_engine.models import Document, DocumentState, RegisterEntry
from workflow_engine.operators.registry import LocalCall, operator
from workflow_engine.spiff import Fault


@operator("registers.record_certificate", kind="local")
def record_certificate(call: LocalCall) -> dict[str, object]:
    """Write the certificate into the register the facts name; its number is the number of the document."""
    result = call.procedure.facts.result
    query = select(Document).where(
        Document.authority_id == call.dossier.authority_id,
        Document.dossier_id == call.dossier.id,
        Document.key == result.kind,
        Document.state == DocumentState.ISSUED,
    )
    document = call.session.scalar(query.order_by(Document.id.desc()))
    if document is None:
        raise Fault("the certificate is not issued yet", element=call.element.id)
    fields = document.facts.get("fields", {})
    valid_to = fields.get("valid_to")
    call.session.add(
        RegisterEntry(
            authority_id=call.dossier.authority_id,
            id=db.new_id(),
            dossier_id=call.dossier.id,
            register=result.register,
            number=papers.number_of(document),
            holder_id=call.dossier.owner_id,
            holder_name=call.dossier.applicant_name,
            scope=fields.get("scope", []),
            valid_from=document.issued_on
            or local_day(calendar_of(call.session, call.dossier.authority_id), db.now(call.session)),
            valid_to=date.fromisoformat(valid_to) if valid_to else None,
            status="active",
            recorded_at=db.now(call.session),
        )
    )
    history.record(
        call.session, call.dossier, "register.recorded", "Ghi sổ đăng ký", element_id=call.element.id, is_public=True
    )
    return {}
