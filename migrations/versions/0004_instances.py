"""Process instances, user tasks, timers, messages, jobs, incidents.

Why: What the engine waits for are rows with an index, not state to be searched.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_incident()
    create_job()
    create_process_instance()
    create_message_wait()
    create_timer()
    create_user_task()
    create_task_candidate()


def create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=True),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("element_id", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("submitted", sa.JSON(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_incident_authority_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "id", name=op.f("pk_incident")),
    )


def create_job() -> None:
    op.create_table(
        "job",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=True),
        sa.Column("operator", sa.String(length=80), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=False),
        sa.Column("input", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("created", "completed", "failed", "canceled", name="jobstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_job_authority_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_instance", "job", ["authority_id", "instance_id"], unique=False)
    op.create_index("ix_job_next", "job", ["state", "next_attempt_at"], unique=False)


def create_process_instance() -> None:
    op.create_table(
        "process_instance",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("procedure_version_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("active", "suspended", "completed", "canceled", name="instancestate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("end_element", sa.String(length=80), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_process_instance_authority_id_dossier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["procedure_version_id"], ["procedure_version.id"], name=op.f("fk_process_instance_procedure_version_id")
        ),
        sa.PrimaryKeyConstraint("authority_id", "id", name=op.f("pk_process_instance")),
    )
    op.create_index("ix_process_instance_dossier", "process_instance", ["authority_id", "dossier_id"], unique=False)


def create_message_wait() -> None:
    op.create_table(
        "message_wait",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "instance_id"],
            ["process_instance.authority_id", "process_instance.id"],
            name=op.f("fk_message_wait_authority_id_instance_id"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "instance_id", "token", "name", name=op.f("pk_message_wait")),
    )
    op.create_index("ix_message_wait_key", "message_wait", ["authority_id", "name", "key"], unique=False)


def create_timer() -> None:
    op.create_table(
        "timer",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "instance_id"],
            ["process_instance.authority_id", "process_instance.id"],
            name=op.f("fk_timer_authority_id_instance_id"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "instance_id", "token", name=op.f("pk_timer")),
    )
    op.create_index("ix_timer_due", "timer", ["due_at"], unique=False)


def create_user_task() -> None:
    op.create_table(
        "user_task",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.String(length=80), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("form_key", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum("created", "claimed", "completed", "canceled", name="usertaskstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dossier_code", sa.String(length=80), nullable=False),
        sa.Column("applicant_name", sa.String(length=500), nullable=False),
        sa.Column("procedure_name", sa.String(length=500), nullable=False),
        sa.Column("dossier_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_basis", sa.String(length=500), nullable=True),
        sa.Column("local", sa.JSON(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_as", sa.String(length=80), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["account.id"], name=op.f("fk_user_task_assignee_id")),
        sa.ForeignKeyConstraint(
            ["authority_id", "dossier_id"],
            ["dossier.authority_id", "dossier.id"],
            name=op.f("fk_user_task_authority_id_dossier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "instance_id"],
            ["process_instance.authority_id", "process_instance.id"],
            name=op.f("fk_user_task_authority_id_instance_id"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "id", name=op.f("pk_user_task")),
    )
    op.create_index("ix_user_task_assignee", "user_task", ["assignee_id", "state", "due_at", "id"], unique=False)
    op.create_index("ix_user_task_dossier", "user_task", ["authority_id", "dossier_id"], unique=False)
    op.create_index("ix_user_task_id", "user_task", ["id"], unique=False)
    op.create_index("ix_user_task_instance", "user_task", ["authority_id", "instance_id"], unique=False)


def create_task_candidate() -> None:
    op.create_table(
        "task_candidate",
        sa.Column("authority_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "task_id"],
            ["user_task.authority_id", "user_task.id"],
            name=op.f("fk_task_candidate_authority_id_task_id"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "task_id", "unit_id", "role", name=op.f("pk_task_candidate")),
    )
    op.create_index("ix_task_candidate_inbox", "task_candidate", ["unit_id", "role", "due_at", "task_id"], unique=False)
