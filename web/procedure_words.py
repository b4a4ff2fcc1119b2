"""Names of what a procedure is about, in both languages: fields of work, levels, applicants, copies."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from web.catalogues import language
from workflow_engine.models import ProcedureVersion


@dataclass(frozen=True)
class FieldOfWork:
    """A field with its icon and the number of its procedures."""

    key: str
    icon: str
    name: str
    about: str
    count: int


def fields_of_work(counts: Mapping[str, int]) -> list[FieldOfWork]:
    """The fields that have procedures, in a fixed order."""
    known = {
        "metrology": ("gauge", _("Đo lường"), _("Phê duyệt mẫu, kiểm định, chuẩn đo lường, dấu định lượng")),
        "barcode": ("barcode", _("Mã số, mã vạch"), _("Cấp mới, cấp lại, thu hồi, mã nước ngoài")),
        "conformity": (
            "shield-check",
            _("Đánh giá sự phù hợp"),
            _("Đăng ký và chỉ định thử nghiệm, giám định, chứng nhận"),
        ),
        "quality": ("truck-delivery", _("Chất lượng hàng hoá"), _("Kiểm tra hàng nhóm 2 nhập khẩu, ISO 9001")),
        "dangerous-goods": ("alert-triangle", _("Hàng nguy hiểm"), _("Cấp phép vận chuyển hàng nguy hiểm")),
        "quality-award": ("award", _("Giải thưởng Chất lượng Quốc gia"), _("Đăng ký tham dự, xét tặng")),
        "standards": ("book-2", _("Tiêu chuẩn, quy chuẩn"), _("Thẩm định TCVN, QCVN")),
        "tbt": ("world-check", _("Hàng rào kỹ thuật (TBT)"), _("Hỏi đáp rào cản kỹ thuật trong thương mại")),
    }
    return [FieldOfWork(key, *words, counts[key]) for key, words in known.items() if counts.get(key)]


def field_name(key: str) -> str:
    """The name of one field of work."""
    found = fields_of_work({key: 1})
    return found[0].name if found else key


def level_name(key: str) -> str:
    """Who decides: the central authority or a province."""
    return {"central": _("Cấp trung ương"), "provincial": _("Cấp tỉnh")}.get(key, key)


def applicant_name(key: str) -> str:
    """Who may apply."""
    names = {
        "organisation": _("Tổ chức"),
        "enterprise": _("Doanh nghiệp"),
        "individual": _("Cá nhân"),
        "household": _("Hộ kinh doanh"),
    }
    return names.get(key, key)


def copy_name(key: str) -> str:
    """Which kind of copy is filed."""
    names = {"original": _("Bản chính"), "certified": _("Bản sao chứng thực"), "plain": _("Bản sao")}
    return names.get(key, key)


def unit_of_days(key: str) -> str:
    """Working or calendar days."""
    return _("ngày làm việc") if key == "working" else _("ngày")


def component_name(version: ProcedureVersion, key: str) -> str:
    """The name of a component of the dossier; of an upload the facts do not name, its key."""
    for each in version.facts.get("documents", []):
        if each.get("key") == key:
            return str(each["name_vi"])
    return key


def name_of(thing: object) -> str:
    """The name of a procedure, authority or document in the language of the page."""
    english = getattr(thing, "name_en", "") if language() == "en" else ""
    return english or getattr(thing, "name_vi", "") or getattr(thing, "name", "")


def deadline_words(version: ProcedureVersion) -> str:
    """10 ngày làm việc."""
    deadline = version.facts.get("deadline", {})
    return f"{deadline.get('days', '')} {unit_of_days(deadline.get('unit', 'working'))}".strip()


def fee_words(version: ProcedureVersion) -> str:
    """không thu phí, or that there is a fee."""
    has_fee = version.facts.get("fee", {}).get("rule", "none") not in ("none", "")
    return _("có thu phí") if has_fee else _("không thu phí")


TEMPLATE_NAMES = {
    "field_name": field_name,
    "level_name": level_name,
    "applicant_name": applicant_name,
    "copy_name": copy_name,
    "unit_of_days": unit_of_days,
    "component_name": component_name,
    "name_of": name_of,
    "deadline_words": deadline_words,
    "fee_words": fee_words,
}
