"""Logs: one JSON object a line on standard error, with the request and the dossier it belongs to.

Whoever works on a request or a dossier says so once with ``bind``; every line written after it in the same thread
carries it. Form values, names and addresses of people are never logged.
"""

import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def set_up(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send the logs of this process, and of every library in it, to `stream` (standard error) as JSON."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # The scheduler tells of every turn, each second, that there was one.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> Any:
    """The log of a module: ``get_logger(__name__).info("timer.fired", timer_id=…)``."""
    return structlog.get_logger(name)


def bind(**values: object) -> None:
    """Add `request_id=…` or `dossier=…` to every later line of this thread."""
    structlog.contextvars.bind_contextvars(**values)


def unbind_all() -> None:
    """Begin anew: the next request or job has nothing to do with the last one."""
    structlog.contextvars.clear_contextvars()
