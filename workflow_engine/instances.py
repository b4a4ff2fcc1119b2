"""Process instances: start, act, suspend, resume, cancel.

One action is one transaction that ends with rows equal to the state.

``acting`` locks the dossier's instance, loads it, lets the caller move it, and then aligns what it waits for with the
rows that lists and the worker ask: user tasks, timers, messages, jobs.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_engine import clock, db, deadlines, papers, procedures, spiff, states, waits
from workflow_engine.calendars import calendar_of
from workflow_engine.deadlines import Calendar
from workflow_engine.errors import Conflict, NotFound
from workflow_engine.models import Account, Dossier, DossierState, InstanceState, ProcessInstance
from workflow_engine.operators import LocalCall, get_operator
from workflow_engine.procedures import Procedure
from workflow_engine.spiff import Element, Host, Run


@dataclass(frozen=True)
class Acting:
    """An instance in the hands of an action."""

    session: Session
    dossier: Dossier
    instance: ProcessInstance
    procedure: Procedure
    run: Run
    actor: Account | None


def start(
    session: Session, dossier: Dossier, procedure: Procedure, payload: Mapping[str, Any], *, actor: Account | None
) -> ProcessInstance:
    """Begin the procedure for a dossier; ``payload`` is what the applicant entered."""
    instance = ProcessInstance(
        authority_id=dossier.authority_id,
        id=db.new_id(),
        dossier_id=dossier.id,
        procedure_version_id=procedure.version_id,
        status=InstanceState.ACTIVE,
        started_at=db.now(session),
    )
    session.add(instance)
    session.flush()
    run = spiff.start(procedure.definition, _host(session, dossier, procedure), payload)
    _save(Acting(session, dossier, instance, procedure, run, actor), {})
    return instance


@contextmanager
def acting(session: Session, authority_id: int, instance_id: int, *, actor: Account | None) -> Iterator[Acting]:
    """Lock and load an instance, let the caller move it, then store it.

    Raises NotFound, and Conflict unless it is active.
    """
    query = (
        select(ProcessInstance, Dossier)
        .join(
            Dossier, (Dossier.authority_id == ProcessInstance.authority_id) & (Dossier.id == ProcessInstance.dossier_id)
        )
        .where(ProcessInstance.authority_id == authority_id, ProcessInstance.id == instance_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such process instance.")
    instance, dossier = row
    _require_active(instance)
    procedure = procedures.get_version(session, instance.procedure_version_id)
    run = spiff.load(procedure.definition, _host(session, dossier, procedure), instance.state or b"")
    before = waits.by_key(run)
    held = Acting(session, dossier, instance, procedure, run, actor)
    yield held
    _save(held, before)


def get_instance(session: Session, dossier: Dossier) -> ProcessInstance:
    """The instance of a dossier: the newest one."""
    query = select(ProcessInstance).where(
        ProcessInstance.authority_id == dossier.authority_id, ProcessInstance.dossier_id == dossier.id
    )
    instance = session.scalar(query.order_by(ProcessInstance.id.desc()))
    if instance is None:
        raise NotFound("The dossier has no process instance.")
    return instance


def dossier_of(session: Session, authority_id: int, dossier_id: int) -> Dossier:
    """A dossier by its key."""
    return session.get_one(Dossier, (authority_id, dossier_id))


def suspend(session: Session, instance: ProcessInstance) -> None:
    """No action and no timer passes until it is resumed."""
    _require_active(instance)
    instance.status = InstanceState.SUSPENDED


def resume(session: Session, instance: ProcessInstance) -> None:
    """Let actions and timers pass again."""
    if instance.status is not InstanceState.SUSPENDED:
        raise Conflict("Cannot resume: the process is not suspended.")
    instance.status = InstanceState.ACTIVE


def cancel(session: Session, authority_id: int, instance_id: int, *, actor: Account | None) -> None:
    """End an instance before its time; what it waited for is withdrawn."""
    with acting(session, authority_id, instance_id, actor=actor) as held:
        held.run.cancel()
        held.instance.status = InstanceState.CANCELED


def _require_active(instance: ProcessInstance) -> None:
    if instance.status is InstanceState.SUSPENDED:
        raise Conflict("Cannot act: the dossier is suspended. An administrator resumes it.")
    if instance.status is not InstanceState.ACTIVE:
        raise Conflict("Cannot act: the procedure of this dossier has ended.")


def _save(held: Acting, before: Mapping[waits.Key, spiff.Wait]) -> None:
    """Store the state; align the rows of what the instance waits for."""
    session, instance, run = held.session, held.instance, held.run
    is_over = run.is_completed or instance.status is InstanceState.CANCELED
    after: dict[waits.Key, spiff.Wait] = {} if is_over else waits.by_key(run)
    waits.align(session, held.dossier, instance, held.procedure, run, before, after)
    if not is_over:
        instance.state = run.dump()
        return
    papers.void_open(session, held.dossier, "Hồ sơ đã kết thúc")
    instance.state = None
    instance.ended_at = db.now(session)
    instance.end_element = run.end.id if run.end else None
    if instance.status is InstanceState.ACTIVE:
        instance.status = InstanceState.COMPLETED


def _host(session: Session, dossier: Dossier, procedure: Procedure) -> Host:
    calendar = calendar_of(session, dossier.authority_id)
    functions = functions_of(session, calendar)

    def context() -> Mapping[str, Any]:
        return context_of(dossier, procedure, calendar)

    def entered(element: Element, variables: Mapping[str, Any]) -> None:
        wanted = element.properties.get("dossier_state")
        if wanted is not None:
            value = spiff.evaluate_text(wanted, variables, functions)
            states.set_state(session, dossier, DossierState(int(value)))
        action = element.properties.get("clock")
        if action is not None:
            clock.entered(session, dossier, procedure, action, element.id, element.name)

    def left(element: Element) -> None:
        if element.properties.get("clock") in ("policy", "pause"):
            clock.left(session, dossier, procedure, element.id)

    def call(operator: str, element: Element, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        result: Mapping[str, Any] = get_operator(operator).run(
            LocalCall(session, dossier, procedure, element, variables)
        )
        return result

    return Host(
        now=db.now(session).astimezone(calendar.timezone),
        context=context,
        functions=functions,
        decide=lambda decision_id, scope: procedures.decide(procedure, decision_id, scope, functions).value,
        is_local=lambda operator: get_operator(operator).kind == "local",
        call=call,
        entered=entered,
        left=left,
        is_clock_stopped=lambda: clock.is_stopped(dossier),
        timezone=calendar.timezone,
    )


def context_of(dossier: Dossier, procedure: Procedure, calendar: Calendar) -> Mapping[str, Any]:
    """The read-only names of a model: dossier, procedure, due_at, due_rescheduled."""

    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(calendar.timezone) if moment else None

    return {
        "dossier": {
            "code": dossier.code,
            "submitted_at": local(dossier.submitted_at),
            "received_at": local(dossier.received_at),
            "channel": dossier.channel,
            "result_channel": dossier.result_channel,
        },
        "procedure": procedure.facts.raw,
        "due_at": local(dossier.due_at),
        "due_rescheduled": local(dossier.due_rescheduled_at),
    }


def functions_of(session: Session, calendar: Calendar) -> dict[str, Callable[..., Any]]:
    """The engine's own FEEL functions, on the calendar of the authority and the clock of the action.

    Null gives null.
    """
    moment = db.now(session).astimezone(calendar.timezone)
    cut_off = db.config_of(session).calendar.intake_cut_off

    def nullable(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if any(each is None for each in arguments):
                return None
            result = function(*arguments)
            return result.astimezone(calendar.timezone) if isinstance(result, datetime) else result

        return call

    def hours_later(start: datetime, hours: Any) -> datetime:
        begins = deadlines.counts_from(calendar, start, cut_off)
        return deadlines.add_working_hours(calendar, begins, Decimal(hours))

    return {
        "now": lambda: moment,
        "today": lambda: moment.date(),
        "add_working_days": nullable(lambda start, days: deadlines.add_working_days(calendar, start, int(days))),
        "add_working_hours": nullable(hours_later),
        "add_days": nullable(lambda start, days, unit: deadlines.add_days(calendar, start, int(days), unit)),
        "working_days_between": nullable(lambda start, end: deadlines.working_days_between(calendar, start, end)),
        "is_working_day": nullable(lambda day: deadlines.is_working_day(calendar, deadlines.local_day(calendar, day))),
    }
