"""Principal officers and chiefs of mission: ``python -m examples.history_state_gov.pocom pocom.tar.xz DIR``."""

from __future__ import annotations

from pathlib import Path

from examples.history_state_gov.command import run
from examples.history_state_gov.reading import Audit, Fields, documents
from examples.history_state_gov.writing import DEPARTMENT, Dataset, country, edtf, publisher

SOURCE = "pocom"
TITLE = "Principal Officers & Chiefs of Mission"
URL = "https://github.com/HistoryAtState/pocom"
BOOKKEEPING = ("created-by", "created-date", "last-modified-by", "last-modified-date")
#: Ids that no file has, and whom they mean: the name is turned around in one place.
SAME_PERSON = {"wilson-huntington-francis-mairs-huntington-wilson": "wilson-francis-mairs-huntington"}
#: Who only stands in for somebody.
ACTING = ("charge-daffaires-ad-interim", "secretary-ad-interim")
#: Folders that are left: people whom the publisher has not confirmed yet, lists of codes, and files for building.
LEFT = ("people-pending", "code-tables", ".")
#: Positions that were never in the Department of State.
AGENCIES = "foreign-assistance-agencies"


def convert(source: Path, dataset: Dataset, audit: Audit) -> None:
    publisher(dataset, SOURCE, TITLE, URL)
    for name, root in documents(source, ("people",)):
        _person(Fields(root, audit), dataset, name, audit)
    roles = {}
    for _, root in documents(source, ("roles-country-chiefs",)):
        role = Fields(root, audit)
        names = role.inner("names")
        roles[role.text("id")] = names.text("singular")
        _ended(names, "plural")
        _ended(role, "class", "category", "@mode")
    for name, root in documents(source, ("missions-countries",)):
        _mission(Fields(root, audit), dataset, roles, name, audit)
    for name, root in documents(source, ("missions-orgs", "positions-principals")):
        _position(Fields(root, audit), dataset, name, audit)
    for _, root in documents(source, ("concurrent-appointments",)):
        # Which appointments ran at once follows from their dates; where the chief lived has no place.
        _ended(Fields(root, audit), "id", "person-id", "resident-at", "chief-id", *BOOKKEEPING)


def _person(person: Fields, dataset: Dataset, where: str, audit: Audit) -> None:
    slug = person.text("id")
    name = person.inner("persName")
    given, family, suffix = name.text("forename"), name.text("surname"), name.text("genName")
    dataset.add(
        "officials", slug=slug, name=" ".join(filter(None, (given, family, suffix))),
        sort_name=", ".join(filter(None, (family, given, suffix))), state="US",
        born=edtf(person.text("birth"), where, audit), died=edtf(person.text("death"), where, audit),
    )  # fmt: skip
    for other in dict.fromkeys(name.texts("altname")):
        dataset.add("names", official=slug, text=other, language="en", script="Latn", scheme="other")
    name.end()
    old = person.inner("old-ids")
    for value in dict.fromkeys([slug, *old.texts("old-id")]):
        dataset.add("identifiers", scheme="pocom", value=value, official=slug)
    old.end()
    dataset.add("citations", source=SOURCE, official=slug, locator=slug)
    _ended(person, "career-type", "residence", *BOOKKEEPING)


def _mission(mission: Fields, dataset: Dataset, roles: dict[str, str], where: str, audit: Audit) -> None:
    """The chiefs of the mission to one country: an office for each of their ranks."""
    territory = mission.text("territory-id")
    name, _ = country(territory, dataset, where, audit)
    body = f"us-mission-to-{territory}"
    dataset.add(
        "bodies", slug=body, name=f"United States mission to {name}", kind="government_organ", parent=DEPARTMENT
    )
    for group, served in (("chiefs", True), ("other-nominees", False)):
        chiefs = mission.inner(group)
        for chief in chiefs.each("chief"):
            rank = chief.text("role-title-id")
            office = f"us-{rank}-to-{territory}"
            dataset.add("offices", slug=office, name=f"{roles.get(rank, rank)} to {name}", body=body)
            chief.leave("contemporary-territory-id")
            _appointment(chief, dataset, office, rank, served, audit)
        _ended(chiefs, "mission-note")
    mission.end()


def _position(position: Fields, dataset: Dataset, where: str, audit: Audit) -> None:
    """Those who held one position in the Department, or at one international organization."""
    slug, names = position.text("id"), position.inner("names")
    name = names.text("singular")
    _ended(names, "plural", "alternate")
    body = "US" if position.text("category") == AGENCIES else DEPARTMENT
    dataset.add("offices", slug=f"us-{slug}", name=name, body=body)
    for group, element, served in (
        ("principals", "principal", True), ("chiefs", "chief", True), ("other-appointees", "principal", False),
    ):  # fmt: skip
        holders = position.inner(group)
        for holder in (*holders.each(element), *holders.each("chief")):
            rank = holder.text("role-title-id")
            if rank not in (slug, *ACTING):
                audit.odd(where, f"got the role '{rank}', expected '{slug}', the position's own")
            _appointment(holder, dataset, f"us-{slug}", rank, served, audit)
        _ended(holders, "mission-note")
    _ended(position, "class", "start", "end", "ongoing", "description", "is-dirty")


def _appointment(holder: Fields, dataset: Dataset, office: str, rank: str, served: bool, audit: Audit) -> None:
    identifier, person = holder.text("id"), holder.text("person-id")
    slug = dataset.free_slug("appointments", identifier)
    if slug != identifier:
        audit.odd(identifier, f"got the id a second time, expected it once; called {slug} here")
    if person in SAME_PERSON:
        audit.odd(identifier, f"got the person '{person}', whom no file has; taken for {SAME_PERSON[person]}")
        person = SAME_PERSON[person]
    days, notes = {}, []
    for part in ("appointed", "started", "ended"):
        field = holder.inner(part)
        day = field.inner("date")
        if certainty := day.attribute("certainty"):
            audit.odd(identifier, f"{part}: the date is marked as of {certainty} certainty; taken as any other")
        days[part] = edtf(day.own(), identifier, audit)
        day.end()
        notes += [f"{part}: {note}" for note in field.texts("note")]
        field.end()
    start, end = days["started"], days["ended"]
    if start and end and start[: len(end)] > end[: len(start)]:
        audit.odd(identifier, f"started {start}, after it ended {end}; the start is left blank, and cited as disputed")
        dataset.add(
            "citations", source=SOURCE, appointment=slug, locator=identifier, stance="disputes", field="start",
            variant_value=start,
        )  # fmt: skip
        start = None
    notes += holder.texts("note")
    dataset.add(
        "appointments", slug=slug, official=person, office=office, appointed=days["appointed"], start=start, end=end,
        mode="nominee" if not served and not start else "acting" if rank in ACTING else "substantive",
    )  # fmt: skip
    dataset.add("identifiers", scheme="pocom-appointment", value=slug, appointment=slug)
    dataset.add("citations", source=SOURCE, appointment=slug, locator=identifier, quotation=" ".join(notes))
    # The day of arrival is no date of the appointment's.
    _ended(holder, "arrived", "@treatAsConsecutive", *BOOKKEEPING)


def _ended(fields: Fields, *left_out: str) -> None:
    fields.leave(*left_out)
    fields.end()


if __name__ == "__main__":
    run(convert, TITLE, URL, left=LEFT)
