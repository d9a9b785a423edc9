"""Filters of several collections by name: what a search and a timeline offer, of which each kind must have them all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext

from archive.exceptions import Problem, printable
from archive.filters.base import ArchiveFilterSet
from archive.filters.filter_types import ArchiveFilter, ChoicesFilter


@dataclass(frozen=True, slots=True)
class UnitedFilter:
    """A filter as each of the kinds of records that have it declares it; ``is_common``: all kinds have it."""

    name: str
    declared: Mapping[str, ArchiveFilter]
    is_common: bool

    @property
    def first(self) -> ArchiveFilter:
        """The declaration of the first kind; the others take the same values, but for vocabularies."""
        return next(iter(self.declared.values()))

    @property
    def help_text(self) -> str:
        """The help of the filter, after the names of the kinds that have it unless all do."""
        texts: dict[str, list[str]] = {}
        for kind, declared in self.declared.items():
            texts.setdefault(declared.extra["help_text"], []).append(kind)
        if len(texts) == 1 and self.is_common:
            return next(iter(texts))
        return " ".join(f"{', '.join(kinds).capitalize()}: {text}" for text, kinds in texts.items())

    @property
    def vocabularies(self) -> dict[str, type[TextChoices]]:
        """The vocabulary of each kind, if the filter takes words of one."""
        choices = {kind: filter_ for kind, filter_ in self.declared.items() if isinstance(filter_, ChoicesFilter)}
        return {kind: filter_.vocabulary for kind, filter_ in choices.items()}

    @property
    def words(self) -> list[str]:
        """The words of all vocabularies; empty for a filter without."""
        return list(dict.fromkeys(str(word) for vocabulary in self.vocabularies.values() for word in vocabulary.values))

    def problem(self, values: Iterable[str], kinds: Collection[str]) -> Problem | None:
        """The problem of the filter, or of one of its words, where not all of the kinds have it."""
        having = tuple(self.declared)
        if not self.declared.keys() >= set(kinds):
            expected = gettext("this filter only with kind={kinds}").format(kinds=", ".join(having))
            return Problem(self.name, printable(", ".join(values)), expected, words=(*having, *self.words))
        for value in values:
            having = tuple(kind for kind, words in self.vocabularies.items() if value.strip() in words.values)
            if having and not set(having) >= set(kinds):
                expected = gettext("this word only with kind={kinds}").format(kinds=", ".join(having))
                return Problem(self.name, value.strip(), expected, words=(*having, *self.words))
        return None


def united_filters(
    filtersets: Mapping[str, type[ArchiveFilterSet]], without: Collection[str]
) -> dict[str, UnitedFilter]:
    """The filters by name, in the order of the kinds and of their declarations."""
    declared: dict[str, dict[str, ArchiveFilter]] = {}
    for kind, filterset in filtersets.items():
        for name, filter_ in filterset.base_filters.items():
            if name not in without:
                declared.setdefault(name, {})[kind] = filter_
    return {name: UnitedFilter(name, by_kind, len(by_kind) == len(filtersets)) for name, by_kind in declared.items()}
