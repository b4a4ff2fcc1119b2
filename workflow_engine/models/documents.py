"""Papers of a dossier, their numbers in the outgoing register, and the register of what was granted."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_engine.models.columns import Base, Id, Key, Moment, Text, Word, dossier_key, enum_column


class DocumentState(StrEnum):
    """Where a paper is: draft, signed by the leader, issued (numbered and sealed), void (its dossier ended before)."""

    DRAFT = "draft"
    SIGNED = "signed"
    ISSUED = "issued"
    VOID = "void"


class Document(Base):
    """A paper made by the system from fields. ``sha256`` names the PDF once it is signed or issued."""

    __tablename__ = "document"
    __table_args__ = (
        dossier_key(),
        Index("ix_document_dossier", "authority_id", "dossier_id", "key"),
        Index("ix_document_id", "id"),
    )

    authority_id: Mapped[Key]
    id: Mapped[Key]
    dossier_id: Mapped[Id]
    key: Mapped[Word]  # template: receipt_note, registration_certificate …
    state: Mapped[DocumentState] = mapped_column(enum_column(DocumentState))
    title: Mapped[Text]
    round: Mapped[int]
    author_id: Mapped[Id | None]
    number: Mapped[int | None]
    symbol: Mapped[Word | None]
    issued_on: Mapped[date | None]
    signer_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    capacity: Mapped[Word | None]
    signed_at: Mapped[Moment | None]
    sealed_by: Mapped[Id | None]
    sealed_at: Mapped[Moment | None]
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # what was printed, as given to the template
    is_for_applicant: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class NumberSeries(Base):
    """The last number of a series (document kind) of an authority in a year (Decree 30/2020, art. 15)."""

    __tablename__ = "number_series"

    authority_id: Mapped[Key] = mapped_column(ForeignKey("authority.id"))
    series: Mapped[Word] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class OutgoingNumber(Base):
    """A row of the outgoing register: every number given out belongs to a document or is cancelled with a reason."""

    __tablename__ = "outgoing_number"
    __table_args__ = (UniqueConstraint("authority_id", "document_id"),)

    authority_id: Mapped[Key] = mapped_column(ForeignKey("authority.id"))
    series: Mapped[Word] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[Id]
    allotted_at: Mapped[Moment]
    cancelled_at: Mapped[Moment | None]
    reason: Mapped[Text | None]


class RegisterEntry(Base):
    """What a procedure granted: kind, number, holder, scope, validity, status."""

    __tablename__ = "register_entry"
    __table_args__ = (dossier_key(), UniqueConstraint("authority_id", "register", "number"))

    authority_id: Mapped[Key]
    id: Mapped[Key]
    dossier_id: Mapped[Id]
    register: Mapped[Word]
    number: Mapped[Word]
    holder_id: Mapped[Id] = mapped_column(ForeignKey("applicant.id"))
    holder_name: Mapped[Text]
    scope: Mapped[list[Any]] = mapped_column(JSON)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    status: Mapped[Word]  # active, expired, revoked
    recorded_at: Mapped[Moment]
