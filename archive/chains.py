"""Chains: what led to an event or a statement, and what followed, as records and the links between them.

The links are relations between events, replies, statements at or about an event, and outcomes of speech acts. Each
reads from the later record to the earlier (the source responds to the target), but for an announcement, which
precedes what it announces. ``part_of`` and ``refers_to`` say nothing about what led to what, and are no links of a
chain.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from django.db.models import CharField, Expression, F, Model, QuerySet, TextChoices, Value
from django.db.models.functions import Concat

from archive.bind_parameters import number_param, text_param
from archive.choices import LATER_RELATIONS, OutcomeKind, RelationKind
from archive.exceptions import ArchiveError, Problem
from archive.models import Event, Outcome, Relation, SpeechAct, Statement
from archive.sql import query_tree
from archive.sql.chains import MAX_DEPTH
from archive.sql.compiler import Compiler, Root
from archive.sql.field_nodes import DATE_PARTS
from archive.sql.query import CompiledCache
from archive.text import closest_match, whole_number
from archive.visibility import Viewer

#: The types of records that a chain connects.
MODELS = (Event, Statement)
DEFAULT_DEPTH = 3
#: Most records and links of a chain; one that has more is cut, the farthest first, and says so.
MAX_NODES, MAX_EDGES = 500, 2_000
#: One query for each type, direction and kind of user.
_COMPILED = CompiledCache(1_000_000)


class Direction(TextChoices):
    """The parts of a chain that are followed."""

    BEFORE = "before", "what led to it"
    AFTER = "after", "what followed"
    BOTH = "both", "both"


class LinkKind(TextChoices):
    """The kinds of links in a chain: the relations between events that say what led to what, and four others."""

    RESPONDS_TO = "responds_to", "responds to"
    RETALIATES_FOR = "retaliates_for", "retaliates for"
    ANNOUNCES = "announces", "announces"
    IMPLEMENTS = "implements", "implements"
    REVERSES = "reverses", "reverses"
    AMENDS = "amends", "amends"
    FOLLOWS = "follows", "follows"
    IN_REPLY_TO = "in_reply_to", "in reply to"
    ABOUT = "about", "about"
    OCCASION = "occasion", "made at"
    OUTCOME = "outcome", "outcome of"


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _link(rows: QuerySet[Any], source: tuple[str, Any], target: tuple[str, Any], kind: Any, **options: Any) -> Any:
    options.setdefault("outcome", Value(None, output_field=CharField()))
    return query_tree.ChainLink(rows, source[0], target[0], source[1], target[1], kind, **options)


@cache
def links() -> tuple[query_tree.ChainLink, ...]:
    """The kinds of links, each with all its rows: visibility is that of the records at both ends."""
    relations = Relation.objects.all()
    events = ("from_event", Event), ("to_event", Event)
    statement, act_statement = ("statement", Statement), ("speech_act__statement", Statement)
    outcomes = Outcome.objects.all()
    is_outcome: dict[str, Any] = {"kind": _text(LinkKind.OUTCOME), "outcome": F("kind")}
    return (
        _link(relations.filter(kind__in=LATER_RELATIONS), *events, F("kind")),
        _link(relations.filter(kind=RelationKind.ANNOUNCES), *events, F("kind"), is_forward=True),
        _link(
            Statement.in_reply_to.through.objects.all(), ("from_statement", Statement), ("to_statement", Statement),
            _text(LinkKind.IN_REPLY_TO),
        ),
        _link(Statement.about_events.through.objects.all(), statement, ("event", Event), _text(LinkKind.ABOUT)),
        _link(
            SpeechAct.objects.filter(about_event__isnull=False), statement, ("about_event", Event),
            _text(LinkKind.ABOUT),
        ),
        _link(
            Statement.objects.filter(occasion__isnull=False), ("pk", Statement), ("occasion", Event),
            _text(LinkKind.OCCASION),
        ),
        _link(outcomes.filter(event__isnull=False), ("event", Event), act_statement, **is_outcome),
        _link(outcomes.filter(answer__isnull=False), ("answer__statement", Statement), act_statement, **is_outcome),
    )  # fmt: skip


def has_chain(model: type[Model]) -> bool:
    """Whether records of the model have chains."""
    return model in MODELS


def parse_depth(text: str | None) -> int:
    """The depth of a parameter, by default DEFAULT_DEPTH. Raises ArchiveError."""
    if text is None or not text.strip():
        return DEFAULT_DEPTH
    if (depth := whole_number(text.strip(), 1, MAX_DEPTH)) is None:
        raise _invalid_depth(text)
    return depth


def check_depth(depth: int) -> int:
    """The depth. Raises ArchiveError if it is out of range."""
    if not 1 <= depth <= MAX_DEPTH:
        raise _invalid_depth(str(depth))
    return depth


def _invalid_depth(got: str) -> ArchiveError:
    return ArchiveError([Problem("depth", got[:64], f"a number of links from 1 to {MAX_DEPTH}")])


def parse_direction(text: str | None) -> Direction:
    """The direction of a parameter, by default both. Raises ArchiveError."""
    if text is None or not text.strip():
        return Direction.BOTH
    words = [str(word) for word in Direction.values]
    if text.strip() not in words:
        raise ArchiveError(
            [Problem("direction", text[:64], f"one of {', '.join(words)}", closest_match(text[:64], words))]
        )
    return Direction(text.strip())


def chain_node(
    rows: QuerySet[Any], direction: Direction, depth: Expression, fields: tuple[tuple[str, Any], ...]
) -> query_tree.Chain:
    """The chain of the only row of a queryset, of one of MODELS. ``depth`` is an expression."""
    return query_tree.Chain(
        rows, links(), MODELS, depth, direction != Direction.AFTER, direction != Direction.BEFORE, MAX_NODES, MAX_EDGES,
        fields,
    )  # fmt: skip


def read_chain(
    model: type[Model], slug: str, user: Viewer, direction: Direction = Direction.BOTH, depth: int = DEFAULT_DEPTH
) -> bytes | None:
    """The chain of a record of MODELS as JSON, by one SQL query; None if the user can see no such record.

    ``nodes`` are the records, the nearest first, and ``edges`` the links between them, by the records' ``id``.
    Raises django.db.Error.
    """
    values = {"slug": slug, "depth": depth}
    return _COMPILED.run(
        (model, direction), values, user, lambda: Compiler(user).compile(*_root(model, direction, user))
    )


def _root(model: type[Model], direction: Direction, user: Viewer) -> Root:
    ends = [("from", _end("source")), ("to", _end("target"))]
    words = [("kind", _word("kind", LinkKind)), ("outcome", _word("outcome", OutcomeKind))]
    fields = (
        ("truncated", query_tree.ChainTruncated()),
        ("nodes", query_tree.ChainNodes(tuple((model, _record(model)) for model in MODELS))),
        ("edges", query_tree.ChainEdges((*ends, *words))),
    )
    rows = model._default_manager.visible_to(user).filter(slug=text_param("slug"))  # type: ignore[attr-defined]
    return chain_node(rows, direction, number_param("depth"), fields), ()


def _record(model: type[Model]) -> query_tree.Object:
    name = model._meta.model_name
    identifier = Concat(Value(f"{name}/"), F("slug"), output_field=CharField())
    return query_tree.Object(
        (
            ("id", query_tree.Column(identifier)),
            ("type", query_tree.Constant(f'"{name}"')),
            ("slug", query_tree.Column("slug")),
            ("name", query_tree.Column("name")),
            ("date", query_tree.Date("date", DATE_PARTS)),
            ("distance", query_tree.ChainDistance()),
            ("direction", query_tree.ChainDirection(Direction.BEFORE.value, Direction.AFTER.value)),
        )
    )


def _end(end: Literal["source", "target"]) -> query_tree.ChainEnd:
    return query_tree.ChainEnd(end, tuple(f"{model._meta.model_name}/" for model in MODELS))


def _word(column: Literal["kind", "outcome"], vocabulary: type[TextChoices]) -> query_tree.ChainWord:
    return query_tree.ChainWord(column, tuple((str(value), str(value)) for value in vocabulary.values))
