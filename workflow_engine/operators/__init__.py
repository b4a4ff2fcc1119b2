"""What a service task may call. An operator is declared where it is written: one decorator, one function.

``local`` operators write rows of our own database inside the action's transaction, so exactly once. ``remote`` ones do
what is slow or outside: the worker calls them outside any transaction, at least once, with the job id as
idempotency key.
"""

from workflow_engine.operators import documents, dossiers, notifications, registers
from workflow_engine.operators.registry import LocalCall, Operator, RemoteWork, get_operator, list_operators

__all__ = [
    "LocalCall",
    "Operator",
    "RemoteWork",
    "documents",
    "dossiers",
    "get_operator",
    "list_operators",
    "notifications",
    "registers",
]
