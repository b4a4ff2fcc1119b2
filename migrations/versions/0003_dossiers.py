"""Dossiers with fields, files, history and codes; drafts of applications.

Why: The case file is what the law counts; it stands before the process that moves it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_code_directory()
    create_code_counter()
    create_application_draft()
    create_dossier()
    create_clock_stop()
    create_dossier_file()
    create_draft_file()
    create_field_value()
    create_history()


def create_code_directory() -> None:
    op.create_table(
        "code_directory",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("authority_id", sa.BigInteger(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_code_directory")),
    )


def create_code_counter() -> None:
    op.create_table(
        "code_counter",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_code_counter_authority_id")),
        sa.PrimaryKeyConstraint("authority_id", "day", name=op.f("pk_code_counter")),
    )


def create_application_draft() -> None:
    op.create_table(
        "application_draft",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("procedure_id", sa.String(length=80), nullable=False),
        sa.Column("authority_id", sa.BigInteger(), nullable=False),
        sa.Column("dossier_code", sa.String(length=80), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_application_draft_account_id")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_application_draft_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_draft")),
    )
    op.create_index("ix_application_draft_account", "application_draft", ["account_id"], unique=False)


def create_dossier() -> None:
    op.create_table(
        "dossier",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("procedure_id", sa.String(length=80), nullable=False),
        sa.Column("procedure_version_id", sa.BigInteger(), nullable=False),
        sa.Column("procedure_name", sa.String(length=500), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("result_channel", sa.String(length=80), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_name", sa.String(length=500), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("lookup_hash", sa.String(length=500), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_original_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_rescheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_kind", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_before_reception", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_dossier_account_id")),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name=op.f("fk_dossier_applicant_id")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_dossier_authority_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["applicant.id"], name=op.f("fk_dossier_owner_id")),
        sa.ForeignKeyConstraint(
            ["procedure_version_id"], ["procedure_version.id"], name=op.f("fk_dossier_procedure_version_id")
        ),
        sa.PrimaryKeyConstraint("authority_id", "id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("authority_id", "code", name=op.f("uq_dossier_authority_id_code")),
    )
    op.create_index("ix_dossier_applicant", "dossier", ["applicant_id", "id"], unique=False)
    op.create_index("ix_dossier_unit_state", "dossier", ["authority_id", "unit_id", "state", "due_at"], unique=False)


def create_clock_stop() -> None:
    op.create_table(
        "clock_stop",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("policy", sa.String(length=80), nullable=False),
        sa.Column("ground", sa.String(length=500), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_clock_stop_authority_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "dossier_id", "id", name=op.f("pk_clock_stop")),
    )


def create_dossier_file() -> None:
    op.create_table(
        "dossier_file",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("component", sa.String(length=80), nullable=False),
        sa.Column("copy_kind", sa.String(length=80), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=500), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_dossier_file_authority_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "id", name=op.f("pk_dossier_file")),
    )
    op.create_index("ix_dossier_file_dossier", "dossier_file", ["authority_id", "dossier_id"], unique=False)


def create_draft_file() -> None:
    op.create_table(
        "draft_file",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("component", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=500), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["application_draft.id"], name=op.f("fk_draft_file_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_file")),
    )
    op.create_index("ix_draft_file_draft", "draft_file", ["draft_id"], unique=False)


def create_field_value() -> None:
    op.create_table(
        "field_value",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("form_key", sa.String(length=80), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("field_key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_field_value_authority_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_id", "dossier_id", "form_key", "round", "field_key", name=op.f("pk_field_value")
        ),
    )


def create_history() -> None:
    op.create_table(
        "history",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.String(length=500), nullable=False),
        sa.Column("acting_for", sa.String(length=500), nullable=True),
        sa.Column("element_id", sa.String(length=80), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_history_authority_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "dossier_id", "id", name=op.f("pk_history")),
    )
