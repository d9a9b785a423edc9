"""Small published records for tests of filters, and the slugs that a list has."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser

from archive import models, pagination
from archive.filters import FILTERSETS

NOBODY = AnonymousUser()


def matching_slugs(kind: str, /, **params: str | list[str]) -> list[str]:
    """The slugs that the public is given, in the list's order. Raises FilterError."""
    filterset = FILTERSETS[kind](params, NOBODY)
    rows = filterset.result().order_by(*pagination.ordering(filterset.order))
    return list(rows.values_list("slug", flat=True))


def _make(model: Any, slug: str, **values: Any) -> Any:
    """Saved; lists among the values are links."""
    links = {name: values.pop(name) for name in list(values) if isinstance(values[name], list)}
    named = {"title": slug} if model is models.Source else {"name": slug}
    usual = {"slug": slug, "status": "published", **({} if model is models.Appointment else named)}
    record = model.objects.create(**{**usual, **values})
    for name, linked in links.items():
        getattr(record, name).set(linked)
    return record


def state(code: str) -> Any:
    """One of the states that every archive has, by its ISO 3166 code."""
    return models.Body.objects.get(iso3166=code)


def body(slug: str, parent: Any = None, **values: Any) -> Any:
    return _make(models.Body, slug, **{"kind": "government_organ", "parent": parent, **values})


def official(slug: str, **values: Any) -> Any:
    return _make(models.Official, slug, **values)


def spelled(bearer: Any, *texts: str) -> None:
    """More spellings of a name."""
    key = "official" if isinstance(bearer, models.Official) else "body"
    for text in texts:
        models.Name.objects.create(text=text, scheme="other", **{key: bearer})


def office(slug: str, of: Any) -> Any:
    return _make(models.Office, slug, body=of)


def appointment(slug: str, who: Any, post: Any, start: str = "", end: str = "", **values: Any) -> Any:
    return _make(
        models.Appointment, slug, official=who, office=post, start=start or None, end=end or None, **values
    )  # fmt: skip


def topic(slug: str, parent: Any = None, **values: Any) -> Any:
    return _make(models.Topic, slug, parent=parent, **values)


def event(slug: str, date: str = "2019", **values: Any) -> Any:
    return _make(models.Event, slug, date=date, **{"classification": "meeting", **values})


def took_part(where: Any, who: Any, role: str = "actor") -> Any:
    key = "official" if isinstance(who, models.Official) else "body"
    return models.Participation.objects.create(event=where, role=role, **{key: who})


def related(record: Any, kind: str, other: Any) -> Any:
    return models.Relation.objects.create(from_event=record, kind=kind, to_event=other)


def measure(slug: str, in_force: str = "", **values: Any) -> Any:
    return _make(models.Measure, slug, in_force=in_force or None, **{"instrument": "sanction", **values})


def good(of: Any, name: str, code: str = "", scheme: str = "hs") -> Any:
    return models.MeasureGood.objects.create(measure=of, name=name, code=code, scheme=scheme if code else "none")


def statement(slug: str, date: str = "2019", **values: Any) -> Any:
    """Named where it has a speaker, else anonymous, for its body."""
    attribution = "named" if values.get("speaker") else "anonymous"
    return _make(models.Statement, slug, date=date, **{"classification": "note", "attribution": attribution, **values})


def act(of: Any, kind: str = "demand", **values: Any) -> Any:
    """The statement's next speech act; its slug ends in its number."""
    links = {name: values.pop(name) for name in list(values) if isinstance(values[name], list)}
    number = of.speech_acts.count() + 1
    speech_act = models.SpeechAct.objects.create(statement=of, ordinal=number, kind=kind, **{"text": kind, **values})
    for name, linked in links.items():
        getattr(speech_act, name).set(linked)
    return speech_act


def outcome(of: Any, date: str, kind: str, **values: Any) -> Any:
    return models.Outcome.objects.create(speech_act=of, date=date, kind=kind, **values)


def source(slug: str, **values: Any) -> Any:
    return _make(models.Source, slug, **values)


def cited(document: Any, **subject: Any) -> Any:
    return models.Citation.objects.create(source=document, **subject)


def dossier(slug: str, *entries: Any) -> Any:
    created = _make(models.Dossier, slug)
    for place, record in enumerate(entries, start=1):
        key = record._meta.model_name
        models.DossierEntry.objects.create(dossier=created, position=place, **{key: record})
    return created
