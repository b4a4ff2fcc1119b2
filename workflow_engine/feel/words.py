"""Names and types as they are written: the parts of the grammar that hold no expression."""

from workflow_engine.feel import syntax
from workflow_engine.feel.cursor import Cursor
from workflow_engine.feel.functions.registry import SPACED_NAMES

SIMPLE_TYPES = ("date and time", "days and time duration", "years and months duration")
TYPE_WORDS = tuple(tuple(name.split()) for name in SIMPLE_TYPES)


def words_at(cursor: Cursor) -> str:
    """Consecutive words as one name."""
    words = [cursor.advance().text]
    while cursor.token.kind == "name":
        words.append(cursor.advance().text)
    return " ".join(words)


def key_at(cursor: Cursor) -> str:
    """The name before a colon: a text, or words with signs."""
    if cursor.token.kind == "string":
        return str(cursor.advance().value)
    start = cursor.token
    end = start.at
    if start.kind not in ("name", "keyword"):
        raise cursor.unexpected("a name")
    while not cursor.is_at(":"):
        if cursor.token.kind not in ("name", "keyword", "number") and cursor.token.text not in (*"+-*/.'", "**"):
            raise cursor.unexpected("“:” after the name")
        end = cursor.advance().end
    return " ".join(cursor.source[start.at : end].split())


def type_of(cursor: Cursor) -> syntax.Type:
    """A type: a name, or ``list<…>``, ``range<…>``, ``context<…>``, ``function<…> -> …``."""
    with cursor.nested():
        name = _type_name(cursor)
        if name in ("list", "range") and cursor.accept("<"):
            element = type_of(cursor)
            cursor.expect(">")
            return syntax.Type(name, (element,))
        if name == "context" and cursor.accept("<"):
            return syntax.Type(name, (), _type_members(cursor))
        if name == "function" and cursor.accept("<"):
            return syntax.Type(name, _function_types(cursor))
        return syntax.Type(name)


def _type_members(cursor: Cursor) -> tuple[tuple[str, syntax.Type], ...]:
    members = []
    while not cursor.is_at(">"):
        key = key_at(cursor)
        cursor.expect(":")
        members.append((key, type_of(cursor)))
        if not cursor.accept(","):
            break
    cursor.expect(">")
    return tuple(members)


def _function_types(cursor: Cursor) -> tuple[syntax.Type, ...]:
    """The types of the parameters, the type of the result last."""
    parameters = []
    while not cursor.is_at(">"):
        parameters.append(type_of(cursor))
        if not cursor.accept(","):
            break
    cursor.expect(">")
    cursor.expect("->")
    return (*parameters, type_of(cursor))


def _type_name(cursor: Cursor) -> str:
    if cursor.token.kind not in ("name", "keyword"):
        raise cursor.unexpected("a type")
    for words in TYPE_WORDS:
        if all(cursor.next_token(ahead).text == word for ahead, word in enumerate(words)):
            cursor.advance(len(words))
            return " ".join(words)
    found = cursor.names.match(cursor.tokens, cursor.at)
    if found is not None and found[0] not in SPACED_NAMES:
        cursor.advance(found[1])
        return found[0]
    name = cursor.advance().text
    while cursor.token.kind == "name":
        name += " " + cursor.advance().text
    while cursor.is_at(".") and cursor.next_token().kind == "name":
        cursor.advance()
        name += "." + cursor.advance().text
    return name
