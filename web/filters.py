"""Days, times, durations and sizes as people read them: dd/mm/yyyy, 24 hours, decimal comma, working days named so."""

from datetime import date, datetime, time, tzinfo

from flask import current_app
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from workflow_engine.deadlines import Calendar, working_days_between, working_minutes_between

SOON_DAYS = 3  # Below this many working days hours are shown too.


def calendar() -> Calendar:
    """The working calendar of this installation."""
    chosen: Calendar = current_app.extensions["calendar"]
    return chosen


def now() -> datetime:
    """Now, as the engine sees it."""
    moment: datetime = current_app.extensions["database"].clock()
    return moment


def local(moment: datetime) -> datetime:
    """The moment in the time zone of the authority."""
    zone: tzinfo = calendar().timezone
    return moment.astimezone(zone)


def day(value: date | datetime | None) -> str:
    """25/11/2026."""
    if value is None:
        return ""
    return (local(value) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def short_day(value: datetime | None) -> str:
    """25/11."""
    return local(value).strftime("%d/%m") if value else ""


def clock_time(value: datetime | None) -> str:
    """10:20."""
    return local(value).strftime("%H:%M") if value else ""


def day_and_time(value: datetime | None) -> str:
    """10:20 25/11/2026."""
    return f"{clock_time(value)} {day(value)}" if value else ""


def weekday(value: date | datetime) -> str:
    """thứ Tư (Wednesday)."""
    number = (local(value) if isinstance(value, datetime) else value).weekday()
    names = (
        _("thứ Hai"),
        _("thứ Ba"),
        _("thứ Tư"),
        _("thứ Năm"),
        _("thứ Sáu"),
        _("thứ Bảy"),
        _("Chủ nhật"),
    )
    return names[number]


def weekday_and_day(value: date | datetime) -> str:
    """thứ Tư, 25/11/2026: how a promise is written."""
    return f"{weekday(value)}, {day(value)}"


def duration(minutes: int) -> str:
    """Working time in words: "6 ngày", "1 ngày 4 giờ", "2 giờ 20 phút"; the days are those of the opening hours."""
    opening = sum(_minutes(start, end) for start, end in calendar().hours)
    days, rest = divmod(minutes, opening)
    hours, left = divmod(rest, 60)
    if days >= SOON_DAYS:
        return ngettext("%(num)d ngày làm việc", "%(num)d ngày làm việc", days)
    parts = []
    if days:
        parts.append(ngettext("%(num)d ngày", "%(num)d ngày", days))
    if hours:
        parts.append(ngettext("%(num)d giờ", "%(num)d giờ", hours))
    if not days and (left or not hours):
        parts.append(ngettext("%(num)d phút", "%(num)d phút", left))
    return " ".join(parts)


def due_chip(due_at: datetime | None, *, is_stopped: bool = False, moment: datetime | None = None) -> tuple[str, str]:
    """Words and tone (ok, warn, late, pause, done) of what is left until ``due_at``, counted in opening hours."""
    if is_stopped:
        return _("Tạm dừng tính hạn"), "pause"
    if due_at is None:
        return _("Chưa tính hạn"), "pause"
    moment = moment or now()
    if due_at < moment:
        return _("Quá hạn %(time)s", time=duration(max(working_minutes_between(calendar(), due_at, moment), 0))), "late"
    days = working_days_between(calendar(), moment, due_at)
    if days >= SOON_DAYS:
        return ngettext("Còn %(num)d ngày làm việc", "Còn %(num)d ngày làm việc", days), "ok"
    return _("Còn %(time)s", time=duration(working_minutes_between(calendar(), moment, due_at))), "warn"


def file_size(count: int) -> str:
    """182 KB, 2,1 MB; a decimal comma in Vietnamese."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{round(count / 1000)} KB"
    return number(count / 1_000_000, 1) + " MB"


def number(value: float, decimals: int = 0) -> str:
    """1.500.000 or 98,6; in English 1,500,000 or 98.6."""
    return format_decimal(value, "#,##0" + ("." + "0" * decimals if decimals else ""))


def pages(count: int | None) -> str:
    """14 trang; nothing when the pages cannot be counted."""
    return ngettext("%(num)d trang", "%(num)d trang", count) if count else ""


def _minutes(start: time, end: time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute
