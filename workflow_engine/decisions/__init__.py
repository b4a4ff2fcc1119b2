"""Decision models (DMN 1.1 to 1.5): ``parse`` a file, then ``decide``; the outcome says which rules made it."""

from workflow_engine.decisions.graph import Decisions, parse
from workflow_engine.decisions.model import Decided

__all__ = ["Decided", "Decisions", "parse"]
