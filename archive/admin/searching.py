"""What the search box of a list, and of an autocomplete, looks at."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest

from archive.admin.base import ArchiveAdmin
from archive.dates import PartialDate, PartialDateError
from archive.models import Body
from archive.sql.text_conditions import SearchWord, contains_word, name_matches, name_patterns
from archive.text import parts
from archive.visibility import overlapping


class NamedAdmin(ArchiveAdmin):
    """Finds its records by any spelling of the name and by slug; what is exactly meant comes first."""

    search_fields = ("slug", "name")
    search_help_text = "Any spelling or script of the name, its parts in any order; or a slug."

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.replace("\x00", "").strip()
        if not term:
            return queryset, False
        exact = Q(slug=term.lower()) | Q(name__iexact=term)
        if self.model is Body:
            exact |= Q(iso3166=term.upper()) | Q(abbreviation__iexact=term)
        found = queryset.filter(
            name_matches(self.model, name_patterns(term)) | Q(slug__startswith=term.lower()) | exact
        )
        first = Case(
            When(exact, then=Value(0)), When(name__istartswith=term, then=Value(1)), default=Value(2),
            output_field=IntegerField(),
        )  # fmt: skip
        return (found if request.GET.get("o") else found.order_by(first, *self.ordering_by_name)), False

    ordering_by_name: tuple[str, ...] = ("slug",)


class WordsAdmin(ArchiveAdmin):
    """Finds its records by words of the heading or the slug, by date, and by whom they are of."""

    #: The date that a word like 2019-07 is compared with, or an empty string.
    dated_by: str = ""
    #: The field of the heading.
    headed_by: str = "name"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        for word in search_term.replace("\x00", "").split():
            queryset = queryset.filter(self.meant_by(word.strip("\"'") or word))
        return queryset, False

    def meant_by(self, word: str) -> Q:
        """The records that one word of the search may mean; all words have to fit. A year may stand in a heading."""
        meant = Q(slug__icontains=word) | Q(contains_word(self.headed_by, SearchWord.of(word)))
        date = _date(word) if self.dated_by else None
        if date is None:
            return meant | self.meant_by_name(word)
        return meant | overlapping(self.dated_by, date) if word.isdecimal() else overlapping(self.dated_by, date)

    def meant_by_name(self, word: str) -> Q:
        """The records of whom that word names; a subclass says by which relation."""
        return Q(pk__in=[])


def held_by(word: str, model: Any, path: str) -> Q:
    """Records whose official or body bears a name with that word, in any spelling."""
    if not parts(word):
        return Q(pk__in=[])
    return Q(**{f"{path}__in": model._default_manager.filter(name_matches(model, name_patterns(word))).values("pk")})


def _date(word: str) -> PartialDate | None:
    try:
        return PartialDate.parse(word)
    except PartialDateError:
        return None
