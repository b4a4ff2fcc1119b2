"""The only room that runs SpiffWorkflow.

Outside it, an instance is a ``Run``: start or load it, act, ask what it waits for, dump it.
The library is pinned and only subclassed; nothing of it is changed at run time.
"""

from workflow_engine.spiff.expressions import evaluate_text
from workflow_engine.spiff.host import Element, Fault, Host
from workflow_engine.spiff.parser import Definition, parse
from workflow_engine.spiff.run import Run, Wait, load, start

__all__ = ["Definition", "Element", "Fault", "Host", "Run", "Wait", "evaluate_text", "load", "parse", "start"]
