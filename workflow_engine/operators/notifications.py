"""Word to people: rows of the outbox, sent by the worker after the action."""

from workflow_engine import messages
from workflow_engine.operators.registry import LocalCall, operator


@operator("notifications.warn_reception_head", kind="local")
def warn_reception_head(call: LocalCall) -> dict[str, object]:
    """Reception has not answered within its hours."""
    messages.to_officials(call.session, call.dossier, "reception", "intake_overdue")
    return {}


@operator("notifications.remind_applicant", kind="local")
def remind_applicant(call: LocalCall) -> dict[str, object]:
    """The date to complete the dossier comes near."""
    messages.to_applicant(
        call.session, call.dossier, "supplement_reminder", due_at=call.variables.get("supplement_due_at")
    )
    return {}


@operator("notifications.escalate_overdue", kind="local")
def escalate_overdue(call: LocalCall) -> dict[str, object]:
    """The promised date has passed, or a second delay threatens."""
    messages.to_officials(call.session, call.dossier, "leader", "overdue")
    return {}


@operator("notifications.notify_result", kind="local")
def notify_result(call: LocalCall) -> dict[str, object]:
    """There is a result."""
    messages.to_applicant(call.session, call.dossier, "result_ready")
    return {}
