"""iCalendar (RFC 5545): dated records as days. A record is as long as its date: July 2019 takes the month.

Left out is a measure of which it is not known when it was in force, and what is known less exactly than to the month:
the 1950s would be a banner over each day of ten years. An interval with exact ends stays, however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from icalendar import Calendar, Event, vDuration

from archive.dates import PartialDate
from archive.rest.renderers.context import RenderContext, Rows

_COMMON_FIELDS = ("slug", "name", "summary", "topics.name", "updated_at")
FIELDS: dict[str, tuple[str, ...]] = {
    "events": (*_COMMON_FIELDS, "date", "place"),
    "measures": (*_COMMON_FIELDS, "in_force"),
    "statements": (*_COMMON_FIELDS, "date"),
}
#: The most days among which a date, or an end of an interval, may lie.
_MAX_DAYS = 31
_END = b"END:VCALENDAR\r\n"


def write(told: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    whole = Calendar()
    whole.add("prodid", "-//Chancery//Archive//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("refresh-interval", vDuration(timedelta(days=1)), parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", vDuration(timedelta(days=1)))
    whole.add("x-wr-calname", f"{told.title} · Chancery")
    yield whole.to_ical().removesuffix(_END)
    for rows in pages:
        made = (_event(told, msgspec.json.decode(row)) for row in rows)
        yield b"".join(one.to_ical() for one in made if one is not None)
    yield _END


def _event(told: RenderContext, row: dict[str, Any]) -> Event | None:
    spell = row.get("date") or row.get("in_force")
    if spell is None or not _is_precise(PartialDate.parse(spell["text"])):
        return None
    first, after = _start_and_end(spell)
    event = Event()
    event.add("uid", told.tag(told.collection, row["slug"]))
    event.add("dtstamp", datetime.fromisoformat(row["updated_at"]))
    event.add("dtstart", first)
    if after is not None:
        event.add("dtend", after)
    known = spell["earliest"] == spell["latest"]
    event.add("summary", row["name"] if known else f"{row['name']} ({spell['display']})")
    event.add("url", told.page(row["slug"]))
    event.add("transp", "TRANSPARENT")
    for name, value in (("description", row["summary"]), ("location", row.get("place"))):
        if value:
            event.add(name, value)
    if row["topics"]:
        event.add("categories", [topic["name"] for topic in row["topics"]])
    return event


def _is_precise(day: PartialDate) -> bool:
    if day.precision != "interval":
        return _day_count(day.earliest, day.latest) <= _MAX_DAYS
    start, end = day.certain_from or day.earliest, day.certain_until or day.latest
    return max(_day_count(day.earliest, start), _day_count(end, day.latest)) <= _MAX_DAYS


def _day_count(first: date | None, last: date | None) -> int:
    """Days from the first to the last, both counted; 0 where one is open or unknown."""
    return 0 if first is None or last is None else (last - first).days + 1


def _start_and_end(spell: dict[str, Any]) -> tuple[date, date | None]:
    """The first day, and the day after the last; the one known day where an end is open or unknown."""
    first = date.fromisoformat(spell["earliest"] or spell["latest"])
    last = date.fromisoformat(spell["latest"]) if spell["earliest"] and spell["latest"] else None
    return first, None if last is None or last >= date.max else last + timedelta(days=1)
