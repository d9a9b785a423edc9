"""iCalendar (RFC 5545): dated records as days. A record is as long as its date: July 2019 takes the month.

A measure of which it is not known when it was in force is in no calendar, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from icalendar import Calendar, Event

from archive.rest.told import Told
from archive.rest.whole import Rows

_SHOWN = ("slug", "name", "summary", "topics.name", "updated_at")
FIELDS: dict[str, tuple[str, ...]] = {
    "events": (*_SHOWN, "date", "place"),
    "measures": (*_SHOWN, "in_force"),
    "statements": (*_SHOWN, "date"),
}
_END = b"END:VCALENDAR\r\n"


def write(told: Told, pages: Iterator[Rows]) -> Iterator[bytes]:
    whole = Calendar()
    whole.add("prodid", "-//Chancery//Archive//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", f"{told.title} · Chancery")
    yield whole.to_ical().removesuffix(_END)
    for rows in pages:
        made = (_event(told, msgspec.json.decode(row)) for row in rows)
        yield b"".join(one.to_ical() for one in made if one is not None)
    yield _END


def _event(told: Told, row: dict[str, Any]) -> Event | None:
    spell = row.get("date") or row.get("in_force")
    if spell is None:
        return None
    first, after = _days(spell)
    event = Event()
    event.add("uid", told.api(told.collection, row["slug"]))
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


def _days(spell: dict[str, Any]) -> tuple[date, date | None]:
    """The first day, and the day after the last; the one known day where an end is open or unknown."""
    first = date.fromisoformat(spell["earliest"] or spell["latest"])
    last = date.fromisoformat(spell["latest"]) if spell["earliest"] and spell["latest"] else None
    return first, None if last is None or last >= date.max else last + timedelta(days=1)
