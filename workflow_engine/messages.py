"""Messages to applicants and officials: rows of the outbox with a subject and a text without personal numbers.

Texts are Vietnamese (the applicant's language at this office) and short enough to be sent as they are.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_engine import db, people
from workflow_engine.calendars import calendar_of
from workflow_engine.models import Account, Dossier, Outbox, Post
from workflow_engine.routing import unit_for

TEXTS: dict[str, tuple[str, str]] = {
    "submitted": (
        "Đã nhận hồ sơ {code}",
        "Cơ quan đã nhận hồ sơ {code} qua mạng và sẽ trả lời trong 8 giờ làm việc. Giữ"
        " mã tra cứu đã cấp để theo dõi hồ sơ.",
    ),
    "accepted": (
        "Hồ sơ {code} được tiếp nhận, hẹn trả {due}",
        "Hồ sơ {code} đủ thành phần và được tiếp nhận. Ngày hẹn trả kết quả: {due}. Giấy"
        " tiếp nhận nằm trong mục Hồ sơ của tôi.",
    ),
    "supplement_requested": (
        "Hồ sơ {code} cần bổ sung",
        "Hồ sơ {code} cần bổ sung giấy tờ. Xem các nội dung cần bổ sung và nộp lại trong mục Hồ sơ của tôi.",
    ),
    "supplement_reminder": (
        "Sắp hết hạn bổ sung hồ sơ {code}",
        "Hồ sơ {code} cần được bổ sung trước {due}. Quá hạn, cơ quan sẽ dừng giải quyết.",
    ),
    "refused_at_intake": (
        "Hồ sơ {code} không được tiếp nhận",
        "Hồ sơ {code} không được tiếp nhận. Lý do và căn cứ có trong Phiếu từ chối (Mẫu 03).",
    ),
    "stopped": (
        "Dừng giải quyết hồ sơ {code}",
        "Hồ sơ {code} đã dừng giải quyết. Căn cứ và cách nộp lại có trong Thông báo (Mẫu 05).",
    ),
    "apology": (
        "Hẹn lại ngày trả kết quả hồ sơ {code}",
        "Cơ quan xin lỗi vì chậm giải quyết hồ sơ {code}. Ngày hẹn mới: {due}.",
    ),
    "result_ready": (
        "Hồ sơ {code} đã có kết quả",
        "Hồ sơ {code} đã có kết quả. Xem và tải kết quả có chữ ký số trong mục Hồ sơ của tôi.",
    ),
    "intake_overdue": (
        "Quá 8 giờ làm việc chưa trả lời hồ sơ {code}",
        "Hồ sơ {code} nộp đã quá 8 giờ làm việc mà chưa được trả lời.",
    ),
    "overdue": (
        "Hồ sơ {code} quá hạn hoặc chậm lần hai",
        "Hồ sơ {code} đã quá hạn hoặc sắp chậm lần hai. Cần chỉ đạo xử lý.",
    ),
}


def to_applicant(session: Session, dossier: Dossier, key: str, **values: Any) -> None:
    """Write to whoever submitted the dossier; without an account there is nobody to write to."""
    account = session.get(Account, dossier.account_id) if dossier.account_id else None
    if account is not None:
        _write(session, dossier, account.email, key, values)


def to_officials(session: Session, dossier: Dossier, role: str, key: str, **values: Any) -> None:
    """Write to everybody who holds a role in the unit that handles the dossier."""
    unit_id = unit_for(session, dossier, role, key)
    today = people.today(session)
    query = (
        select(Account.email)
        .join(Post, Post.account_id == Account.id)
        .where(Post.unit_id == unit_id, Post.role == role, Post.from_on <= today)
    )
    for email in session.scalars(query.where(Post.to_on.is_(None) | (Post.to_on >= today))):
        _write(session, dossier, email, key, values)


def _write(session: Session, dossier: Dossier, recipient: str, key: str, values: dict[str, Any]) -> None:
    subject, body = TEXTS[key]
    due = values.get("due_at")
    if isinstance(due, str):
        due = datetime.fromisoformat(due)
    zone = calendar_of(session, dossier.authority_id).timezone
    known = {
        "code": dossier.code,
        "due": due.astimezone(zone).strftime("%H:%M ngày %d/%m/%Y") if isinstance(due, datetime) else "…",
    }
    moment = db.now(session)
    session.add(
        Outbox(
            id=db.new_id(),
            authority_id=dossier.authority_id,
            dossier_id=dossier.id,
            recipient=recipient,
            subject=subject.format_map(known),
            body=body.format_map(known),
            created_at=moment,
            next_attempt_at=moment,
        )
    )
