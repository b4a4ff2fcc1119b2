"""The working calendar of an authority. One national calendar now; local closures come with the full clock."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from workflow_engine import db
from workflow_engine.config import CalendarSettings, Config
from workflow_engine.deadlines import Calendar, load_calendar


def calendar_of(session: Session, authority_id: int) -> Calendar:
    """The calendar by which this authority counts."""
    return national_calendar(db.config_of(session))


def national_calendar(config: Config) -> Calendar:
    """The calendar of config.toml's [calendar]."""
    return _read(config.calendar, config.calendar.file)


@lru_cache(maxsize=8)
def _read(settings: CalendarSettings, file: Path) -> Calendar:
    return load_calendar(
        file.read_text(encoding="utf-8"),
        hours=settings.hours,
        timezone=settings.timezone,
        weekly_off=settings.weekly_off,
        closing_time=settings.closing_time,
    )
