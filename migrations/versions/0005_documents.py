"""Documents, number series, outgoing numbers, registers.

Why: What leaves the house gets a number that is never given twice.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    create_number_series()
    create_outgoing_number()
    create_document()
    create_register_entry()


def create_number_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_number_series_authority_id")),
        sa.PrimaryKeyConstraint("authority_id", "series", "year", name=op.f("pk_number_series")),
    )


def create_outgoing_number() -> None:
    op.create_table(
        "outgoing_number",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("allotted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_outgoing_number_authority_id")),
        sa.PrimaryKeyConstraint("authority_id", "series", "year", "number", name=op.f("pk_outgoing_number")),
        sa.UniqueConstraint("authority_id", "document_id", name=op.f("uq_outgoing_number_authority_id_document_id")),
    )


def create_document() -> None:
    op.create_table(
        "document",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "signed", "issued", "void", name="documentstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(length=80), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("signer_id", sa.BigInteger(), nullable=True),
        sa.Column("capacity", sa.String(length=80), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_by", sa.BigInteger(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("is_for_applicant", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_document_authority_id_dossier_id"),
        ),
        sa.ForeignKeyConstraint(["signer_id"], ["account.id"], name=op.f("fk_document_signer_id")),
        sa.PrimaryKeyConstraint("authority_id", "id", name=op.f("pk_document")),
    )
    op.create_index("ix_document_dossier", "document", ["authority_id", "dossier_id", "key"], unique=False)
    op.create_index("ix_document_id", "document", ["id"], unique=False)
    op.create_index(op.f("ix_document_sha256"), "document", ["sha256"], unique=False)


def create_register_entry() -> None:
    op.create_table(
        "register_entry",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("register", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_name", sa.String(length=500), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_register_entry_authority_id_dossier_id"),
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["applicant.id"], name=op.f("fk_register_entry_holder_id")),
        sa.PrimaryKeyConstraint("authority_id", "id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint(
            "authority_id", "register", "number", name=op.f("uq_register_entry_authority_id_register_number")
        ),
    )
