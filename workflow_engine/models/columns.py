"""What the tables share: the declarative base, UTC moments, enums stored by value."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    SmallInteger,
    String,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: goes in as UTC, comes out as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[StrEnum], length: int = 20) -> Any:
    """A column that stores the value of the enum, not its Python name."""
    return Enum(
        kind, native_enum=False, length=length, values_callable=lambda kinds: [member.value for member in kinds]
    )


def dossier_key() -> ForeignKeyConstraint:
    """(authority_id, dossier_id) names a dossier of the same authority."""
    return ForeignKeyConstraint(["authority_id", "dossier_id"], ["dossier.authority_id", "dossier.id"])


def instance_key() -> ForeignKeyConstraint:
    """(authority_id, instance_id) names a process instance of the same authority."""
    return ForeignKeyConstraint(
        ["authority_id", "instance_id"], ["process_instance.authority_id", "process_instance.id"]
    )


Id = Annotated[int, mapped_column(BigInteger)]
Key = Annotated[int, mapped_column(BigInteger, primary_key=True, autoincrement=False)]
Small = Annotated[int, mapped_column(SmallInteger)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Word = Annotated[str, mapped_column(String(80))]
Text = Annotated[str, mapped_column(String(500))]
