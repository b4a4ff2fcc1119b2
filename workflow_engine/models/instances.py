"""A running procedure.

Its version, its instance, what it waits for (user tasks, timers, messages, jobs), its incidents.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_engine.models.columns import (
    Base,
    Id,
    Key,
    Moment,
    Small,
    Text,
    Word,
    dossier_key,
    enum_column,
    instance_key,
)


class InstanceState(StrEnum):
    """Where a process instance is in its life."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELED = "canceled"


class UserTaskState(StrEnum):
    """Where a user task is: created (nobody holds it), claimed, completed, canceled."""

    CREATED = "created"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELED = "canceled"


class JobState(StrEnum):
    """Where a job is: waiting for the worker, done, or failed until an administrator retries it."""

    CREATED = "created"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"


class ProcedureVersion(Base):
    """Model, forms, decisions and facts of a procedure as published: one immutable package, found by its hash."""

    __tablename__ = "procedure_version"
    __table_args__ = (
        UniqueConstraint("procedure_id", "hash"),
        Index("ix_procedure_version_force", "procedure_id", "effective_from"),
    )

    id: Mapped[Key]
    procedure_id: Mapped[Word]
    number: Mapped[int]  # 1, 2, 3 … for people
    hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[Text]
    name_en: Mapped[Text]
    field: Mapped[Word]
    level: Mapped[Word]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    package: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    published_at: Mapped[Moment]


class ProcessInstance(Base):
    """One run of a procedure. ``state`` is opaque to the database; a finished instance keeps none."""

    __tablename__ = "process_instance"
    __table_args__ = (dossier_key(), Index("ix_process_instance_dossier", "authority_id", "dossier_id"))

    authority_id: Mapped[Key]
    id: Mapped[Key]
    dossier_id: Mapped[Id]
    procedure_version_id: Mapped[Id] = mapped_column(ForeignKey("procedure_version.id"))
    status: Mapped[InstanceState] = mapped_column(enum_column(InstanceState))
    end_element: Mapped[Word | None]
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]

    __mapper_args__ = {"version_id_col": version}


class UserTask(Base):
    """A wait for a person. The columns a list shows are kept here, so that no list loads an instance."""

    __tablename__ = "user_task"
    __table_args__ = (
        dossier_key(),
        instance_key(),
        Index("ix_user_task_assignee", "assignee_id", "state", "due_at", "id"),
        Index("ix_user_task_instance", "authority_id", "instance_id"),
        Index("ix_user_task_dossier", "authority_id", "dossier_id"),
        Index("ix_user_task_id", "id"),
    )

    authority_id: Mapped[Key]
    id: Mapped[Key]
    instance_id: Mapped[Id]
    dossier_id: Mapped[Id]
    token: Mapped[int]  # the token of the engine that waits here
    process_id: Mapped[Word]
    element_id: Mapped[Word]
    name: Mapped[Text]
    form_key: Mapped[Word]
    state: Mapped[UserTaskState] = mapped_column(enum_column(UserTaskState))
    assignee_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    due_at: Mapped[Moment | None]
    dossier_code: Mapped[Word]
    applicant_name: Mapped[Text]
    procedure_name: Mapped[Text]
    dossier_due_at: Mapped[Moment | None]
    legal_basis: Mapped[Text | None]
    local: Mapped[dict[str, Any]] = mapped_column(JSON)  # input variables the form shows, such as stop_reason
    round: Mapped[int]
    note: Mapped[Text | None]  # why it came back: the comment of who returned it
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    ended_by: Mapped[Id | None]
    ended_as: Mapped[Word | None]  # the role under which it was completed
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class TaskCandidate(Base):
    """An open task waits for the officials of a role in a unit (perhaps of another authority).

    The group inbox asks this.
    """

    __tablename__ = "task_candidate"
    __table_args__ = (
        ForeignKeyConstraint(["authority_id", "task_id"], ["user_task.authority_id", "user_task.id"]),
        Index("ix_task_candidate_inbox", "unit_id", "role", "due_at", "task_id"),
    )

    authority_id: Mapped[Key]
    task_id: Mapped[Key]
    unit_id: Mapped[Key]
    role: Mapped[Word] = mapped_column(primary_key=True)
    due_at: Mapped[Moment | None]


class Timer(Base):
    """A moment the worker wakes the instance at. No due_at while the legal clock it follows is stopped."""

    __tablename__ = "timer"
    __table_args__ = (instance_key(), Index("ix_timer_due", "due_at"))

    authority_id: Mapped[Key]
    instance_id: Mapped[Key]
    token: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[Id]
    element_id: Mapped[Word]
    due_at: Mapped[Moment | None]
    claimed_until: Mapped[Moment | None]


class MessageWait(Base):
    """The instance waits for a message with this name and correlation key."""

    __tablename__ = "message_wait"
    __table_args__ = (instance_key(), Index("ix_message_wait_key", "authority_id", "name", "key"))

    authority_id: Mapped[Key]
    instance_id: Mapped[Key]
    token: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Word] = mapped_column(primary_key=True)
    key: Mapped[Word]
    element_id: Mapped[Word]


class Job(Base):
    """Work for the worker, outside any transaction and at least once; the id is the idempotency key.

    With a token the process waits for it; without one it is work that a completed task left behind (a paper to issue).
    """

    __tablename__ = "job"
    __table_args__ = (
        dossier_key(),
        Index("ix_job_next", "state", "next_attempt_at"),
        Index("ix_job_instance", "authority_id", "instance_id"),
    )

    authority_id: Mapped[Key]
    id: Mapped[Key]
    instance_id: Mapped[Id]
    dossier_id: Mapped[Id]
    token: Mapped[int | None]
    operator: Mapped[Word]
    element_id: Mapped[Word]
    input: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(enum_column(JobState))
    attempts: Mapped[Small] = mapped_column(default=0)
    next_attempt_at: Mapped[Moment]
    claimed_until: Mapped[Moment | None]
    error: Mapped[Text | None]
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class Incident(Base):
    """An action that failed: what was asked and submitted is kept, an administrator repeats or discards it."""

    __tablename__ = "incident"
    __table_args__ = (dossier_key(),)

    authority_id: Mapped[Key]
    id: Mapped[Key]
    instance_id: Mapped[Id | None]
    dossier_id: Mapped[Id]
    action: Mapped[Word]  # task.complete, timer.fire, job.complete, message.correlate
    subject_id: Mapped[Id | None]
    element_id: Mapped[Word | None]
    reason: Mapped[str]
    submitted: Mapped[dict[str, Any]] = mapped_column(JSON)
    actor_id: Mapped[Id | None]
    created_at: Mapped[Moment]
    resolved_at: Mapped[Moment | None]
