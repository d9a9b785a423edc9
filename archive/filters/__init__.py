"""One FilterSet per record, for every door: REST, GraphQL, web pages, export."""

from __future__ import annotations

from archive.filters.base import ArchiveFilterSet
from archive.filters.catalogue import BodyFilterSet, DossierFilterSet, SourceFilterSet, TopicFilterSet
from archive.filters.event import EventFilterSet
from archive.filters.measure import MeasureFilterSet
from archive.filters.official import AppointmentFilterSet, OfficeFilterSet, OfficialFilterSet
from archive.filters.speech_act import SpeechActFilterSet
from archive.filters.statement import StatementFilterSet

#: Collection (as in REST addresses) -> its FilterSet.
FILTERSETS: dict[str, type[ArchiveFilterSet]] = {
    "events": EventFilterSet,
    "measures": MeasureFilterSet,
    "statements": StatementFilterSet,
    "speech-acts": SpeechActFilterSet,
    "officials": OfficialFilterSet,
    "bodies": BodyFilterSet,
    "offices": OfficeFilterSet,
    "appointments": AppointmentFilterSet,
    "topics": TopicFilterSet,
    "sources": SourceFilterSet,
    "dossiers": DossierFilterSet,
}

__all__ = [
    "FILTERSETS", "AppointmentFilterSet", "ArchiveFilterSet", "BodyFilterSet", "DossierFilterSet", "EventFilterSet",
    "MeasureFilterSet", "OfficeFilterSet", "OfficialFilterSet", "SourceFilterSet", "SpeechActFilterSet",
    "StatementFilterSet", "TopicFilterSet",
]  # fmt: skip
