"""Update the catalogues of translations in archive/locale from the sources, and compile them: ``make messages``.

Uses Babel, for Django's ``makemessages`` needs GNU gettext. Templates are turned into calls of ``gettext`` by Django's
own ``templatize``. The domain ``djangojs`` has the texts of the admin's scripts, which get them from Django's view
``jsi18n``. What is not translated is listed.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE, LOCALE = ROOT / "archive", ROOT / "archive" / "locale"
SCRIPTS = SOURCE / "static" / "archive"
LANGUAGES = ("ko", "ja")
DOMAINS = ("django", "djangojs")
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
#: Babel would write the time of each run, and every run another file.
_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
#: A call in the output of ``templatize``; all between the calls is filler.
_CALL = re.compile(rf"\b(?:n?p?gettext|_)\(\s*{_STRING}(?:\s*,\s*(?:{_STRING}|count))*\s*\)")


def source_catalog(domain: str = "django") -> Catalog:
    """All messages of the Python files, of the templates and of the vocabularies, or of the scripts, untranslated."""
    messages = _script_messages() if domain == "djangojs" else _messages()
    catalog = Catalog(project="Chancery", charset="utf-8")
    for path, line, text, comments, context in sorted(messages, key=lambda message: (message[0], message[1])):
        catalog.add(text, locations=[(path, line)], auto_comments=comments, context=context)
    return catalog


def po_path(language: str, domain: str = "django") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read_catalog(language: str, domain: str = "django") -> Catalog:
    with po_path(language, domain).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The content of the ``.mo`` file. Messages without a translation, or with a doubtful one, are left out."""
    catalog.creation_date = catalog.revision_date = _DATE
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def problems(catalog: Catalog, source: Catalog) -> Iterator[str]:
    """What a catalogue lacks: messages, translations, placeholders, or a translator's decision."""
    for message in source:
        if not message.id:
            continue
        translated = catalog.get(message.id, message.context)
        name = f"{catalog.locale}: {message.id!r}" + (f" ({message.context})" if message.context else "")
        if translated is None:
            yield f"{name} is not in the catalogue: run `make messages`"
        elif not all([translated.string] if isinstance(translated.string, str) else translated.string):
            yield f"{name} is not translated"
        elif translated.fuzzy:
            yield f"{name} is marked fuzzy: check the translation and remove the mark"
        else:
            yield from (f"{name}: {error}" for error in translated.check(catalog))
            yield from _placeholder_problems(name, translated)
    ids = {(message.id, message.context) for message in source}
    yield from (
        f"{catalog.locale}: {message.id!r} is in no source: run `make messages`"
        for message in catalog
        if message.id and (message.id, message.context) not in ids
    )


def update(language: str, source: Catalog, domain: str = "django") -> Catalog:
    """Write a language's ``.po`` with the source's messages, and its ``.mo``. Translations stay; unused ones go."""
    path = po_path(language, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog = read_catalog(language, domain) if path.exists() else Catalog(locale=language)
    catalog.update(source, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    with path.open("wb") as file:
        write_po(file, catalog, width=120, include_lineno=False, omit_header=True, ignore_obsolete=True)
    path.write_bytes(_header(catalog) + path.read_bytes())
    path.with_suffix(".mo").write_bytes(compiled(read_catalog(language, domain)))
    return read_catalog(language, domain)


def _header(catalog: Catalog) -> bytes:
    """A header without dates and names, which would differ with each run."""
    lines = [
        "Project-Id-Version: Chancery\\n", f"Language: {catalog.locale}\\n", "MIME-Version: 1.0\\n",
        "Content-Type: text/plain; charset=utf-8\\n", "Content-Transfer-Encoding: 8bit\\n",
        f"Plural-Forms: {catalog.plural_forms}\\n",
    ]  # fmt: skip
    return "\n".join(['msgid ""', 'msgstr ""', *(f'"{line}"' for line in lines), "", ""]).encode()


def _messages() -> Iterator[tuple[str, int, Any, list[str], str | None]]:
    for path in sorted(SOURCE.rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and "migrations" not in path.parts:
            content = path.read_bytes()
        elif path.suffix == ".html":
            calls = templatize(path.read_text(encoding="utf-8"), origin=name)
            content = "\n".join(match[0] for match in _CALL.finditer(calls)).encode()
        else:
            continue
        calls = extract("python", io.BytesIO(content), KEYWORDS, ("Translators:",))
        yield from ((name, line, text, comments, context) for line, text, comments, context in calls)
    from archive import terms
    from archive.admin import translation
    from archive.chains import LinkKind
    from archive.web import forms

    yield from (("archive/terms.py", 0, text, [], context) for context, text in terms.messages())
    yield from (("archive/admin/translation.py", 0, text, [], context) for context, text in translation.messages())
    yield from (("archive/chains.py", 0, str(label), [], terms.TERM) for label in LinkKind.labels)
    yield from (("archive/web/forms.py", 0, text, [], context) for context, text in forms.messages())


def _script_messages() -> Iterator[tuple[str, int, Any, list[str], str | None]]:
    for path in sorted(SCRIPTS.glob("*.js")):
        calls = extract("javascript", io.BytesIO(path.read_bytes()), KEYWORDS, ("Translators:",))
        name = path.relative_to(ROOT).as_posix()
        yield from ((name, line, text, comments, context) for line, text, comments, context in calls)


def _placeholder_problems(name: str, message: Any) -> Iterator[str]:
    """Names in braces, which Babel's check of ``%(name)s`` leaves out."""
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    expected = {frozenset(re.findall(r"\{\w*\}", text)) for text in texts}
    for text in [message.string] if isinstance(message.string, str) else message.string:
        if (got := frozenset(re.findall(r"\{\w*\}", text))) not in expected:
            yield f"{name}: got the placeholders {sorted(got)}, expected those of the original"


def main() -> None:
    sources = {domain: source_catalog(domain) for domain in DOMAINS}
    missing = [
        problem
        for domain, source in sources.items()
        for language in LANGUAGES
        for problem in problems(update(language, source, domain), source)
    ]
    count = sum(map(len, sources.values()))
    sys.stdout.write("\n".join(missing or [f"{count} messages, all translated."]) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    main()
