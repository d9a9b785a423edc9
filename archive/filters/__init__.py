"""One FilterSet per record, for every door: REST, GraphQL, web pages, export."""

from __future__ import annotations

from django.utils.module_loading import import_string

from archive.filters.base import ArchiveFilterSet
from archive.filters.catalogue import BodyFilterSet, DossierFilterSet, SourceFilterSet, TopicFilterSet
from archive.filters.event import EventFilterSet
from archive.filters.measure import MeasureFilterSet
from archive.filters.official import AppointmentFilterSet, OfficeFilterSet, OfficialFilterSet
from archive.filters.speech_act import SpeechActFilterSet
from archive.filters.statement import StatementFilterSet
from archive.registry import COLLECTIONS

#: Collection -> its FilterSet.
FILTERSETS: dict[str, type[ArchiveFilterSet]] = {
    collection.name: import_string(collection.filterset) for collection in COLLECTIONS.values()
}

__all__ = [
    "FILTERSETS", "AppointmentFilterSet", "ArchiveFilterSet", "BodyFilterSet", "DossierFilterSet", "EventFilterSet",
    "MeasureFilterSet", "OfficeFilterSet", "OfficialFilterSet", "SourceFilterSet", "SpeechActFilterSet",
    "StatementFilterSet", "TopicFilterSet",
]  # fmt: skip
