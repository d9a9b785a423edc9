"""The names of a timeline's lanes in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.choices import EventClassification, StatementClassification
from archive.page_language import record_tag
from archive.terms import term


def with_local_names(timeline: Mapping[str, Any]) -> dict[str, Any]:
    """The timeline's JSON, where the lanes of classifications have their terms in the language of the page.

    These lanes have ``is_localized``; others have the names of records.
    """
    if not record_tag():
        return dict(timeline)
    labels = {str(value): label for value, label in (*StatementClassification.choices, *EventClassification.choices)}
    lanes = [
        lane if lane["type"] or lane["key"] not in labels
        else {**lane, "name": term(labels[lane["key"]]), "is_localized": True}
        for lane in timeline["lanes"]
    ]  # fmt: skip
    return {**timeline, "lanes": lanes}
