"""Date and time functions; now and today are replaced by the engine's, which read the clock of the action."""

from datetime import UTC, date, datetime
from decimal import Decimal

from workflow_engine.feel.functions.registry import built_in

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@built_in("now", "")
def now() -> datetime:
    return datetime.now(UTC)


@built_in("today", "")
def today() -> date:
    return datetime.now(UTC).date()


@built_in("day of year", "date: day")
def day_of_year(day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@built_in("day of week", "date: day")
def day_of_week(day: date) -> str:
    return DAYS[day.weekday()]


@built_in("month of year", "date: day")
def month_of_year(day: date) -> str:
    return MONTHS[day.month - 1]


@built_in("week of year", "date: day")
def week_of_year(day: date) -> Decimal:
    """Week number of ISO 8601."""
    return Decimal(day.isocalendar().week)
