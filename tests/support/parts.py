"""Every part type with every parent that it can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive import models
from archive.models.identifier import IDENTIFIED
from archive.models.source import CITED
from tests.support.world import World


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of part. ``joins`` and ``owner`` name what the World has: the owner with a status, joins maybe parts."""

    model: Any
    owner: str
    joins: dict[str, str]
    values: dict[str, Any]
    #: A field, and another value for it.
    change: tuple[str, str]

    def new(self, world: World) -> Any:
        """The part, not yet saved."""
        return self.model(**{key: getattr(world, name) for key, name in self.joins.items()}, **self.values)


def _plain(model: Any, owner: str, change: tuple[str, str], /, joins: dict[str, str], **values: Any) -> Kind:
    return Kind(model, owner, joins, values, change)


_EVENT, _STATEMENT, _MEASURE, _DOSSIER = ({name: name} for name in ("event", "statement", "measure", "dossier"))
_NOTE = ("note", "Another")
#: Whose record what is cited is part of, where it has no status of its own.
_CITED_OF = {
    "measure_good": "measure",
    "speech_act": "statement",
    "outcome": "statement",
    "relation": "later",
    "participation": "event",
}


def _statement_parts(name: str) -> dict[str, Kind]:
    """An act about nothing, an event, a measure."""
    joins = _STATEMENT | ({f"about_{name}": name} if name else {})
    values = {"ordinal": 7, "kind": "demand", "form": "paraphrase", "text": "Words"}
    return {f"act about {name or 'nothing'}": _plain(
        models.SpeechAct, "statement", ("text", "Other words"), joins, **values
    )}  # fmt: skip


def _by(name: str) -> dict[str, Kind]:
    """An outcome by nothing, by an event, by an answer."""
    joins = {"speech_act": "speech_act", **({name: name} if name else {})}
    return {f"outcome by {name or 'nothing'}": _plain(
        models.Outcome, "statement", _NOTE, joins, date="2021", kind="fulfilled"
    )}  # fmt: skip


def _entry(name: str, record: str) -> dict[str, Kind]:
    joins = _DOSSIER | {name: record}
    return {f"dossier entry of a {name}": _plain(models.DossierEntry, "dossier", _NOTE, joins, position=7)}


def _named(name: str) -> dict[str, Kind]:
    change = ("language", "ko")
    return {f"name of a {name}": _plain(models.Name, name, change, {name: name}, text="金有根", scheme="native")}


def _took_part(name: str) -> dict[str, Kind]:
    change, joins = ("role", "observer"), _EVENT | {name: name}
    return {f"participation of a {name}": _plain(models.Participation, "event", change, joins, role="host")}


def _identified(name: str) -> dict[str, Kind]:
    change = ("value", "Q3")
    return {f"identifier of a {name}": _plain(
        models.Identifier, name, change, {name: name}, scheme="wikidata", value="Q2"
    )}  # fmt: skip


def _cited(name: str) -> dict[str, Kind]:
    owner, joins = _CITED_OF.get(name, name), {"source": "source", name: name}
    return {f"citation for a {name}": _plain(
        models.Citation, owner, ("quotation", "Words"), joins, stance="supports", locator="p. 9"
    )}  # fmt: skip


KINDS: dict[str, Kind] = {
    **_took_part("official"),
    **_took_part("body"),
    "relation": _plain(
        models.Relation, "event", _NOTE, {"from_event": "event", "to_event": "later"}, kind="announces"
    ),
    "step": _plain(models.MeasureStep, "measure", ("phase", "eased"), _MEASURE | _EVENT, phase="announced"),
    "good": _plain(models.MeasureGood, "measure", ("name", "tin"), _MEASURE, name="iron", scheme="none"),
    **_statement_parts(""), **_statement_parts("event"), **_statement_parts("measure"),
    **_by(""), **_by("event"), **_by("answer"),
    **_entry("event", "later"), **_entry("statement", "statement"), **_entry("measure", "measure"),
    **_named("official"), **_named("body"),
}  # fmt: skip
for _name in IDENTIFIED:
    KINDS |= _identified(_name)
for _name in CITED:
    KINDS |= _cited(_name)


def whole_world() -> World:
    """The World, with the answer to its speech act in a statement of its own."""
    world: Any = World()
    world.reply = models.Statement.objects.create(
        slug="reply", name="Reply", date="2019-08", classification="note", attribution="anonymous", body=world.body,
        status="published",
    )  # fmt: skip
    world.answer = models.SpeechAct.objects.create(statement=world.reply, ordinal=1, kind="acceptance", text="Yes.")
    return world  # type: ignore[no-any-return]


def parents(part: Any) -> list[Any]:
    """The records with a status that the part is joined to, directly or by what they belong to; each once."""
    results: dict[Any, Any] = {}
    direct = [field.name for field in part._meta.fields if field.many_to_one]
    for path in (*direct, *part.visibility_parents):
        record = part
        for name in path.split("__"):
            record = getattr(record, name) if record is not None else None
        if hasattr(record, "status"):
            results[type(record), record.pk] = record
    return list(results.values())
