"""The tables and their enums; no behaviour.

Every large table has ``authority_id`` first in its primary key, its foreign keys and its unique constraints, so that
rows of two authorities never mix and the schema distributes by authority without change.
"""

from workflow_engine.models.columns import Base
from workflow_engine.models.documents import Document, DocumentState, NumberSeries, OutgoingNumber, RegisterEntry
from workflow_engine.models.dossiers import (
    ApplicationDraft,
    Channel,
    ClockStop,
    CodeCounter,
    CodeDirectory,
    Dossier,
    DossierFile,
    DossierState,
    DraftFile,
    FieldValue,
    History,
)
from workflow_engine.models.instances import (
    Incident,
    InstanceState,
    Job,
    JobState,
    MessageWait,
    ProcedureVersion,
    ProcessInstance,
    TaskCandidate,
    Timer,
    UserTask,
    UserTaskState,
)
from workflow_engine.models.people import (
    Account,
    AccountKind,
    Applicant,
    Authority,
    Outbox,
    Post,
    Setting,
    SigningAuthority,
    Throttle,
    Unit,
)

__all__ = [
    "Account",
    "AccountKind",
    "Applicant",
    "ApplicationDraft",
    "Authority",
    "Base",
    "Channel",
    "ClockStop",
    "CodeCounter",
    "CodeDirectory",
    "Document",
    "DocumentState",
    "Dossier",
    "DossierFile",
    "DossierState",
    "DraftFile",
    "FieldValue",
    "History",
    "Incident",
    "InstanceState",
    "Job",
    "JobState",
    "MessageWait",
    "NumberSeries",
    "OutgoingNumber",
    "Outbox",
    "Post",
    "ProcedureVersion",
    "ProcessInstance",
    "RegisterEntry",
    "Setting",
    "SigningAuthority",
    "TaskCandidate",
    "Throttle",
    "Timer",
    "Unit",
    "UserTask",
    "UserTaskState",
]
