"""FEEL, the expression language of DMN 1.5: parsed once, compiled to closures, evaluated within limits.

No ``eval``, no I/O, no attribute of a Python object is ever read; the only exception is FeelError.
"""

from workflow_engine.feel.errors import FeelError
from workflow_engine.feel.expression import Expression, UnaryTests, compile_unary_tests
from workflow_engine.feel.expression import compile_expression as compile
from workflow_engine.feel.limits import DEFAULT_LIMITS, Limits
from workflow_engine.feel.values import Function, Range, YearsMonthsDuration

__all__ = [
    "DEFAULT_LIMITS",
    "Expression",
    "FeelError",
    "Function",
    "Limits",
    "Range",
    "UnaryTests",
    "YearsMonthsDuration",
    "compile",
    "compile_unary_tests",
]
