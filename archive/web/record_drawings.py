"""The drawings on the pages of records: terms of office, steps and goods of measures, and chains."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.chains import LinkKind, has_chain, read_chain
from archive.choices import AppointmentMode, EndState
from archive.dates import PartialDate
from archive.drawing import Days, Drawing, Entry, Phase, Strip, chain_part, chain_svg, drawing_svg, lay_out_periods
from archive.drawing.drawing import Kind
from archive.models import Appointment, Body, Event, Measure, Official, Statement
from archive.models.base import Record
from archive.terms import date_in_words, term
from archive.text import whole_number
from archive.visibility import Viewer
from archive.web.detail import OfficeHolders, roles_by_event
from archive.web.timeline import record_address

#: Lanes and marks of a drawing that are still readable; the lists of the page have all.
MAX_LANES, MAX_MARKS = 30, 120
_KEYS = {
    "certain": _("certain"), "vague": _("day not known"), "fading": _("start or end not known, or ongoing"),
    "nominee": _("nominee, never in office"), "statement": _("statement"), "event": _("step"),
    "cluster": _("several records: select for their list"),
}  # fmt: skip
#: Collection -> the relations of the page that its drawing has.
_DRAWN_RELATIONS = {
    "officials": ("appointments", "participations", "statements"), "bodies": ("holders",), "offices": ("appointments",),
    "measures": ("goods", "steps"),
}  # fmt: skip
#: Rows of marks without labels.
_DENSE_ROWS = 6


def record_drawing(
    collection: str,
    record: Any,
    parts: Mapping[str, list[Any]],
    holders: Sequence[OfficeHolders],
    width: int,
    *,
    has_definitions: bool = True,
) -> dict[str, Any]:
    """The context of ``archive/records/_periods.html``; empty without a drawing."""
    match collection:
        case "officials":
            strips, subject = (
                _official(record, parts),
                gettext("Offices, events and statements"),
            )
        case "bodies":
            strips, subject = _offices(holders), gettext("Offices and who held them")
        case "offices":
            strips, subject = _offices(holders), gettext("Who held it")
        case "measures":
            strips, subject = _measure(record, parts), gettext("Steps and goods")
        case _:
            return {}
    drawing = lay_out_periods(strips[:MAX_LANES], width) if any(strip.entries for strip in strips) else None
    if drawing is None:
        return {}
    first, last = drawing.scale.first.year, drawing.scale.last.year
    years = gettext("{first} to {last}").format(first=first, last=last) if first != last else str(first)
    label = gettext("{subject}, {years}; the lists of this page say the same").format(subject=subject, years=years)
    return {
        "periods": drawing_svg(drawing, label, has_definitions=has_definitions),
        "periods_key": [(name, text) for name, text in _keys(collection).items() if name in _signs(drawing)],
        "periods_left_out": len(strips) > MAX_LANES
        or any(len(strip.entries) > MAX_MARKS for strip in strips if strip.list_href is None)
        or any(parts.get(f"more_{name}") for name in _DRAWN_RELATIONS[collection]),
    }


def _keys(collection: str) -> dict[str, Any]:
    """The texts of the signs on the pages of a collection."""
    return _KEYS if collection == "measures" else _KEYS | {"event": _("event")}


def _signs(drawing: Drawing) -> set[str]:
    """The names of the signs that the drawing has."""
    names: set[str] = {mark.kind for mark in drawing.marks}
    bars = [mark.span for mark in drawing.marks if not mark.is_point and mark.kind != "nominee"]
    for span in bars:
        if span.sure_x0 is not None:
            names.add("certain")
        if (span.sure_x0, span.sure_x1) != (span.x0, span.x1):
            names.add("vague")
        if not span.opens or not span.closes:
            names.add("fading")
    return names


def _official(official: Official, parts: Mapping[str, list[Any]]) -> list[Strip]:
    entries = [_term(held, f"{held.office.name}, {held.office.body}") for held in parts["appointments"][:MAX_MARKS]]
    attended = [
        _dated("event", event, (", ".join(term(role) for role in roles),))
        for event, roles in roles_by_event(parts["participations"])
        if event.date
    ]
    spoken = [_dated("statement", row) for row in parts["statements"] if row.date]
    strips = [Strip(name=gettext("Offices"), entries=entries, max_rows=MAX_MARKS)]
    strips.append(Strip(
        name=gettext("Took part in"), entries=attended, max_rows=_DENSE_ROWS,
        list_href=_list_href("web:front", {"participant": official.slug}),
    ))  # fmt: skip
    strips.append(Strip(
        name=gettext("Statements"), entries=spoken, max_rows=_DENSE_ROWS,
        list_href=_list_href("web:search", {"kind": "statements", "speaker": official.slug}),
    ))  # fmt: skip
    return [strip for strip in strips if strip.entries]


def _dated(kind: Kind, record: Event | Statement, facts: tuple[str, ...] = ()) -> Entry:
    """A light mark of an event or a statement, which the page lists."""
    return Entry(
        kind=kind, slug=record.slug, name=record.name, href=reverse(f"web:{kind}s", args=[record.slug]),
        when=date_in_words(record.date), date=record.date, facts=facts, is_light=True,
        is_approximate=record.date.is_approximate, is_uncertain=record.date.is_uncertain,
    )  # fmt: skip


def _list_href(view: str, filters: dict[str, str]) -> Callable[[date | None, date | None], str]:
    """The address of a list with filters, for the records of a period."""

    def address(first: date | None, last: date | None) -> str:
        period = str(first) if first == last and first else f"{first or '..'}/{last or '..'}"
        dated = {"date": period} if first or last else {}
        return f"{reverse(view)}?{urlencode({**filters, **dated})}"

    return address


def _offices(holders: Sequence[OfficeHolders]) -> list[Strip]:
    """A lane for each office, with its holders."""
    return [
        Strip(
            name=office.name, href=reverse("web:offices", args=[office.slug]),
            entries=[
                _term(held, held.official.name, _predecessor(before) if before else ())
                for held, before in terms[:MAX_MARKS]
            ],
        )
        for office, terms in holders
    ]  # fmt: skip


def _predecessor(before: Appointment) -> tuple[str, ...]:
    return (gettext("After {name}").format(name=before.official.name),)


def _term(held: Appointment, name: str, facts: tuple[str, ...] = ()) -> Entry:
    is_nominee = held.mode == AppointmentMode.NOMINEE
    if held.mode != AppointmentMode.SUBSTANTIVE:
        mode = gettext("Nominee") if is_nominee else term(held.get_mode_display()).capitalize()
        name = f"{mode}: {name}"
    dates = [when for when in (held.start, held.end) if when]
    return Entry(
        kind="nominee" if is_nominee else "term", slug=held.slug, name=name,
        href=reverse("web:appointments", args=[held.slug]), when=term_in_words(held), facts=facts,
        days=Days.of_term(
            held.start, held.end, is_ongoing=held.end_state == EndState.ONGOING,
            first=held.first_possible, last=held.last_possible,
        ),
        is_approximate=any(when.is_approximate for when in dates),
        is_uncertain=any(when.is_uncertain for when in dates),
    )  # fmt: skip


def term_in_words(held: Appointment) -> str:
    """The start and the end of a term in words, as the template ``_span.html`` has them."""
    start = date_in_words(held.start) if held.start else gettext("start not known")
    if held.end:
        return f"{start} – {date_in_words(held.end)}"
    if held.last_possible:
        last = date_in_words(PartialDate.parse(held.last_possible.isoformat()))
        return f"{start} – {gettext('at the latest {}').format(last)}"
    return f"{start} – {term(held.get_end_state_display())}"


def _measure(measure: Measure, parts: Mapping[str, list[Any]]) -> list[Strip]:
    steps = [step for step in parts["steps"] if step.event.date][:MAX_MARKS]
    strips = []
    if measure.in_force:
        period = _in_force(
            "measure", measure.slug, measure.name, measure.in_force,
            phases=tuple(
                Phase(name=term(step.get_phase_display()), slug=step.event.slug, date=step.event.date) for step in steps
            ),
        )  # fmt: skip
        strips.append(Strip(name=_parties(parts["imposers"], parts["targets"]), entries=[period]))
    entries = [
        Entry(
            kind="event", slug=step.event.slug,
            name=f"{term(step.get_phase_display()).capitalize()}: {step.event.name}",
            href=reverse("web:events", args=[step.event.slug]),
            when=date_in_words(step.event.date), date=step.event.date,
            is_approximate=step.event.date.is_approximate, is_uncertain=step.event.date.is_uncertain,
        )
        for step in steps
    ]  # fmt: skip
    strips.append(Strip(name=gettext("Steps"), entries=entries, max_rows=MAX_MARKS))
    goods = [
        _in_force("good", f"good-{number}", good.name, good.in_force or measure.in_force)
        for number, good in enumerate(parts["goods"][:MAX_MARKS])
        if good.in_force or measure.in_force
    ]
    strips.append(Strip(name=gettext("Goods"), entries=goods, max_rows=MAX_MARKS))
    return [strip for strip in strips if strip.entries]


def _in_force(kind: Kind, slug: str, name: str, when: PartialDate, phases: tuple[Phase, ...] = ()) -> Entry:
    return Entry(
        kind=kind, slug=slug, name=name, when=gettext("in force {date}").format(date=date_in_words(when)),
        days=Days.of_date(when),
        is_approximate=when.is_approximate, is_uncertain=when.is_uncertain, phases=phases,
    )  # fmt: skip


def _parties(imposers: Sequence[Body], targets: Sequence[Body]) -> str:
    by, on = (", ".join(body.name for body in bodies) for bodies in (imposers, targets))
    match bool(by), bool(on):
        case True, True:
            return gettext("In force, imposed by {by} on {on}").format(by=by, on=on)
        case True, False:
            return gettext("In force, imposed by {by}").format(by=by)
        case False, True:
            return gettext("In force on {on}").format(on=on)
        case _:
            return gettext("In force")


#: Records that are drawn by default, and at most.
DEFAULT_RECORDS, MAX_RECORDS = 12, 60
#: Kind of link -> the sign of its arrows in the key; see ``timeline.css``.
_SIGNS = {
    LinkKind.RETALIATES_FOR: "strong", LinkKind.ANNOUNCES: "dashed", LinkKind.IMPLEMENTS: "dashed",
    LinkKind.ABOUT: "dotted", LinkKind.OCCASION: "dotted", LinkKind.OUTCOME: "double",
}  # fmt: skip


def record_chain(record: Record, user: Viewer, width: int, limit: int) -> dict[str, Any]:
    """The context of ``archive/records/_chain.html``; empty for a record without a chain. Raises django.db.Error."""
    if not has_chain(type(record)):
        return {}
    content = read_chain(type(record), record.slug, user)
    chain = json.loads(content) if content else {"edges": []}
    if not chain["edges"]:
        return {}
    part = chain_part(chain, limit, record_address)
    kinds = dict.fromkeys(LinkKind(link.kind) for link in part.links)
    count = len(part.records)
    label = gettext("What led to it, and what followed: {count} records in order of time, as in the list below")
    return {
        "chain": part,
        "chain_svg": chain_svg(part, width, label.format(count=count)),
        "chain_key": [(_SIGNS.get(kind, "plain"), term(str(kind.label))) for kind in kinds],
        "chain_more": MAX_RECORDS if limit < MAX_RECORDS else 0,
        "chain_is_cut": chain["truncated"],
    }


def chain_size(text: str) -> int:
    """The number of records to draw; that of no or an invalid number is the default."""
    number = whole_number(text, 0, 9_999)
    return DEFAULT_RECORDS if number is None else min(max(number, 2), MAX_RECORDS)
