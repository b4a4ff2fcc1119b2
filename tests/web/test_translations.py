"""Nobody meets a sentence in the wrong language: both catalogues are complete, and no public text bypasses them."""

import re
import string
from pathlib import Path

import jinja2
import pytest
import sentences

VIETNAMESE = re.compile("[à-ỹđÀ-ỸĐ]")
# The name of the language itself, in itself.
ALLOWED = {"Tiếng Việt"}


def test_every_public_sentence_has_its_english() -> None:
    known = sentences.known("en")
    assert sorted(sentences.public_sentences() - set(known)) == []


def test_every_sentence_of_the_engine_has_its_vietnamese() -> None:
    known = sentences.known("vi")
    assert sorted(sentences.engine_sentences() - set(known)) == []


@pytest.mark.parametrize("language", ["en", "vi"])
def test_translations_keep_the_parameters(language: str) -> None:
    for message, translation in sentences.known(language).items():
        for each in translation if isinstance(translation, tuple) else (translation,):
            assert _parameters(each, language) <= _parameters(message, language), each
            if language == "vi":
                assert _parameters(each, language) == _parameters(message, language), each


@pytest.mark.parametrize("path", sentences.public_templates(), ids=lambda path: path.stem)
def test_no_public_template_holds_bare_vietnamese(path: Path) -> None:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tokens = environment.lex(path.read_text(encoding="utf-8"))
    bare = [text for _line, kind, text in tokens if kind == "data" and VIETNAMESE.search(_without(text))]
    assert bare == []


def test_no_sentence_is_translated_into_itself() -> None:
    for message, translation in sentences.known("en").items():
        if VIETNAMESE.search(message):
            assert translation != message


def _without(text: str) -> str:
    for allowed in ALLOWED:
        text = text.replace(allowed, "")
    return text


def _parameters(text: object, language: str) -> set[str]:
    if language == "en":
        return set(re.findall(r"%\((\w+)\)", str(text)))
    return {name for _text, name, _format, _conversion in string.Formatter().parse(str(text)) if name}
