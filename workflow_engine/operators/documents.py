"""Papers the system issues by itself: numbered, rendered, sealed by the agency, sent.

All remote: rendering and sealing are slow.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow_engine import clock, dossier_values, history, issuing, messages
from workflow_engine.calendars import calendar_of
from workflow_engine.issuing import Issued
from workflow_engine.models import Dossier
from workflow_engine.operators.registry import Recording, RemoteWork, operator


@operator("documents.issue_receipt", kind="remote")
def issue_receipt(work: RemoteWork) -> Recording:
    """Mẫu 01; Mẫu 06 is printed from the history when somebody asks for it."""
    issued = issuing.issue(work, "receipt_note")
    return _recording(work, issued, "accepted", "dossier.accepted", "Tiếp nhận hồ sơ và hẹn trả kết quả")


@operator("documents.send_supplement_request", kind="remote")
def send_supplement_request(work: RemoteWork) -> Recording:
    """Mẫu 02: one request that names everything missing."""
    issued = issuing.issue(work, "supplement_request")
    return _recording(work, issued, "supplement_requested", "supplement.requested", "Yêu cầu bổ sung hồ sơ")


@operator("documents.send_stop_notice", kind="remote")
def send_stop_notice(work: RemoteWork) -> Recording:
    """Mẫu 05, signed by the leader before: the seal, then the notice."""
    issued = issuing.seal_signed(work, "stop_notice")
    return _recording(work, issued, "stopped", "dossier.stopped", "Thông báo dừng giải quyết hồ sơ")


@operator("documents.send_apology", kind="remote")
def send_apology(work: RemoteWork) -> Recording:
    """Mẫu 04, signed by the leader before: the seal, the new date, the notice."""
    issued = issuing.seal_signed(work, "apology_note")
    tell = _recording(work, issued, "apology", "delay.apologised", "Xin lỗi và hẹn lại ngày trả kết quả")

    def record(session: Session, dossier: Dossier) -> dict[str, Any]:
        new_due_on = dossier_values.latest(session, dossier, "shared/draft_apology")["new_due_on"]
        calendar = calendar_of(session, dossier.authority_id)
        day = datetime.fromisoformat(str(new_due_on)).date()
        clock.extend(session, dossier, datetime.combine(day, calendar.closing_time, calendar.timezone))
        return dict(tell(session, dossier))

    return record


@operator("documents.issue_paper", kind="remote")
def issue_paper(work: RemoteWork) -> Recording:
    """A paper that a completed task left behind (Mẫu 03): numbered, rendered, sealed, sent."""
    issued = issuing.issue(work, str(work.variables["document_key"]))
    return _recording(work, issued, "refused_at_intake", "dossier.refused", "Không tiếp nhận hồ sơ (Mẫu 03)")


def _recording(work: RemoteWork, issued: Issued, message: str, kind: str, title: str) -> Recording:
    """What the second transaction does: the paper is issued, it stands in the history, the applicant is told."""

    def record(session: Session, dossier: Dossier) -> dict[str, Any]:
        issuing.record(session, dossier, issued)
        history.record(session, dossier, kind, title, element_id=work.element_id, is_public=True)
        messages.to_applicant(session, dossier, message, due_at=dossier.due_at)
        return {}

    return record
