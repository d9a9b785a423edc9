"""The words of the vocabularies, the names of record types and fields, and the dates, in the language of a page.

The labels of :mod:`archive.choices`, the models' verbose names and the fields' help texts are English everywhere: in
REST, GraphQL, datasets, exports and the SQL that is compiled from them. Pages translate them where they print them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import get_language, gettext, pgettext

from archive import choices
from archive.dates import PartialDate
from archive.dates.east_asian import display_in
from archive.page_language import active_tag
from archive.registry import COLLECTIONS

#: The contexts (``msgctxt``) of the catalogues that separate these words from others that are spelt the same.
TERM, RECORD_TYPE, FIELD, HELP = "term", "record type", "field", "help"

#: What a revision or a merge did with a record or a part.
ACTIONS = ("added", "Added", "entered", "changed", "deleted", "removed", "brought back", "goes", "stays")
#: Fields without a form field that lists may show.
_LISTED_FIELDS = ("created_at", "updated_at", "version")


def term(label: str) -> str:
    """A label of a vocabulary in the active language."""
    return _translated(TERM, label)


def record_type(name: object) -> str:
    """A model's verbose name, of one record or of several, in the active language."""
    return _translated(RECORD_TYPE, str(name))


def field_label(name: object) -> str:
    """A field's verbose name in the active language."""
    text = str(name)
    translated = _translated(FIELD, text)
    if translated != text or not text[:1].isupper() or get_language() == settings.LANGUAGE_CODE:
        return translated
    # "Summary" for "summary", as forms have it.
    uncapitalized = text[:1].lower() + text[1:]
    translated = _translated(FIELD, uncapitalized)
    return text if translated == uncapitalized else translated


def help_text(text: object) -> str:
    """A field's help text in the active language."""
    return _translated(HELP, str(text))


def date_in_words(date: PartialDate) -> str:
    """The date in words of the active language."""
    return date.display if get_language() == settings.LANGUAGE_CODE else display_in(date, active_tag())


def either(texts: Iterable[str]) -> str:
    """Alternatives in the active language: "draft or in review"."""
    return pgettext("between two alternatives", " or ").join(texts)


def one_of(values: Iterable[str]) -> str:
    """The expectation of one of these values, in the active language."""
    return gettext("one of {values}").format(values=", ".join(values))


def known_parameter(names: Iterable[str]) -> str:
    """The expectation of one of these query parameters, in the active language."""
    return gettext("a known parameter: {names}").format(names=", ".join(names))


def messages() -> Iterator[tuple[str, str]]:
    """(context, text) of all these words, for the catalogues."""
    return ((context, text) for context, text in _messages() if text)


def _messages() -> Iterator[tuple[str, str]]:
    for _, vocabulary in inspect.getmembers(choices, inspect.isclass):
        if issubclass(vocabulary, TextChoices) and vocabulary is not TextChoices:
            yield from ((TERM, str(label)) for label in vocabulary.labels)
    models = {collection.model: None for collection in COLLECTIONS.values()} | dict.fromkeys(_edited_models())
    for model in models:
        opts = model._meta
        yield from ((RECORD_TYPE, str(name)) for name in (opts.verbose_name, opts.verbose_name_plural))
    for model in apps.get_app_config("archive").get_models():
        for field in model._meta.fields:
            yield from ((TERM, str(label)) for value, label in field.choices or () if value)
    for model in _edited_models():
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if field.editable or field.name in _LISTED_FIELDS:
                yield FIELD, str(field.verbose_name)
                yield HELP, str(field.help_text)
    yield from ((TERM, action) for action in ACTIONS)


def _edited_models() -> list[Any]:
    """The models that have a form in the admin: records, their parts, and uploads."""
    models = [model for model in apps.get_app_config("archive").get_models() if hasattr(model, "history")]
    models = [model for model in models if not model.__name__.startswith("Historical")]
    return [*models, apps.get_model("archive", "DatasetImport")]


def _translated(context: str, text: str) -> str:
    # English pages print each label hundreds of times: without a look-up.
    return str(text) if not text or get_language() == settings.LANGUAGE_CODE else pgettext(context, str(text))
