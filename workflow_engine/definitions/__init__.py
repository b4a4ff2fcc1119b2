"""Definitions: reading, checking and drawing BPMN models, decisions and facts. Nothing here runs a model."""

from workflow_engine.definitions.facts import Facts, parse_facts
from workflow_engine.definitions.model import Model, Node, Process
from workflow_engine.definitions.package import Package, list_procedures, make_package, read_package
from workflow_engine.definitions.problem import ModelRefused, Problem
from workflow_engine.definitions.reading import read_model
from workflow_engine.definitions.xml import XmlLimits, parse_bpmn, parse_dmn

__all__ = [
    "Facts",
    "Model",
    "ModelRefused",
    "Node",
    "Package",
    "Problem",
    "Process",
    "XmlLimits",
    "list_procedures",
    "make_package",
    "parse_bpmn",
    "parse_dmn",
    "parse_facts",
    "read_model",
    "read_package",
]
