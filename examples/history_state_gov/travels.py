"""Travels of presidents and secretaries of state: ``python -m examples.history_state_gov.travels travels.tar.xz DIR``.

The secretaries are officials of the other dataset (``pocom``): load that first.
"""

from __future__ import annotations

from pathlib import Path

from examples.history_state_gov.command import run
from examples.history_state_gov.reading import Audit, Fields, documents
from examples.history_state_gov.writing import Dataset, country, edtf, publisher, span

SOURCE = "travels"
TITLE = "Foreign Travels of the President and Secretary of State"
URL = "https://github.com/HistoryAtState/travels"
BOOKKEEPING = ("created-by", "created-date", "created-datetime", "last-modified-by", "last-modified-date",
               "last-modified-datetime")  # fmt: skip
TOPICS = {
    "president": ("travels-of-the-president", "Travels of the President of the United States"),
    "secretary": ("travels-of-the-secretary-of-state", "Travels of the Secretary of State of the United States"),
}
#: Folders that are left: lists of codes, tests, and the publisher's instructions for building at the top.
LEFT = ("code-tables", "schema", "test", ".")
PRESIDENCY = "president-of-the-united-states"
#: Names under which the publisher files a state that had an ISO 3166-3 code of its own.
FORMER = {"U.S.S.R.": "SUHH", "Serbia and Montenegro": "CSXX", "Southern Rhodesia (Zimbabwe)": "RHZW"}
_PLACE = 120


def convert(source: Path, dataset: Dataset, audit: Audit) -> None:
    publisher(dataset, SOURCE, TITLE, URL)
    for slug, name in TOPICS.values():
        dataset.add("topics", slug=slug, name=name)
    trips = [
        (name, Fields(root, audit)) for name, root in documents(source, ("president-travels", "secretary-travels"))
    ]
    travelled = {trip.get("who") for _, root in trips for trip in root.element}
    for name, root in documents(source, ("presidents",)):
        _presidents(Fields(root, audit), dataset, travelled, name, audit)
    for _, root in trips:
        for trip in root.each("trip"):
            _trip(trip, dataset, audit)
        root.end()


def _presidents(root: Fields, dataset: Dataset, travelled: set[str | None], where: str, audit: Audit) -> None:
    """The presidents who travelled, and their terms."""
    dataset.add("offices", slug=PRESIDENCY, name="President of the United States", body="US")
    for president in root.each("president"):
        if president.peek("id") not in travelled:
            root.audit.left_out["presidents/president, who did not travel"] += 1
            continue
        identifier = president.text("id")
        slug = president_slug(identifier)
        born, start = (edtf(president.text(name), where, audit) for name in ("birth-year", "took-office-date"))
        death, left = president.inner("death-year"), president.inner("left-office-date")
        died, end = edtf(death.own(), where, audit), edtf(left.own(), where, audit)
        state = "ongoing" if left.attribute("still-in-office") == "true" and not end else None
        left.end()
        death.leave("@still-alive")  # who has no date of death is not said to be dead
        death.end()
        name = president.text("name")
        president.leave("@n", *BOOKKEEPING)
        president.end()
        term = f"{slug}-{PRESIDENCY}-{(start or '')[:4]}"
        dataset.add("officials", slug=slug, name=name, born=born, died=died, state="US")
        dataset.add("appointments", slug=term, official=slug, office=PRESIDENCY, start=start, end=end,
                    end_state=state or ("ended" if end else "unknown"))  # fmt: skip
        dataset.add("citations", source=SOURCE, appointment=term, locator=identifier)
    root.leave("source-url", "crawl-dateTime")
    root.end()


def president_slug(identifier: str) -> str:
    """The two datasets count people apart: in the other one ``taft-william-howard`` is the president's grandson."""
    return f"president-{identifier}"


def _trip(trip: Fields, dataset: Dataset, audit: Audit) -> None:
    """One visit to one country; on the road the same day they may be in the next."""
    number, role, who = trip.text("id"), trip.attribute("role"), trip.attribute("who")
    where = f"trip {number}"
    if (told := trip.text("role")) != role:
        audit.odd(where, f"got the role '{told}', expected '{role}', as its attribute has it")
    start, end = (edtf(trip.text(name), where, audit) for name in ("start-date", "end-date"))
    if start is None or end is None or start > end:
        audit.odd(where, f"got the days '{start}' to '{end}', expected a start and a later end; not taken")
        return
    land = trip.inner("country")
    territory = land.attribute("id")
    shown = land.own()
    land.end()
    told = trip.text("name")
    place = trip.text("locale")
    if len(place) > _PLACE:
        audit.odd(where, f"a place of {len(place)} characters, expected at most {_PLACE}; cut")
        place = place[: _PLACE - 1] + "…"
    _, code = country(territory, dataset, where, audit)
    slug, topic = f"us-{role}-visit-{number}", TOPICS[role][0]
    dataset.add(
        "events", slug=slug, name=f"{told} visits {shown}", summary=trip.text("remarks"), classification="visit",
        date=span(start, end), place=place, topics=[topic],
    )  # fmt: skip
    official = president_slug(who) if role == "president" else who
    dataset.add("participations", event=slug, official=official, body=None, role="actor")
    dataset.add("participations", event=slug, official=None, body=FORMER.get(shown, code), role="host")
    dataset.add("identifiers", scheme="travels", value=number, event=slug)
    dataset.add("citations", source=SOURCE, event=slug, locator=f"trip {number}")
    trip.leave(*BOOKKEEPING)
    trip.end()


if __name__ == "__main__":
    run(convert, TITLE, URL, left=LEFT)
