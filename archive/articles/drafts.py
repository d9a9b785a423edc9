"""Drafts of what an archivist accepts of an article: statements with speech acts, citations and new officials."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from django.db import transaction

from archive.choices import Attribution, Status, TextForm
from archive.dates import PartialDate
from archive.models import Body, Citation, Measure, Official, Source, SpeechAct, Statement
from archive.models.base import Record, unused_slug
from archive.revisions.reason_texts import Reason
from archive.slugs import slug_of

_SLUG_LENGTH = 100
#: Characters of a quotation in a citation.
MAX_QUOTATION = 500


@dataclass(frozen=True, slots=True)
class AcceptedAct:
    """A speech act as the archivist accepts it. ``paragraph`` counts from 1; ``quotation`` are the article's words."""

    kind: str
    form: str
    text: str
    condition: str
    bodies: Sequence[Body]
    officials: Sequence[Official]
    paragraph: int
    quotation: str


@dataclass(frozen=True, slots=True)
class AcceptedStatement:
    """A statement as the archivist accepts it; ``new_speaker`` is the name of a speaker who is not in the archive."""

    name: str
    date: PartialDate
    classification: str
    attribution: str
    attributed_as: str
    speaker: Official | None
    new_speaker: str
    body: Body | None
    measures: Sequence[Measure]
    acts: Sequence[AcceptedAct]

    def fingerprint(self, source: Source) -> str:
        """SHA-256 of everything that becomes the draft."""
        content = json.dumps([source.pk, asdict(self)], default=lambda value: getattr(value, "pk", None) or str(value))
        return sha256(content.encode()).hexdigest()


@transaction.atomic
def create_draft(accepted: AcceptedStatement, source: Source) -> Statement:
    """The statement with all its parts, as a draft. Raises ValidationError, and then nothing is stored."""
    speaker = accepted.speaker
    if speaker is None and accepted.new_speaker and accepted.attribution == Attribution.NAMED:
        speaker = _new_official(accepted.new_speaker, source)
    statement = Statement(
        status=Status.DRAFT, name=accepted.name, date=accepted.date.text, classification=accepted.classification,
        attribution=accepted.attribution, attributed_as=accepted.attributed_as, speaker=speaker, body=accepted.body,
        slug=_slug(Statement, accepted.date.text, accepted.name), form=TextForm.PARAPHRASE,
    )  # fmt: skip
    statement.full_clean()
    _save(statement, Reason.DRAFTED.format(source=source.slug))
    statement.about_measures.set(accepted.measures)
    statement.fill_capacities()
    _cite(source, _locator(accepted.acts[0].paragraph) if accepted.acts else "", "", statement=statement)
    for ordinal, act in enumerate(accepted.acts, start=1):
        _create_act(statement, ordinal, act, source)
    return statement


def _create_act(statement: Statement, ordinal: int, accepted: AcceptedAct, source: Source) -> None:
    act = SpeechAct(
        statement=statement, ordinal=ordinal, kind=accepted.kind, form=accepted.form, text=accepted.text,
        condition=accepted.condition,
    )  # fmt: skip
    act.full_clean()
    act.save()
    act.addressee_bodies.set(accepted.bodies)
    act.addressee_officials.set(accepted.officials)
    _cite(source, _locator(accepted.paragraph), accepted.quotation, speech_act=act)


def _cite(source: Source, locator: str, quotation: str, **subject: Statement | SpeechAct | Official) -> None:
    citation = Citation(source=source, locator=locator, quotation=quotation[:MAX_QUOTATION], **subject)
    citation.full_clean()
    citation.save()


def _save(record: Record, reason: str) -> None:
    """Save a new record with the reason of its first revision."""
    record._change_reason = reason
    record.save()


def _locator(paragraph: int) -> str:
    return f"paragraph {paragraph}" if paragraph else ""


def _new_official(name: str, source: Source) -> Official:
    """The draft of an official whom the article names, or the draft of that name made a moment ago."""
    existing: Official | None = Official.objects.filter(name=name, status=Status.DRAFT).first()
    if existing is not None:
        return existing
    official = Official(status=Status.DRAFT, name=name, slug=_slug(Official, "", name))
    official.full_clean()
    _save(official, Reason.NAMED.format(source=source.slug))
    _cite(source, "", "", official=official)
    return official


def _slug(model: type[Statement] | type[Official], date: str, name: str) -> str:
    return unused_slug(model, slug_of(date, name, _SLUG_LENGTH) or "draft")
