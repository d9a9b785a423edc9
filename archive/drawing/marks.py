"""Marks of a timeline's records, clusters and measures: their days as spans, and their texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from archive.choices import EventClassification, Instrument, MeasurePhase, StatementClassification
from archive.dates import PartialDate
from archive.dates.value import WIDTH
from archive.drawing.boxes import Box
from archive.drawing.drawing import Kind, Links, Mark, Span, Step
from archive.drawing.scale import Scale
from archive.drawing.spans import RADIUS, WIDE_DAY, Days, span_of
from archive.drawing.text_width import text_width
from archive.terms import date_in_words, term
from archive.text import strip_direction_marks

#: The font's size of a cluster's count.
COUNT_SIZE = 12
_KINDS = {"event": EventClassification, "statement": StatementClassification}


@dataclass(frozen=True, slots=True)
class Draft:
    """A mark before its row is known, with the box that it takes."""

    mark: Mark
    box: Box


@dataclass(frozen=True, slots=True)
class MarkReader:
    """Reads the objects of a timeline's JSON as drafts of marks on a scale."""

    scale: Scale
    links: Links
    #: Event -> sentences about its relations.
    relations: Mapping[str, list[str]]

    def record(self, record: Mapping[str, Any], side: int, parties: str, *, is_echo: bool) -> Draft:
        """``parties``: whose act it is, and whom it concerns."""
        when = PartialDate.parse(record["date"]["text"])
        kind: Kind = record["kind"]
        name = clean(record["name"])
        label = _classification(kind, record["classification"])
        label = f"{label} · {parties}" if parties else label
        facts = [f"{date_in_words(when)}: {name}", label]
        if kind == "event":
            facts += self.relations.get(record["slug"], [])
        span, is_point = span_of(when, self.scale)
        mark = Mark(
            kind=kind, slug=record["slug"], name=name, when=date_in_words(when), title=". ".join(facts), side=side,
            span=span,
            href=self.links.record(kind, record["slug"]), is_point=is_point, is_approximate=when.is_approximate,
            is_uncertain=when.is_uncertain, sort=_sort(when, record["slug"]), classification=label, is_echo=is_echo,
        )  # fmt: skip
        return Draft(mark, self._box(span, is_point, "" if is_echo else name, 2 if kind == "event" else 1))

    def cluster(self, cluster: Mapping[str, Any], side: int, lane: str) -> Draft:
        first = date.fromisoformat(cluster["earliest"]) if cluster["earliest"] else None
        last = date.fromisoformat(cluster["latest"]) if cluster["latest"] else None
        when = period_in_words(first, last)
        most_linked = cluster["most_linked"]
        name = clean(most_linked["name"])
        kinds = [f"{row['count']} × {_classification(row['kind'], row['classification'])}" for row in cluster["counts"]]
        parts = ", ".join(kinds[:4])
        text = (
            gettext("{count}: {name}, most linked of the records of {lane}, {when}: {kinds}. Zoom in")
            if lane
            else gettext("{count}: {name}, most linked of the records, {when}: {kinds}. Zoom in")
        )
        title = text.format(count=f"{cluster['count']:,}", name=name, lane=lane, when=when, kinds=parts)
        x0 = self.scale.left if first is None else self.scale.clamp(self.scale.x(first.toordinal()))
        x1 = self.scale.right if last is None else self.scale.clamp(self.scale.x(last.toordinal() + 1))
        x0, x1 = with_room_for(cluster["count"], x0, x1, self.scale)
        span = Span(x0, x1, opens=first is not None, closes=last is not None)
        days = first or self.scale.first, last or self.scale.last
        mark = Mark(
            kind="cluster", slug=most_linked["slug"], name=name, when=when, title=title, side=side, span=span,
            href=self.links.period(*days), is_point=False, is_approximate=False, is_uncertain=False,
            sort=(first.toordinal() * WIDTH if first else 0, 0, most_linked["slug"]), count=cluster["count"],
        )  # fmt: skip
        return Draft(mark, Box(x0, x1, name, 3, has_text=True))

    def measure(self, measure: Mapping[str, Any]) -> Draft:
        when = PartialDate.parse(measure["in_force"]["text"])
        name, instrument = clean(measure["name"]), term(Instrument(measure["instrument"]).label)
        span = Days.of_date(when).span(self.scale)
        steps = tuple(step for item in measure["steps"] if (step := self._step(item)) is not None)
        facts = [gettext("{name}. In force {when}").format(name=name, when=date_in_words(when)), instrument]
        facts += [
            f"{term(MeasurePhase(item['phase']).label)} {date_in_words(PartialDate.parse(item['date']['text']))}"
            for item in measure["steps"]
        ]
        mark = Mark(
            kind="measure", slug=measure["slug"], name=name, when=date_in_words(when), title=". ".join(facts), side=0,
            span=span, href=self.links.record("measure", measure["slug"]), is_point=False,
            is_approximate=when.is_approximate, is_uncertain=when.is_uncertain, sort=_sort(when, measure["slug"]),
            classification=instrument, steps=steps,
        )  # fmt: skip
        x0 = min([span.x0, *(step.x for step in steps[:1])])
        return Draft(mark, Box(x0, span.x1, name, 2, bar_x0=span.x0))

    def _step(self, step: Mapping[str, Any]) -> Step | None:
        when = PartialDate.parse(step["date"]["text"])
        day = when.earliest or when.latest
        if day is None or not self.scale.first <= day <= self.scale.last:
            return None
        phase = term(MeasurePhase(step["phase"]).label)
        return Step(
            self.scale.x(day.toordinal()),
            f"{phase} {date_in_words(when)}: {clean(step['name'])}",
            step["slug"],
            phase,
        )

    def _box(self, span: Span, is_point: bool, name: str, priority: int) -> Box:
        per_day = self.scale.pixels_per_day
        slack = (
            max(0.0, min(per_day - 2 * RADIUS - 6, self.scale.right - span.x1))
            if per_day >= WIDE_DAY and is_point
            else 0.0
        )
        return Box(span.x0, span.x1, name, priority, slack)


def with_room_for(count: int, x0: float, x1: float, scale: Scale) -> tuple[float, float]:
    """The ends of a cluster's mark, which is wide enough for its count."""
    middle, least = (x0 + x1) / 2, text_width(f"{count:,}", COUNT_SIZE) + 14
    if x1 - x0 < least:
        x0 = min(max(middle - least / 2, scale.left), scale.right - least)
        x1 = x0 + least
    return x0, x1


def period_in_words(first: date | None, last: date | None) -> str:
    """The period in words; None is an open end."""
    if first is None and last is None:
        return gettext("no known date")
    return date_in_words(PartialDate.parse(str(first) if first == last else f"{first or '..'}/{last or '..'}"))


def clean(text: str) -> str:
    """The text in one line, without characters that XML refuses or that change the direction of the text around it."""
    letters = (
        letter if letter >= " " else " " for letter in strip_direction_marks(text) if letter not in "\ufffe\uffff"
    )
    return " ".join("".join(letters).split())


def _classification(kind: str, value: str) -> str:
    return term(_KINDS[kind](value).label)


def _sort(when: PartialDate, slug: str) -> tuple[int, int, str]:
    return when.sort, 1, slug
