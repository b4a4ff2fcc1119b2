"""Working days and due dates, against the official calendar of 2026 and 2027 and against their own laws."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_engine import config, deadlines
from workflow_engine.deadlines import CalendarError

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SETTINGS = config.load(environ={}).calendar
HOURS = {
    "hours": SETTINGS.hours,
    "timezone": SETTINGS.timezone,
    "weekly_off": SETTINGS.weekly_off,
    "closing_time": SETTINGS.closing_time,
}
CALENDAR = deadlines.load_calendar(SETTINGS.file.read_text(encoding="utf-8"), **HOURS)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 1))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(HANOI)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@pytest.mark.parametrize(
    ("unit", "received", "count", "due"),
    [
        ("working", "2026-11-20", 2, "2026-11-25"),  # over a weekend and the new holiday of 24 November
        ("calendar", "2026-11-14", 10, "2026-11-25"),  # the tenth day is that holiday
        ("working", "2026-01-01", 1, "2026-01-05"),  # over a day swapped off
        ("working", "2026-08-21", 1, "2026-08-22"),  # onto a Saturday worked in exchange
        ("calendar", "2026-11-22", 30, "2026-12-22"),
    ],
)
def test_due_dates_of_the_official_calendar(unit: str, received: str, count: int, due: str) -> None:
    assert deadlines.add_days(CALENDAR, at(f"{received}T10:00"), count, unit) == at(f"{due}T17:00")


def test_a_due_moment_is_utc() -> None:
    assert deadlines.add_working_days(CALENDAR, at("2026-11-20T10:00"), 2) == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert deadlines.add_working_days(CALENDAR, at("2026-11-20T10:00"), 2).tzinfo is UTC


def test_the_day_is_that_of_the_time_zone() -> None:
    late_in_utc = datetime(2026, 11, 19, 18, tzinfo=UTC)  # 01:00 on Friday the 20th in Ha Noi
    assert deadlines.local_day(CALENDAR, late_in_utc) == date(2026, 11, 20)
    assert deadlines.add_working_days(CALENDAR, late_in_utc, 1) == at("2026-11-23T17:00")


def test_zero_days_end_on_the_day_itself_or_the_next_working_day() -> None:
    assert deadlines.add_working_days(CALENDAR, at("2026-11-20T10:00"), 0) == at("2026-11-20T17:00")
    assert deadlines.add_working_days(CALENDAR, at("2026-11-21T10:00"), 0) == at("2026-11-23T17:00")


def test_negative_days_are_counted_backwards() -> None:
    assert deadlines.add_working_days(CALENDAR, at("2026-11-25T10:00"), -2) == at("2026-11-20T17:00")


def test_working_hours_skip_the_noon_break_and_the_night() -> None:
    assert deadlines.add_working_hours(CALENDAR, at("2026-11-20T10:00"), 2) == at("2026-11-20T12:00")
    assert deadlines.add_working_hours(CALENDAR, at("2026-11-20T11:00"), 2) == at("2026-11-20T14:30")
    assert deadlines.add_working_hours(CALENDAR, at("2026-11-20T10:00"), 8) == at("2026-11-23T10:00")
    assert deadlines.add_working_hours(CALENDAR, at("2026-11-21T10:00"), Decimal("0.5")) == at("2026-11-23T08:30")


def test_the_next_opening_is_now_when_open() -> None:
    assert deadlines.next_opening(CALENDAR, at("2026-11-20T10:15")) == at("2026-11-20T10:15")
    assert deadlines.next_opening(CALENDAR, at("2026-11-20T12:00")) == at("2026-11-20T13:30")
    assert deadlines.next_opening(CALENDAR, at("2026-11-23T17:30")) == at("2026-11-25T08:00")


@pytest.mark.parametrize(
    ("submitted", "begins"),
    [
        ("2026-11-20T10:00", "2026-11-20T10:00"),
        ("2026-11-20T17:00", "2026-11-20T17:00"),
        ("2026-11-20T17:10", "2026-11-23T08:00"),
        ("2026-11-21T09:00", "2026-11-23T08:00"),
        ("2026-11-24T18:00", "2026-11-25T08:00"),  # evening of a holiday: nothing is cut off twice
    ],
)
def test_a_submission_after_the_cut_off_counts_from_the_next_opening(submitted: str, begins: str) -> None:
    assert deadlines.counts_from(CALENDAR, at(submitted), SETTINGS.intake_cut_off) == at(begins)


def test_a_year_not_entered_is_told() -> None:
    assert deadlines.is_year_entered(CALENDAR, 2027)
    assert not deadlines.is_year_entered(CALENDAR, 2028)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("no json", {}),
        ("[]", {}),
        ('{"days": [{"date": "2026-02-30", "type": "holiday", "name": "", "source": ""}]}', {}),
        ('{"days": [{"date": "2026-02-03", "type": "feast", "name": "", "source": ""}]}', {}),
        (json.dumps({"days": [{"date": "2026-02-03", "type": "holiday", "name": "", "source": ""}] * 2}), {}),
        ('{"days": []}', {"timezone": "Asia/Nowhere"}),
        ('{"days": []}', {"weekly_off": ("someday",)}),
        ('{"days": []}', {"weekly_off": tuple(deadlines.WEEKDAYS)}),
        ('{"days": []}', {"hours": ()}),
        ('{"days": []}', {"hours": ((time(8), time(12)), (time(11), time(17)))}),
    ],
)
def test_a_wrong_calendar_is_refused(text: str, settings: dict) -> None:
    with pytest.raises(CalendarError):
        deadlines.load_calendar(text, **{**HOURS, **settings})


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(CalendarError, match="'months'"):
        deadlines.add_days(CALENDAR, at("2026-11-20T10:00"), 2, "months")


@given(MOMENTS, st.integers(1, 60))
def test_as_many_working_days_lie_between_as_were_added(moment: datetime, count: int) -> None:
    due = deadlines.add_working_days(CALENDAR, moment, count)
    assert deadlines.working_days_between(CALENDAR, moment, due) == count


@given(MOMENTS, st.integers(0, 90), st.sampled_from(["working", "calendar"]))
def test_a_period_never_ends_on_a_day_off_nor_before_it_began(moment: datetime, count: int, unit: str) -> None:
    due = deadlines.add_days(CALENDAR, moment, count, unit)
    assert deadlines.is_working_day(CALENDAR, deadlines.local_day(CALENDAR, due))
    assert deadlines.local_day(CALENDAR, due) >= deadlines.local_day(CALENDAR, moment) + timedelta(days=count)


@given(MOMENTS, st.integers(1, 30), st.integers(1, 30))
def test_working_days_add_up(moment: datetime, one: int, other: int) -> None:
    at_once = deadlines.add_working_days(CALENDAR, moment, one + other)
    assert deadlines.add_working_days(CALENDAR, deadlines.add_working_days(CALENDAR, moment, one), other) == at_once


@given(DAYS, DAYS, DAYS)
def test_working_days_between_add_up_and_turn_around(first: date, second: date, third: date) -> None:
    between = deadlines.working_days_between
    assert between(CALENDAR, first, second) == -between(CALENDAR, second, first)
    assert between(CALENDAR, first, second) + between(CALENDAR, second, third) == between(CALENDAR, first, third)


@given(MOMENTS, st.integers(1, 6000))
def test_as_many_working_minutes_lie_between_as_were_added(moment: datetime, minutes: int) -> None:
    due = deadlines.add_working_hours(CALENDAR, moment, Decimal(minutes) / 60)
    assert abs((due - due.replace(second=0, microsecond=0)).total_seconds()) < 0.001
    assert deadlines.working_minutes_between(CALENDAR, moment, due) == minutes


@given(MOMENTS, MOMENTS)
def test_working_minutes_never_exceed_the_time_that_passed(one: datetime, other: datetime) -> None:
    minutes = deadlines.working_minutes_between(CALENDAR, one, other)
    assert abs(minutes) <= abs((other - one).total_seconds()) / 60
    assert minutes == -deadlines.working_minutes_between(CALENDAR, other, one)


@given(MOMENTS, MOMENTS)
def test_later_submissions_never_begin_earlier(one: datetime, other: datetime) -> None:
    first, last = sorted((one, other))
    cut_off = SETTINGS.intake_cut_off
    assert deadlines.counts_from(CALENDAR, first, cut_off) <= deadlines.counts_from(CALENDAR, last, cut_off)
