"""The one exception of the expression language: every fault an expression can have ends here."""

from workflow_engine.errors import EngineError


class FeelError(EngineError):
    """An expression can not be parsed, called something unknown or broke a limit.

    ``line`` and ``column`` count from 1 (0: not known); ``where`` names file and element as the caller gave it.
    """

    def __init__(self, message: str, *, line: int = 0, column: int = 0, where: str = "", text: str = "") -> None:
        self.message, self.line, self.column, self.where, self.text = message, line, column, where, text
        place = f" (line {line}, column {column})" if line else ""
        excerpt = f" in {text if len(text) <= 200 else text[:200] + '…'!s}" if text else ""
        sentence = f"{where}: {message}" if where else message
        super().__init__("{sentence}", sentence=sentence + place + excerpt)


def placed(error: FeelError, source: str, where: str, offset: int | None = None) -> FeelError:
    """The same error with the expression, its element and, when an offset is known, line and column."""
    line, column = error.line, error.column
    if offset is not None and not line:
        line = source.count("\n", 0, offset) + 1
        column = offset - (source.rfind("\n", 0, offset) + 1) + 1
    return FeelError(
        error.message, line=line, column=column, where=error.where or where, text=error.text or source.strip()
    )
