"""The catalogues of translations are complete, and compiled."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from scripts import messages


@pytest.fixture(scope="module")
def sources() -> dict[str, Catalog]:
    return {domain: messages.source_catalog(domain) for domain in messages.DOMAINS}


@pytest.mark.parametrize("domain", messages.DOMAINS)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_message_is_translated_with_the_same_placeholders(
    sources: dict[str, Catalog], language: str, domain: str
) -> None:
    assert list(messages.problems(messages.read_catalog(language, domain), sources[domain])) == []


@pytest.mark.parametrize("domain", messages.DOMAINS)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_text(language: str, domain: str) -> None:
    with messages.po_path(language, domain).with_suffix(".mo").open("rb") as file:
        committed = read_mo(file)
    expected = read_mo(io.BytesIO(messages.compiled(messages.read_catalog(language, domain))))
    assert _translations(committed) == _translations(expected), "run `make messages`"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('msgid "Data"\nmsgstr ""', "is not translated"),
        ('#, fuzzy\nmsgid "Data"\nmsgstr "데이터"', "is marked fuzzy"),
        ('msgid "Dates"\nmsgstr "날짜"', "is in no source"),
        ('#, python-format\nmsgid "%(n)s results"\nmsgstr "결과 %(number)s개"', "placeholder"),
        ('msgid "since {date}"\nmsgstr "{dat}부터"', "placeholders"),
        ("", "is not in the catalogue"),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_reported(text: str, complaint: str) -> None:
    expected = Catalog(locale="ko")
    for message in ("Data", "%(n)s results", "since {date}"):
        expected.add(message)
    catalog: Any = read_po(io.BytesIO(text.encode()), locale="ko")
    assert any(complaint in problem for problem in messages.problems(catalog, expected))


def test_templates_python_and_vocabularies_are_read(sources: dict[str, Catalog]) -> None:
    source = sources["django"]
    assert source.get("Skip to the content") is not None
    assert source.get("announcement", "term") is not None
    assert source.get("speech acts", "record type") is not None


def test_each_text_of_a_script_is_read(sources: dict[str, Catalog]) -> None:
    """Babel leaves out a call inside a template literal: it is written before the literal."""
    calls = {
        text
        for path in messages.SCRIPTS.glob("*.js")
        for text in re.findall(r"\bn?gettext\((.)", path.read_text(encoding="utf-8"))
    }
    assert calls == {'"'}, "expected each text in double quotes"
    texts = {
        text
        for path in messages.SCRIPTS.glob("*.js")
        for text in re.findall(r'\bn?gettext\("([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert [text for text in texts if sources["djangojs"].get(text) is None] == []


def _translations(catalog: Catalog) -> dict[Any, Any]:
    return {(str(message.id), message.context): message.string for message in catalog if message.id}


_EAGER = {"gettext", "ngettext", "pgettext", "npgettext"}


def _run_by_the_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below that run when the module is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _run_by_the_import(child.args)
            for decorator in getattr(child, "decorator_list", []):
                yield from (decorator, *_run_by_the_import(decorator))
        else:
            yield from (child, *_run_by_the_import(child))


def _eager_translations(source: str) -> list[int]:
    """The lines whose text is translated when the module is imported, and so into the default language."""
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {name.asname or name.name for node in imports for name in node.names if name.name in _EAGER} | _EAGER
    calls = [node.func for node in _run_by_the_import(tree) if isinstance(node, ast.Call)]
    return [
        function.lineno
        for function in calls
        if (isinstance(function, ast.Name) and function.id in names)
        or (isinstance(function, ast.Attribute) and function.attr in _EAGER)
    ]


def test_no_text_is_translated_by_the_import() -> None:
    lines = {
        f"{path.relative_to(messages.ROOT)}:{line}"
        for path in messages.SOURCE.rglob("*.py")
        for line in _eager_translations(path.read_text(encoding="utf-8"))
    }
    assert lines == set(), "expected gettext_lazy"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from django.utils.translation import gettext as _\nclass A:\n    b = _('c')\n", [3]),
        ("def a(b=gettext('c')):\n    return gettext('d')\n", [1]),
        ("a = translation.ngettext('b', 'c', 2)\n", [1]),
        ("from django.utils.translation import gettext_lazy as _\na = _('b')\nc = lambda: gettext('d')\n", []),
    ],
)
def test_texts_translated_by_the_import_are_recognized(source: str, lines: list[int]) -> None:
    assert _eager_translations(source) == lines


#: Functions whose texts users read, and how many arguments come before the text.
_SHOWING = {
    "add_error": 1, "success": 1, "error": 1, "info": 1, "warning": 1, "ValidationError": 0, "error_class": 0,
    "Http404": 0, "FileTypeError": 0, "ScanError": 0, "refused": 1, "Problem": 1, "Loss": 3,
}  # fmt: skip
#: Arguments with texts that users read.
_READ = ("label", "help_text", "description", "violation_error_message")
#: Where pages take their texts from. The other doors are English.
_PACKAGES = (
    "accounts", "admin", "articles", "attachments", "merging", "revisions", "search", "timeline", "web", "workflow",
)  # fmt: skip


def _is_text(node: ast.AST) -> bool:
    """Whether an expression is a text with words, as it stands in the source."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(re.search(r"\w \w", node.value))
    parts = getattr(node, "values", None) or getattr(node, "elts", [])
    if isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.IfExp) and any(map(_is_text, parts))


def _plain_texts(source: str) -> Iterator[int]:
    """The lines on which a label, a help text, a message or an error is set to a text that is not translated."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign):
            targets = [item for target in node.targets for item in getattr(target, "elts", [target])]
            is_read = any(isinstance(item, ast.Attribute) and item.attr in ("label", "help_text") for item in targets)
            if is_read and _is_text(node.value):
                yield node.lineno
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = node.args[_SHOWING[name] :] if name in _SHOWING else []
            texts += [item.value for item in node.keywords if item.arg in _READ]
            if any(map(_is_text, texts)):
                yield node.lineno


def test_no_text_of_a_page_is_left_out_of_the_catalogues() -> None:
    paths = [path for package in _PACKAGES for path in (messages.SOURCE / package).rglob("*.py")]
    lines = {
        f"{path.relative_to(messages.SOURCE)}:{line}"
        for path in paths
        for line in _plain_texts(path.read_text(encoding="utf-8"))
    }
    assert lines == set(), "expected gettext"


def test_no_error_of_a_model_or_filter_is_left_out_of_the_catalogues() -> None:
    errors = re.compile(r"(?:violation_error_message=|\bValidationError\(|\brefused\(\w+, )\(?\s*f?\"")
    paths = [path for name in ("models", "filters") for path in (messages.SOURCE / name).glob("*.py")]
    assert [path.name for path in paths if errors.search(path.read_text(encoding="utf-8"))] == [], "expected gettext"
