"""Consistent records for tests of the checks."""

from __future__ import annotations

from typing import Any

from archive import models as m


def body(slug: str = "ministry", **values: Any) -> Any:
    return m.Body.objects.get_or_create(
        slug=slug, defaults={"name": slug, "kind": "other", "status": "published", **values}
    )[0]


def official(slug: str = "kim", **values: Any) -> Any:
    return m.Official.objects.get_or_create(slug=slug, defaults={"name": slug, "status": "published", **values})[0]


def office(slug: str = "minister", **values: Any) -> Any:
    defaults = {"name": slug, "body": values.pop("body", None) or body(), "status": "published", **values}
    return m.Office.objects.get_or_create(slug=slug, defaults=defaults)[0]


def appointment(start: str | None = "2019-01-01", end: str | None = "2019-12-31", **values: Any) -> Any:
    who = values.pop("official", None) or official()
    post = values.pop("office", None) or office()
    slug = values.pop("slug", f"{who.slug}-{post.slug}")
    return m.Appointment.objects.create(
        slug=slug, official=who, office=post, start=start, end=end, status="published", **values
    )


def statement(date: str = "2019-07-12", slug: str = "words", **values: Any) -> Any:
    speaker = values.pop("speaker", None) or official()
    values = {"attribution": "named", "classification": "speech", "status": "published", **values}
    return m.Statement.objects.create(slug=slug, name=slug, date=date, speaker=speaker, **values)


def make_statement(date: str = "2019-07-12", slug: str = "words", **values: Any) -> Any:
    """A statement by somebody who is in office at any time."""
    speaker = values.setdefault("speaker", official())
    if not m.Appointment.objects.filter(official=speaker).exists():
        appointment(None, None, slug="always", mode="acting")
    return statement(date, slug, **values)


def act(date: str = "2019-07-12", slug: str = "words", kind: str = "demand") -> Any:
    return m.SpeechAct.objects.create(statement=make_statement(date, slug), ordinal=1, kind=kind, text="Withdraw it.")


def event(date: str = "2019-07-12", slug: str = "ruling", **values: Any) -> Any:
    values = {"name": slug, "classification": "ruling", "status": "published", **values}
    return m.Event.objects.create(slug=slug, date=date, **values)


def relation(kind: str, first: str, second: str) -> Any:
    """A link from an event on the first date to one on the second."""
    return m.Relation.objects.create(from_event=event(first, "one"), kind=kind, to_event=event(second, "two"))


def measure(in_force: str | None = "2019-07-04/2023-03-23", **steps: str) -> Any:
    """A measure with one step for each phase given, by an event on that date."""
    created = m.Measure.objects.create(
        slug="curbs", name="Curbs", instrument="export_licensing", in_force=in_force, status="published"
    )
    for phase, date in steps.items():
        m.MeasureStep.objects.create(measure=created, phase=phase, event=event(date, f"step-{phase}"))
    return created


def source(slug: str = "report", **values: Any) -> Any:
    return m.Source.objects.create(slug=slug, title=slug, status="published", **values)
