"""The filters of the search: those of the collections that it covers, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.db.models import TextChoices

from archive.filters import FILTERSETS
from archive.filters.filter_types import ArchiveFilter, ChoicesFilter
from archive.registry import searched

#: Filters that the search replaces by its own text, ranking and kinds.
_REPLACED = ("q", "order_by", "kind")


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """A filter as each of the collections that have it declares it."""

    name: str
    declared: Mapping[str, ArchiveFilter]

    @property
    def first(self) -> ArchiveFilter:
        """The declaration of the first collection; the others take the same values, but for vocabularies."""
        return next(iter(self.declared.values()))

    @property
    def help_text(self) -> str:
        """The help of the filter, after the names of the collections that have it unless all do."""
        texts: dict[str, list[str]] = {}
        for kind, declared in self.declared.items():
            texts.setdefault(declared.extra["help_text"], []).append(kind)
        if len(texts) == 1 and len(self.declared) == len(searched()):
            return next(iter(texts))
        return " ".join(f"{', '.join(kinds).capitalize()}: {text}" for text, kinds in texts.items())

    @property
    def vocabularies(self) -> dict[str, type[TextChoices]]:
        """The vocabulary of each collection, if the filter takes words of one."""
        choices = {kind: filter_ for kind, filter_ in self.declared.items() if isinstance(filter_, ChoicesFilter)}
        return {kind: filter_.vocabulary for kind, filter_ in choices.items()}


@cache
def search_filters() -> dict[str, SearchFilter]:
    """The filters by name, in the order of the collections and their declarations."""
    declared: dict[str, dict[str, ArchiveFilter]] = {}
    for collection in searched():
        for name, filter_ in FILTERSETS[collection.name].base_filters.items():
            if name not in _REPLACED:
                declared.setdefault(name, {})[collection.name] = filter_
    return {name: SearchFilter(name, by_kind) for name, by_kind in declared.items()}
