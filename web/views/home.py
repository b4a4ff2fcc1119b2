"""The first page: search, three common tasks, the fields with their counts, numbers from the dossiers themselves."""

from collections import Counter
from datetime import date, timedelta

from flask import Blueprint, render_template

from web.filters import calendar, local, now
from web.procedure_words import fields_of_work
from web.session import database
from workflow_engine import figures, procedures
from workflow_engine.deadlines import Day

blueprint = Blueprint("home", __name__)
NOTICE_DAYS = 7
PERIOD_DAYS = 30


@blueprint.get("/")
def show_home() -> str:
    moment = now()
    today = local(moment).date()
    with database().reading() as looking:
        known = procedures.list_procedures(looking, today)
        numbers = figures.figures(looking, moment - timedelta(days=PERIOD_DAYS), moment, calendar())
    return render_template(
        "home.html",
        count=len(known),
        fields=fields_of_work(Counter(each.field for each in known)),
        numbers=numbers,
        period_days=PERIOD_DAYS,
        holiday=_next_holiday(today),
    )


def _next_holiday(today: date) -> tuple[date, Day] | None:
    days = calendar().days
    for number in range(NOTICE_DAYS + 1):
        day = today + timedelta(days=number)
        found = days.get(day)
        if found and found.kind in ("holiday", "compensatory", "swap_off"):
            return day, found
    return None
