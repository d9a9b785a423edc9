"""Names that other services have for parameters, filters and dimensions of ours, for suggestions."""

from __future__ import annotations

from collections.abc import Iterable

from archive.text import closest_match

#: Their name -> ours; the first that a door has is suggested.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "state": ("country",), "nation": ("country",), "nationality": ("country",), "iso": ("country",),
    "type": ("kind", "classification", "instrument"), "category": ("classification", "kind", "instrument"),
    "class": ("classification", "kind", "instrument"), "kind": ("classification", "instrument"),
    "from": ("date_after",), "since": ("date_after",), "start": ("date_after", "from"), "after": ("date_after",),
    "begin": ("date_after", "from"), "to": ("date_before",), "until": ("date_before",), "before": ("date_before",),
    "end": ("date_before", "to"), "date_from": ("date_after",), "from_date": ("date_after",),
    "start_date": ("date_after", "from"), "date_start": ("date_after",), "date_to": ("date_before",),
    "to_date": ("date_before",), "end_date": ("date_before", "to"), "date_end": ("date_before",),
    "when": ("date", "from"), "decade": ("date", "from"), "year": ("date", "from"), "month": ("date", "from"),
    "week": ("date", "from"), "day": ("date", "from"), "period": ("date", "from"), "date": ("from", "on"),
    "person": ("speaker", "official", "participant"), "people": ("speaker", "official", "participant"),
    "official": ("speaker", "participant"), "organization": ("body", "participant"),
    "organisation": ("body", "participant"), "institution": ("body",), "position": ("office",), "post": ("office",),
    "search": ("q",), "query": ("q",), "text": ("q",), "word": ("q",), "words": ("q",),
    "sort": ("order_by",), "order": ("order_by",), "ordering": ("order_by",), "sort_by": ("order_by",),
    "orderby": ("order_by",), "tag": ("topic",), "keyword": ("topic",), "subject": ("topic",), "theme": ("topic",),
    "lang": ("language",), "modified_since": ("updated_after",), "updated": ("updated_after",),
    "updated_since": ("updated_after",), "per_page": ("limit",), "page_size": ("limit",), "pagesize": ("limit",),
    "size": ("limit",), "offset": ("cursor",), "page": ("cursor",), "columns": ("fields",), "expand": ("include",),
    "embed": ("include",), "in_force": ("in_force_on",), "open": ("open_on",),
}  # fmt: skip


def closest_parameter(name: str, names: Iterable[str]) -> str:
    """The name that is meant by the word of another service, or is a typing error away; else an empty string."""
    allowed = list(names)
    synonym = next((candidate for candidate in _SYNONYMS.get(name.lower(), ()) if candidate in allowed), "")
    return synonym or closest_match(name, allowed)
