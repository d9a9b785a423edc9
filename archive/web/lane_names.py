"""The names of a timeline's lanes in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.choices import EventClassification, StatementClassification
from archive.countries import translated_states
from archive.page_language import active_tag, record_tag
from archive.terms import term


def with_local_names(timeline: Mapping[str, Any]) -> dict[str, Any]:
    """The timeline's JSON, where lanes of states and classifications have their names in the language of the page.

    These lanes have ``is_localized``; others have the names of records.
    """
    if not record_tag():
        return dict(timeline)
    labels = {str(value): label for value, label in (*StatementClassification.choices, *EventClassification.choices)}
    states = translated_states(active_tag())

    def local_name(lane: Mapping[str, Any]) -> str | None:
        if lane["type"]:
            return states.get((lane["key"], lane["name"]))
        return term(labels[lane["key"]]) if lane["key"] in labels else None

    named = ((lane, local_name(lane)) for lane in timeline["lanes"])
    return {
        **timeline,
        "lanes": [{**lane, "name": name, "is_localized": True} if name else lane for lane, name in named],
    }
