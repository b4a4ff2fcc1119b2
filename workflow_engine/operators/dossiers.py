"""What the model does to the dossier itself."""

from workflow_engine import history
from workflow_engine.operators.registry import LocalCall, operator


@operator("dossiers.deliver_electronic_result", kind="local")
def deliver_electronic_result(call: LocalCall) -> dict[str, object]:
    """The signed result lies in the applicant's own dossiers from now on."""
    history.record(
        call.session,
        call.dossier,
        "result.delivered",
        "Đã gửi kết quả điện tử",
        element_id=call.element.id,
        is_public=True,
    )
    return {}


@operator("dossiers.close", kind="local")
def close(call: LocalCall) -> dict[str, object]:
    """The file is closed; the state comes from the model."""
    history.record(call.session, call.dossier, "dossier.closed", "Đóng hồ sơ", element_id=call.element.id)
    return {}
