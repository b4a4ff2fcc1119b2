"""Who works and who applies: accounts, applicants, authorities, units, posts, the right to sign, mail, throttles.

These are the global tables (reference tables when the schema is distributed), except where authority_id leads.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow_engine.models.columns import Base, Id, Key, Moment, Small, Text, Word, enum_column


class AccountKind(StrEnum):
    """Who may sign in."""

    APPLICANT = "applicant"
    OFFICIAL = "official"
    ADMINISTRATOR = "administrator"


class Account(Base):
    """Somebody who signs in."""

    __tablename__ = "account"

    id: Mapped[Key]
    username: Mapped[Word] = mapped_column(unique=True)
    kind: Mapped[AccountKind] = mapped_column(enum_column(AccountKind))
    name: Mapped[Text]
    email: Mapped[Text] = mapped_column(index=True)
    password_hash: Mapped[Text]
    applicant_id: Mapped[Id | None] = mapped_column(ForeignKey("applicant.id"))
    locale: Mapped[str] = mapped_column(default="vi")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class Applicant(Base):
    """A person or organisation that applies; ``values`` prefills the first section of the forms."""

    __tablename__ = "applicant"

    id: Mapped[Key]
    name: Mapped[Text]
    code: Mapped[Word | None] = mapped_column(index=True)  # enterprise or tax code
    personal_id: Mapped[Word | None] = mapped_column(index=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[Moment]


class Authority(Base):
    """The national Committee or a provincial agency."""

    __tablename__ = "authority"

    id: Mapped[Key]
    code: Mapped[Word] = mapped_column(unique=True)  # unit code of the dossier codes, such as G06.30
    level: Mapped[Word]  # central or provincial
    name: Mapped[Text]
    name_en: Mapped[Text]
    short_name: Mapped[Word]  # abbreviation in document symbols, such as TĐC
    superior_name: Mapped[Text]
    place: Mapped[Word]
    address: Mapped[Text]
    phone: Mapped[Word]
    superior_id: Mapped[Id | None] = mapped_column(ForeignKey("authority.id"))


class Unit(Base):
    """A unit of an authority.

    ``kind`` is what procedures and routing name: reception, quality_management, leadership …
    """

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_kind", "authority_id", "kind"),)

    authority_id: Mapped[Key] = mapped_column(ForeignKey("authority.id"))
    id: Mapped[Key]
    kind: Mapped[Word]
    name: Mapped[Text]


class Post(Base):
    """An official holds a role in a unit, from a day to a day."""

    __tablename__ = "post"
    __table_args__ = (
        ForeignKeyConstraint(["authority_id", "unit_id"], ["unit.authority_id", "unit.id"]),
        Index("ix_post_account", "account_id"),
        Index("ix_post_unit_role", "authority_id", "unit_id", "role"),
    )

    authority_id: Mapped[Key]
    id: Mapped[Key]
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[Id]
    role: Mapped[Word]  # candidate group: reception, dept_head, specialist, leader, clerk, accountant …
    title: Mapped[Text]  # "Chủ tịch", "Phó Chủ tịch", "Chuyên viên"
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class SigningAuthority(Base):
    """The right of an official to sign a kind of document in a capacity (Decree 30/2020, art. 13)."""

    __tablename__ = "signing_authority"

    authority_id: Mapped[Key] = mapped_column(ForeignKey("authority.id"))
    id: Mapped[Key]
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    document_key: Mapped[Word]  # a template key, or "*"
    capacity: Mapped[Word]  # head, deputy, by_order, delegated
    head_title: Mapped[Text]  # printed after KT., TL., TUQ.
    title: Mapped[Text]
    key_file: Mapped[Text]  # name of the PKCS#12 file under var/keys
    basis: Mapped[Text]
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class Throttle(Base):
    """Failed tries of one subject ("account:an", "address:203.0.113.9") within a window."""

    __tablename__ = "throttle"

    subject: Mapped[Word] = mapped_column(primary_key=True)
    window_started_at: Mapped[Moment]
    failures: Mapped[Small]


class Outbox(Base):
    """A message to a person, written with the action and sent by the worker."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_next", "sent_at", "next_attempt_at"),)

    id: Mapped[Key]
    authority_id: Mapped[Id]
    dossier_id: Mapped[Id | None]
    recipient: Mapped[Text]
    subject: Mapped[Text]
    body: Mapped[str]
    created_at: Mapped[Moment]
    next_attempt_at: Mapped[Moment]
    attempts: Mapped[Small] = mapped_column(default=0)
    sent_at: Mapped[Moment | None]


class Setting(Base):
    """A fact about this database, such as ``demonstration``."""

    __tablename__ = "setting"

    key: Mapped[Word] = mapped_column(primary_key=True)
    value: Mapped[Text]
