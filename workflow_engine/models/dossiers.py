"""The case file: dossier, its files and field values, its history; drafts of applicants."""

from datetime import date
from enum import IntEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column

from workflow_engine.models.columns import Base, Id, Key, Moment, Small, Text, Word, dossier_key


class DossierState(IntEnum):
    """The national states of a dossier (TrangThaiHoSo)."""

    SUBMITTED = 1
    RECEIVED = 2
    NOT_ACCEPTED = 3
    IN_PROGRESS = 4
    SUPPLEMENT_REQUESTED = 5
    PAYMENT_REQUESTED = 6
    WITHDRAWN = 7
    STOPPED = 8
    DECIDED = 9
    RETURNED = 10


class Channel(IntEnum):
    """How a dossier came (KenhThucHien)."""

    COUNTER = 1
    ONLINE = 2
    POST = 3


class StateColumn(TypeDecorator[DossierState]):
    """Stores the national number."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> DossierState | None:
        return None if value is None else DossierState(value)


class Dossier(Base):
    """The case file. ``due_at`` is the legal date, ``due_original_at`` the first promise, never overwritten."""

    __tablename__ = "dossier"
    __table_args__ = (
        UniqueConstraint("authority_id", "code"),
        Index("ix_dossier_applicant", "applicant_id", "id"),
        Index("ix_dossier_unit_state", "authority_id", "unit_id", "state", "due_at"),
    )

    authority_id: Mapped[Key] = mapped_column(ForeignKey("authority.id"))
    id: Mapped[Key]
    code: Mapped[Word]
    procedure_id: Mapped[Word]
    procedure_version_id: Mapped[Id] = mapped_column(ForeignKey("procedure_version.id"))
    procedure_name: Mapped[Text]
    state: Mapped[DossierState] = mapped_column(StateColumn)
    channel: Mapped[Small]
    result_channel: Mapped[Word]  # electronic, counter, post
    applicant_id: Mapped[Id] = mapped_column(ForeignKey("applicant.id"))  # who submits
    owner_id: Mapped[Id] = mapped_column(ForeignKey("applicant.id"))  # who the result is for
    applicant_name: Mapped[Text]
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[Id | None]  # the handling unit, of the same authority
    lookup_hash: Mapped[Text]
    submitted_at: Mapped[Moment]
    received_at: Mapped[Moment | None]
    due_at: Mapped[Moment | None]
    due_original_at: Mapped[Moment | None]
    due_rescheduled_at: Mapped[Moment | None]
    clock_started_at: Mapped[Moment | None]
    clock_stopped_at: Mapped[Moment | None]  # set while the clock stands still
    result_signed_at: Mapped[Moment | None]
    result_kind: Mapped[Word | None]
    decided_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    asked_before_reception: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ClockStop(Base):
    """The clock stood still from a moment to a moment, for a ground."""

    __tablename__ = "clock_stop"
    __table_args__ = (dossier_key(),)

    authority_id: Mapped[Key]
    dossier_id: Mapped[Key]
    id: Mapped[Key]
    policy: Mapped[Word]  # RESTART, PAUSE, CONTINUE
    ground: Mapped[Text]
    stopped_at: Mapped[Moment]
    resumed_at: Mapped[Moment | None]


class CodeDirectory(Base):
    """Which authority holds a dossier code: the one global index, asked when an address is opened."""

    __tablename__ = "code_directory"

    code: Mapped[Word] = mapped_column(primary_key=True)
    authority_id: Mapped[Id]
    dossier_id: Mapped[Id]


class CodeCounter(Base):
    """The last number given out on a day."""

    __tablename__ = "code_counter"

    authority_id: Mapped[Key] = mapped_column(ForeignKey("authority.id"))
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class FieldValue(Base):
    """What somebody entered: the value of one top-level field of one form in one round."""

    __tablename__ = "field_value"
    __table_args__ = (dossier_key(),)

    authority_id: Mapped[Key]
    dossier_id: Mapped[Key]
    form_key: Mapped[Word] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    field_key: Mapped[Word] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    entered_by: Mapped[Id | None]
    entered_at: Mapped[Moment]


class DossierFile(Base):
    """A file of a component of the dossier; a newer round replaces what is shown, never what was filed."""

    __tablename__ = "dossier_file"
    __table_args__ = (dossier_key(), Index("ix_dossier_file_dossier", "authority_id", "dossier_id"))

    authority_id: Mapped[Key]
    id: Mapped[Key]
    dossier_id: Mapped[Id]
    component: Mapped[Word]  # key of [[documents]] in procedure.toml
    copy_kind: Mapped[Word]  # original, certified, plain
    round: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[Text]
    media_type: Mapped[Word]
    size: Mapped[int]
    pages: Mapped[int | None]
    uploaded_at: Mapped[Moment]


class ApplicationDraft(Base):
    """What an applicant has typed so far; nobody else sees it."""

    __tablename__ = "application_draft"
    __table_args__ = (Index("ix_application_draft_account", "account_id"),)

    id: Mapped[Key]
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    procedure_id: Mapped[Word]
    authority_id: Mapped[Id] = mapped_column(ForeignKey("authority.id"))
    dossier_code: Mapped[Word | None]  # set when the draft answers a supplement request
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[Moment]


class DraftFile(Base):
    """A file uploaded to a draft."""

    __tablename__ = "draft_file"
    __table_args__ = (Index("ix_draft_file_draft", "draft_id"),)

    id: Mapped[Key]
    draft_id: Mapped[Id] = mapped_column(ForeignKey("application_draft.id", ondelete="CASCADE"))
    component: Mapped[Word]
    sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[Text]
    media_type: Mapped[Word]
    size: Mapped[int]
    pages: Mapped[int | None]
    uploaded_at: Mapped[Moment]


class History(Base):
    """What happened to a dossier: rows are only added, and the engine never reads them back."""

    __tablename__ = "history"
    __table_args__ = (dossier_key(),)

    authority_id: Mapped[Key]
    dossier_id: Mapped[Key]
    id: Mapped[Key]
    at: Mapped[Moment]
    kind: Mapped[Word]  # noun.participle: task.completed, document.signed
    actor_id: Mapped[Id | None]
    actor_name: Mapped[Text]
    acting_for: Mapped[Text | None]
    element_id: Mapped[Word | None]
    title: Mapped[Text]
    is_public: Mapped[bool] = mapped_column(default=False)  # shown to the applicant
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
