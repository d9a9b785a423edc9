"""The words of the vocabularies, the names of record types and the dates, in the active language of a page.

The labels of :mod:`archive.choices` and the models' verbose names are English everywhere: in REST, GraphQL, datasets,
exports and the SQL that is compiled from them. Pages translate them where they print them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import get_language, pgettext

from archive import choices
from archive.dates import PartialDate
from archive.dates.east_asian import display_in
from archive.page_language import active_tag
from archive.registry import COLLECTIONS

#: The contexts (``msgctxt``) of the catalogues that separate these words from others that are spelt the same.
TERM, RECORD_TYPE = "term", "record type"


def term(label: str) -> str:
    """A label of a vocabulary in the active language."""
    return _translated(TERM, label)


def record_type(name: str) -> str:
    """A model's verbose name, of one record or of several, in the active language."""
    return _translated(RECORD_TYPE, name)


def date_in_words(date: PartialDate) -> str:
    """The date in words of the active language."""
    return date.display if get_language() == settings.LANGUAGE_CODE else display_in(date, active_tag())


def messages() -> Iterator[tuple[str, str]]:
    """(context, text) of all these words, for the catalogues."""
    for _, vocabulary in inspect.getmembers(choices, inspect.isclass):
        if issubclass(vocabulary, TextChoices) and vocabulary is not TextChoices:
            yield from ((TERM, str(label)) for label in vocabulary.labels)
    for collection in COLLECTIONS.values():
        opts = collection.model._meta
        yield from ((RECORD_TYPE, str(name)) for name in (opts.verbose_name, opts.verbose_name_plural))


def _translated(context: str, text: str) -> str:
    # English pages print each label hundreds of times: without a look-up.
    return str(text) if not text or get_language() == settings.LANGUAGE_CODE else pgettext(context, str(text))
