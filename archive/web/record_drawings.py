"""The drawings on the pages of officials, bodies, offices and measures: terms of office, and steps and goods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from archive.choices import AppointmentMode, EndState
from archive.dates import PartialDate
from archive.drawing import Days, Drawing, Entry, Phase, Strip, drawing_svg, lay_out_periods
from archive.drawing.drawing import Kind
from archive.models import Appointment, Body, Measure, Official
from archive.web.detail import OfficeHolders

#: Lanes and marks of a drawing that are still readable; the lists of the page have all.
MAX_LANES, MAX_MARKS = 30, 120
_KEYS = {
    "certain": "certain", "vague": "day not known", "fading": "start or end not known, or ongoing",
    "nominee": "nominee, never in office", "statement": "statement", "event": "step", "life": "life",
}  # fmt: skip


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
            strips, subject = _life_of_offices(record, parts["appointments"], parts["statements"]), "Life and offices"
        case "bodies":
            strips, subject = _offices(holders), "Offices and who held them"
        case "offices":
            strips, subject = _offices(holders), "Who held it"
        case "measures":
            strips, subject = _measure(record, parts), "Steps and goods"
        case _:
            return {}
    drawing = lay_out_periods(strips[:MAX_LANES], width) if any(strip.entries for strip in strips) else None
    if drawing is None:
        return {}
    first, last = drawing.scale.first.year, drawing.scale.last.year
    years = f"{first} to {last}" if first != last else str(first)
    label = f"{subject}, {years}; the lists of this page say the same"
    return {
        "periods": drawing_svg(drawing, label, has_definitions=has_definitions),
        "periods_key": [(name, text) for name, text in _KEYS.items() if name in _signs(drawing)],
        "periods_left_out": len(strips) > MAX_LANES or any(len(strip.entries) > MAX_MARKS for strip in strips),
    }


def _signs(drawing: Drawing) -> set[str]:
    """The names of the signs that the drawing has."""
    names: set[str] = {mark.kind for mark in drawing.marks}
    bars = [mark.span for mark in drawing.marks if not mark.is_point and mark.kind not in ("nominee", "life")]
    for span in bars:
        if span.sure_x0 is not None:
            names.add("certain")
        if (span.sure_x0, span.sure_x1) != (span.x0, span.x1):
            names.add("vague")
        if not span.opens or not span.closes:
            names.add("fading")
    return names


def _life_of_offices(official: Official, terms: Sequence[Appointment], statements: Sequence[Any]) -> list[Strip]:
    entries = [_term(term, f"{term.office.name}, {term.office.body}") for term in terms[:MAX_MARKS]]
    spoken = [
        Entry(
            kind="statement", slug=row.slug, name=row.name, href=reverse("web:statements", args=[row.slug]),
            when=row.date.display, date=row.date, is_light=True,
        )
        for row in statements if row.date
    ]  # fmt: skip
    strips = [Strip(name="", entries=_life(official))] if entries or spoken else []
    strips.append(Strip(name="Offices", entries=entries, max_rows=MAX_MARKS))
    strips.append(Strip(name="Statements", entries=spoken, max_rows=3))
    return [strip for strip in strips if strip.entries]


def _life(official: Official) -> list[Entry]:
    born, died = official.born, official.died
    if not born and not died:
        return []
    words = [f"{word} {when.display}" for word, when in (("born", born), ("died", died)) if when]
    days = Days.of_term(born, died, is_ongoing=True)
    text = ", ".join(words)
    return [Entry(kind="life", slug=official.slug, name=text[0].upper() + text[1:], href="", when="", days=days)]


def _offices(holders: Sequence[OfficeHolders]) -> list[Strip]:
    """A lane for each office, with its holders."""
    return [
        Strip(
            name=office.name, href=reverse("web:offices", args=[office.slug]),
            entries=[
                _term(term, term.official.name, (f"After {before.official.name}",) if before else ())
                for term, before in terms[:MAX_MARKS]
            ],
        )
        for office, terms in holders
    ]  # fmt: skip


def _term(term: Appointment, name: str, facts: tuple[str, ...] = ()) -> Entry:
    is_nominee = term.mode == AppointmentMode.NOMINEE
    if term.mode != AppointmentMode.SUBSTANTIVE:
        name = f"{'Nominee' if is_nominee else term.get_mode_display().capitalize()}: {name}"
    dates = [when for when in (term.start, term.end) if when]
    return Entry(
        kind="nominee" if is_nominee else "term", slug=term.slug, name=name,
        href=reverse("web:appointments", args=[term.slug]), when=term_in_words(term), facts=facts,
        days=Days.of_term(
            term.start, term.end, is_ongoing=term.end_state == EndState.ONGOING,
            first=term.first_possible, last=term.last_possible,
        ),
        is_approximate=any(when.is_approximate for when in dates),
        is_uncertain=any(when.is_uncertain for when in dates),
    )  # fmt: skip


def term_in_words(term: Appointment) -> str:
    """The start and the end of a term in words, as the template ``_span.html`` has them."""
    start = term.start.display if term.start else "start not known"
    if term.end:
        return f"{start} – {term.end.display}"
    if term.last_possible:
        return f"{start} – at the latest {PartialDate.parse(term.last_possible.isoformat()).display}"
    return f"{start} – {term.get_end_state_display()}"


def _measure(measure: Measure, parts: Mapping[str, list[Any]]) -> list[Strip]:
    steps = [step for step in parts["steps"] if step.event.date][:MAX_MARKS]
    strips = []
    if measure.in_force:
        period = _in_force(
            "measure", measure.slug, measure.name, measure.in_force,
            phases=tuple(
                Phase(name=str(step.get_phase_display()), slug=step.event.slug, date=step.event.date) for step in steps
            ),
        )  # fmt: skip
        strips.append(Strip(name=_parties(parts["imposers"], parts["targets"]), entries=[period]))
    entries = [
        Entry(
            kind="event", slug=step.event.slug, name=f"{step.get_phase_display().capitalize()}: {step.event.name}",
            href=reverse("web:events", args=[step.event.slug]), when=step.event.date.display, date=step.event.date,
            is_approximate=step.event.date.is_approximate, is_uncertain=step.event.date.is_uncertain,
        )
        for step in steps
    ]  # fmt: skip
    strips.append(Strip(name="Steps", entries=entries, max_rows=MAX_MARKS))
    goods = [
        _in_force("good", f"good-{number}", good.name, good.in_force or measure.in_force)
        for number, good in enumerate(parts["goods"][:MAX_MARKS])
        if good.in_force or measure.in_force
    ]
    strips.append(Strip(name="Goods", entries=goods, max_rows=MAX_MARKS))
    return [strip for strip in strips if strip.entries]


def _in_force(kind: Kind, slug: str, name: str, when: PartialDate, phases: tuple[Phase, ...] = ()) -> Entry:
    return Entry(
        kind=kind, slug=slug, name=name, when=f"in force {when.display}", days=Days.of_date(when),
        is_approximate=when.is_approximate, is_uncertain=when.is_uncertain, phases=phases,
    )  # fmt: skip


def _parties(imposers: Sequence[Body], targets: Sequence[Body]) -> str:
    by, on = (", ".join(body.name for body in bodies) for bodies in (imposers, targets))
    return "In force" + (f", imposed by {by}" if by else "") + (f" on {on}" if on else "")
