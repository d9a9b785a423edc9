"""Record admins whose search box compares names in any spelling, or words, dates and related names."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from archive.admin.base import ArchiveAdmin
from archive.dates import PartialDate, PartialDateError
from archive.models import Body, Official, Topic
from archive.registry import collection_of
from archive.search_index.conditions import matching_entries
from archive.search_index.search_query import SearchQuery
from archive.sql.name_conditions import name_matches, name_patterns
from archive.sql.similar_names import similar_names
from archive.text import name_parts
from archive.visibility import overlapping

#: Records with similar names that are listed if no name matches.
_MAX_SIMILAR = 5


class NameSearchAdmin(ArchiveAdmin):
    """Admin that searches by any spelling of the name and by slug; exact matches come first.

    Without a match it lists records with a similar name.
    """

    search_fields = ("slug", "name")
    search_help_text = _("Any spelling or script of the name, its parts in any order; or a slug.")
    #: The order of records that match equally well.
    name_ordering: tuple[str, ...] = ("slug",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[Any, bool]:
        term = search_term.replace("\x00", "").strip()
        if not term:
            return queryset, False
        exact = Q(slug=term.lower()) | Q(name__iexact=term)
        if self.model is Body:
            exact |= Q(iso3166=term.upper()) | Q(abbreviation__iexact=term)
        matches = queryset.filter(
            name_matches(self.model, name_patterns(term)) | Q(slug__startswith=term.lower()) | exact
        )
        if not matches.exists():
            similar = similar_names(queryset, term, _MAX_SIMILAR)
            matches = queryset.filter(pk__in=[candidate.pk for candidate in similar])
        if request.GET.get("o"):
            return matches, False
        rank = Case(
            When(exact, then=Value(0)), When(name__istartswith=term, then=Value(1)), default=Value(2),
            output_field=IntegerField(),
        )  # fmt: skip
        return matches.order_by(rank, *self.name_ordering), False


class WordSearchAdmin(ArchiveAdmin):
    """Admin that searches by words of names, texts and slug, by date, and by names of related records; all must match.

    Words are found in the full-text index, also by their beginning.
    """

    #: The date field that a word like 2019-07 is compared with, or an empty string.
    search_date: str = ""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[Any, bool]:
        for word in search_term.replace("\x00", "").split():
            queryset = queryset.filter(self.word_condition(word.strip("\"'") or word))
        return queryset, False

    def word_condition(self, word: str) -> Q:
        """The condition that one word of the search matches. A year may also be a word of the heading."""
        condition = Q(slug__icontains=word) | Q(pk__in=indexed_records(self.model, word))
        date = _parse_date(word) if self.search_date else None
        if date is None:
            return condition | self.related_name_condition(word)
        dated = overlapping(self.search_date, date)
        return condition | dated if word.isdecimal() else dated

    def related_name_condition(self, word: str) -> Q:
        """The condition that a related record has a name with the word. None by default; subclasses override it."""
        return Q(pk__in=[])


def indexed_records(model: type[Model], word: str) -> Any:
    """Primary keys of the records whose names or texts have a word that begins so; none of models without an index."""
    collection = collection_of(model)
    quoted = word.replace('"', " ")
    entries = matching_entries(SearchQuery.parse(f'"{quoted}"*'), collection.name if collection else "")
    return entries.values("record_id") if collection else entries.none().values("record_id")


def related_name_matches(word: str, model: type[Official | Body], path: str) -> Q:
    """The condition that the official or body at ``path`` has a name with that word, in any spelling."""
    if not name_parts(word):
        return Q(pk__in=[])
    return Q(**{f"{path}__in": model._default_manager.filter(name_matches(model, name_patterns(word))).values("pk")})


def topic_matches(model: Any, word: str) -> Q:
    """The condition that the record has a topic with that word in its name or description."""
    links = model._meta.get_field("topics").remote_field.through.objects
    return Q(pk__in=links.filter(topic__in=indexed_records(Topic, word)).values(model._meta.model_name))


def _parse_date(word: str) -> PartialDate | None:
    try:
        return PartialDate.parse(word)
    except PartialDateError:
        return None
