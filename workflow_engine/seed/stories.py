"""What happened to the dossiers of a demonstration.

Each is a story of steps at working hours, told in the order of time.
"""

import heapq
import io
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from workflow_engine import deadlines, drafts, files, people, tasks, worker
from workflow_engine import dossiers as commands
from workflow_engine import signing_desk as desk
from workflow_engine.calendars import national_calendar
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.deadlines import Calendar
from workflow_engine.files import StoredFile
from workflow_engine.models import Account, Dossier, UserTask
from workflow_engine.seed.organisation import PIN, Office, People
from workflow_engine.seed.plots import PLOTS, Plot, Step, values_of
from workflow_engine.seed.samples import sample_pdf

DAYS = 60
PROCEDURE = "testing_registration_issue"
COMPONENTS = ("establishment_file", "staff_file", "procedure_list_file", "report_template_file", "accreditation_file")


@dataclass(frozen=True)
class Stage:
    """What all stories share."""

    config: Config
    database: Database
    calendar: Calendar
    files: dict[str, StoredFile]
    chance: random.Random


@dataclass(frozen=True)
class Story:
    """One dossier: who applies where, and its plot."""

    office: Office
    applicant_id: int
    plot: Plot
    begins_at: datetime
    is_accredited: bool


def tell(config: Config, database: Database, everybody: People, count: int, write: Callable[[str], None]) -> None:
    """Play the stories of ``count`` dossiers up to now, the worker between the steps."""
    calendar = national_calendar(config)
    stage = Stage(config, database, calendar, _files(config), random.Random(2026))
    now = database.clock()
    stories = [_story(stage, everybody, number, count, now) for number in range(count)]
    order = itertools.count()
    waiting: list[tuple[datetime, int, Iterator[datetime]]] = []
    for story in stories:
        heapq.heappush(waiting, (story.begins_at, next(order), _play(stage, story)))
    told = 0
    while waiting:
        moment, _, steps = heapq.heappop(waiting)
        if moment > now:
            continue
        worker.run_once(database.at(moment), config)
        following = next(steps, None)
        if following is not None and following <= now:
            heapq.heappush(waiting, (following, next(order), steps))
        else:
            told += 1
            if told % 25 == 0:
                write(f"  {told} of {count} dossiers")
    worker.run_once(database, config)


def _story(stage: Stage, everybody: People, number: int, count: int, now: datetime) -> Story:
    plot = PLOTS[number * 7 % len(PLOTS)]
    span = max(1, (plot.oldest_day - plot.newest_day) * 24)
    begins = now - timedelta(days=plot.newest_day, hours=number * span // max(1, count) % span)
    begins = deadlines.next_opening(stage.calendar, begins) + timedelta(minutes=stage.chance.randrange(1, 170))
    return Story(
        office=everybody.offices[number % len(everybody.offices)],
        # The first account is the one people sign in with: it has a few dossiers in every state, not a hundred.
        applicant_id=everybody.applicants[number // 3 % len(everybody.applicants)],
        plot=plot,
        begins_at=min(begins, now - timedelta(minutes=20)),
        is_accredited=number % 3 == 0,
    )


def _play(stage: Stage, story: Story) -> Iterator[datetime]:
    """Take each step when its time has come; yields when the next one is to be taken."""
    moment = story.begins_at
    code = _submit(stage, story, moment)
    for number, step in enumerate(story.plot.steps):
        hours = step.hours * stage.chance.uniform(0.6, 1.3)
        if step.calendar_days:
            moment = moment + timedelta(days=step.calendar_days)
        moment = deadlines.add_working_hours(stage.calendar, moment, round(hours, 2)) + timedelta(minutes=number)
        yield moment
        _take(stage, story, code, step, moment)


def _submit(stage: Stage, story: Story, moment: datetime) -> str:
    def submit(session: Any) -> str:
        account = people.get_account(session, story.applicant_id)
        draft = drafts.start_draft(session, account, PROCEDURE, story.office.authority_id)
        session.flush()
        for component in COMPONENTS if story.is_accredited else COMPONENTS[:-1]:
            drafts.attach_file(session, draft.id, account, component, stage.files[component])
        raw = {
            **draft.values,
            **values_of("start", is_accredited=story.is_accredited, result_channel=story.plot.result_channel),
        }
        return commands.submit(session, draft.id, account, raw).dossier.code

    return stage.database.at(moment).transact(submit)


def _take(stage: Stage, story: Story, code: str, step: Step, moment: datetime) -> None:
    database = stage.database.at(moment)
    if step.element == "withdraw":
        database.transact(
            lambda session: commands.request_withdrawal(
                session, code, _applicant(session, story), "Doanh nghiệp thay đổi kế hoạch"
            )
        )
        return
    if step.element == "supplement":
        database.transact(lambda session: _answer(session, stage, story, code))
        return
    with database.reading() as session:
        dossier = commands.find_by_code(session, code)
        assert dossier is not None
        task = _open_task(session, dossier, step.element)
        if task is None:
            return
        doer = story.office.officials[step.who] if task.assignee_id is None else task.assignee_id
        official = people.get_official(session, doer)
        shown = tasks.form_of(session, task, official)
        specialist = story.office.officials[stage.chance.choice(("chuyenvien", "chuyenvien2", "chuyenvien3"))]
        later_on = (moment + timedelta(days=10)).date().isoformat()
        raw = {
            **shown.values,
            **values_of(step.values, scope=shown.values.get("scope"), specialist=str(specialist), later_on=later_on),
        }
    if desk.which(task) == "sign":
        seen = desk.preview(database, stage.config, task.id, official)
        desk.sign_task(database, stage.config, task.id, official, raw, PIN, seen.sha256)
    elif desk.which(task) == "seal":
        desk.seal_task(database, stage.config, task.id, official, raw)
    else:
        database.transact(lambda session: tasks.complete(session, task.id, official, raw))


def _open_task(session: Any, dossier: Dossier, element_id: str) -> UserTask | None:
    query = select(UserTask).where(
        UserTask.authority_id == dossier.authority_id,
        UserTask.dossier_id == dossier.id,
        UserTask.element_id == element_id,
        UserTask.state.in_(tasks.OPEN),
    )
    found: UserTask | None = session.scalar(query)
    return found


def _applicant(session: Any, story: Story) -> Account:
    return people.get_account(session, story.applicant_id)


def _answer(session: Any, stage: Stage, story: Story, code: str) -> None:
    account = _applicant(session, story)
    draft = commands.start_supplement(session, code, account)
    session.flush()
    for item in commands.asked_items(session, commands.get_own(session, code, account)):
        if item.kind == "component":
            drafts.attach_file(session, draft.id, account, item.target, stage.files["supplement"])
    commands.answer_supplement(session, draft.id, account, draft.values)


def _files(config: Config) -> dict[str, StoredFile]:
    """A small PDF for each component, made once and shared by all dossiers."""
    stored: dict[str, StoredFile] = {}
    for component in (*COMPONENTS, "supplement"):
        pdf = sample_pdf(component)
        stored[component] = files.store(files.root_of(config), io.BytesIO(pdf), f"{component}.pdf", config.files)
    return stored
