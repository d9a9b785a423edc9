"""Links of a page for reuse: citations, data, feeds, and the requests that give the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

from archive.bibliography.items import Item, plain_citation
from archive.bibliography.schema_org import DESCRIBED
from archive.models.base import Record
from archive.registry import page_names
from archive.timeline.params import OWN_PARAMS, TimelineKind, timeline_filters
from archive.web.graphql_query import graphiql_address, list_query, record_query, search_query, timeline_query

#: Label -> the value of ``format``, of what every record with a page has.
_CITATIONS = {"BibTeX": "bibtex", "RIS": "ris", "CSL-JSON": "csl"}
#: Collections whose records have dates: calendars, and as lists feeds.
_DATED = ("events", "measures", "statements")
#: Collections whose records are slides of TimelineJS, or have such as their entries.
_SLIDES = (*_DATED, "dossiers")
#: Collection -> the filter by which events belong to its records.
_EVENTS_OF = {"dossiers": "dossier", "topics": "topic", "officials": "participant", "bodies": "participant"}
Links = list[tuple[str, str]]


def record_export_links(collection: str, record: Record, item: Item | None) -> dict[str, Any]:
    """Template context ``reuse`` of a record's page."""
    path = f"/api/v1/{collection}/{record.slug}/"
    query = record_query(collection, record.slug)
    slides = [_timelinejs(path, "?")] if collection in _SLIDES else []
    feeds = [(gettext("Calendar"), f"{path}?format=ics")] if collection in _DATED else []
    if name := _EVENTS_OF.get(collection):
        events = f"/api/v1/events/?{name}={record.slug}"
        feeds = _event_feeds(events)
        slides = slides or [_timelinejs(events, "&")]
    return {
        "citation": plain_citation(item, record.public_version) if item else "",
        "cite": [(label, f"{path}?format={name}") for label, name in _CITATIONS.items()],
        "data": [*_data(collection, path, "?"), *slides],
        "feeds": feeds,
        "rest": path,
        "query": query,
        "graphiql": graphiql_address(query),
    }


def list_export_links(collection: str, filters: Mapping[str, list[str]]) -> dict[str, Any]:
    """Template context ``reuse`` of a list; ``filters`` are valid."""
    filters = {name: values for name, values in filters.items() if any(value.strip() for value in values)}
    parameters = urlencode(filters, doseq=True)
    path = f"/api/v1/{collection}/"
    rest = f"{path}?{parameters}" if parameters else path
    joint = "&" if parameters else "?"
    query = list_query(collection, filters)
    cite = _CITATIONS if collection in page_names().values() else {}
    return {
        "cite": [(label, f"{rest}{joint}format={name}") for label, name in cite.items()],
        "data": [
            *_data(collection, rest, joint), ("JSON Lines", f"{rest}{joint}format=jsonl"),
            *([_timelinejs(rest, joint)] if collection in _DATED else []),
        ],
        "feeds": [
            (gettext("Feed"), f"{rest}{joint}format=atom"), (gettext("Calendar"), f"{rest}{joint}format=ics")
        ] if collection in _DATED else [],
        "rest": rest,
        "query": query,
        "graphiql": graphiql_address(query),
    }  # fmt: skip


def search_export_links(params: Mapping[str, list[str]]) -> dict[str, Any]:
    """Template context ``reuse`` of a ranked search with valid parameters."""
    params = {name: values for name, values in params.items() if name != "cursor"}
    rest = f"/api/v1/search/?{urlencode(params, doseq=True)}"
    query = search_query(params)
    return {
        "cite": [],
        "data": [("JSON", rest)],
        "feeds": [],
        "rest": rest,
        "query": query,
        "graphiql": graphiql_address(query),
    }


def timeline_export_links(params: Mapping[str, list[str]]) -> dict[str, Any]:
    """Template context ``reuse`` of a timeline, from the period, lanes, kinds and filters of what is drawn."""
    rest = f"/api/v1/timeline/?{urlencode(params, doseq=True)}"
    has_arguments = params.keys() <= {*OWN_PARAMS, *timeline_filters()}
    query = timeline_query(params) if has_arguments else ""
    filters = {name: values for name, values in params.items() if name not in OWN_PARAMS}
    days = f"{params['from'][0]}/{params['to'][0]}"
    events = f"/api/v1/events/?{urlencode({'date': days, **filters}, doseq=True)}"
    has_events = TimelineKind.EVENT in params.get("kind", [TimelineKind.EVENT])
    return {
        "cite": [],
        "data": [("JSON", rest), *([_timelinejs(events, "&")] if has_events else [])],
        "feeds": _event_feeds(events) if has_events else [],
        "rest": rest,
        "query": query,
        "graphiql": graphiql_address(query) if query else "",
    }


def _event_feeds(events: str) -> Links:
    """Feed and calendar of a list of events, whose address has a filter."""
    return [
        (gettext("Feed of events"), f"{events}&format=atom"),
        (gettext("Calendar of events"), f"{events}&format=ics"),
    ]


def _data(collection: str, address: str, joint: str) -> Links:
    linked = [("JSON-LD", f"{address}{joint}format=jsonld")] if collection in DESCRIBED else []
    return [*linked, ("CSV", f"{address}{joint}format=csv")]


def _timelinejs(address: str, joint: str) -> tuple[str, str]:
    """The link to the JSON of TimelineJS of a list or a record."""
    return "TimelineJS", f"{address}{joint}format=timelinejs"
