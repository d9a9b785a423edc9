"""Hypothesis strategies for GraphQL documents over the schema."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLEnumType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    is_union_type,
)
from graphql.type import GraphQLNonNull
from hypothesis import strategies as st

from archive.graphql.schema import schema

SCHEMA = schema.graphql_schema
_CURBS, _STATEMENT = "japan-export-curbs-on-three-materials", "2019-07-12-kim-you-geun-international-probe"
_PARTIES = ["japan", "KR", "cheong-wa-dae", "kim-you-geun", "moon-jae-in"]
_STATES, _BODIES = ["japan", "KR", "US"], ["japan", "KR", "cheong-wa-dae", "world-trade-organization"]
_EVENTS = ["2019-07-04-japan-export-curbs-take-effect", "2018-10-30-supreme-court-nippon-steel"]
#: What each argument or root field may name; now and then a slug that names nothing, so that errors are compared too.
SLUGS: dict[str, list[str]] = {
    "topic": ["export-controls"], "dossier": ["japan-south-korea-export-controls"], "country": _STATES,
    "addresseeCountry": _STATES,
    "source": ["cheong-wa-dae-briefings", "treaty-texts", "meti-release-2023-03-16"], "measure": [_CURBS],
    "official": ["kim-you-geun", "abe-shinzo", "moon-jae-in"], "speaker": ["kim-you-geun", "moon-jae-in"],
    "office": ["president-of-south-korea"], "statement": [_STATEMENT, "2019-07-02-kono-denies-retaliation"],
    "appointment": ["abe-shinzo-prime-minister-of-japan"], "speechAct": [f"{_STATEMENT}-1", f"{_STATEMENT}-4"],
    "event": _EVENTS, "relatedTo": _EVENTS, "occasion": _EVENTS, "about": [*_EVENTS, _CURBS],
    "inReplyTo": [_STATEMENT], "body": _BODIES, "parent": _STATES, "publisher": _BODIES, "imposer": ["JP"],
    "target": ["KR"], "participant": _PARTIES, "actor": _PARTIES, "addressee": _PARTIES,
}  # fmt: skip
ORDERS = ["SLUG_ASC", "SLUG_DESC", "UPDATED_AT_ASC", "UPDATED_AT_DESC"]
DATES = ["2019-07-12", "2019-07", "2018/2020", "../2019-07-04", "2019-07-01/..", "1965~"]
TEXTS = {"good": ["2811", "hydrogen"], "language": ["ko", "en"], "name": ["kim", "moon"], "q": ["kim", "japan"]}
MISTAKES = ["nothing-of-the-kind", "2019-13"]
_DATES = {"date", "dateAfter", "dateBefore", "inForceOn", "openOn", "stateOn", "on", "inOfficeOn"}
_LEFT_OUT = {"__schema", "__type", "search", "searchResults", "node", "nodes", "chain", "timeline"}


@st.composite
def documents(draw: st.DrawFn) -> str:
    return "{ " + draw(_selection(SCHEMA.query_type, 4)) + " }"


def _is_left_out(name: str) -> bool:
    """Whether another test compares the field, as those of counts, chains and timelines do."""
    return name in _LEFT_OUT or name.endswith(("Counts", "Facets"))


#: Part -> the field that leads back from it to its record.
BACK = {"Name": "bearer", "Identifier": "subject", "Citation": "subject"}


@st.composite
def ways_back(draw: st.DrawFn) -> str:
    """A document for parts by their ids: of each the record that it is of, whatever its kind, and what hangs on it."""
    parts = [f"... on {part} {{ {field} {{ {draw(_each_kind(part, field))} }} }}" for part, field in BACK.items()]
    return f"query Back($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename {' '.join(parts)} }} }}"


@st.composite
def _each_kind(draw: st.DrawFn, part: str, field: str) -> str:
    of = get_named_type(SCHEMA.type_map[part].fields[field].type)  # type: ignore[attr-defined]
    kinds = draw(st.lists(st.sampled_from(SCHEMA.get_possible_types(of)), min_size=1, max_size=3, unique=True))
    selections = ["__typename", *(f"... on {kind.name} {{ {draw(_selection(kind, 2))} }}" for kind in kinds)]
    return " ".join([*selections, *(["... on Party { id name }"] if draw(st.booleans()) else [])])


@st.composite
def _selection(draw: st.DrawFn, of: Any, depth: int) -> str:
    """The fields of one selection set; never empty."""
    if is_abstract_type(of) and not hasattr(of, "fields"):
        fields: dict[str, Any] = {}
    else:
        fields = {name: field for name, field in of.fields.items() if not _is_left_out(name)}
    leaves = [name for name in fields if is_leaf_type(get_named_type(fields[name].type))]
    others = [name for name in fields if name not in leaves] if depth > 1 else []
    chosen = draw(st.lists(st.sampled_from([*leaves, "__typename"]), min_size=1, max_size=3, unique=True))
    if of.name.endswith("Connection"):
        others = ["nodes", "edges", "pageInfo"]
    if others:
        chosen += draw(st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True))
    parts = [draw(_field(fields.get(name), name, depth, number)) for number, name in enumerate(chosen)]
    if is_abstract_type(of) and depth > 1:
        runtime = draw(st.sampled_from(SCHEMA.get_possible_types(of)))
        parts.append(f"... on {runtime.name} {{ {draw(_selection(runtime, depth - 1))} }}")
    if is_object_type(of) and len(parts) > 1 and draw(st.booleans()):
        parts = [*parts[:1], f"... on {of.name} {draw(_directive())} {{ {' '.join(parts[1:])} }}"]
    return " ".join(parts)


@st.composite
def _field(draw: st.DrawFn, field: Any, name: str, depth: int, number: int) -> str:
    if field is None:
        return f"t{number}: __typename"
    # An alias of its own keeps two places from asking for one key with different arguments.
    text = f"f{depth}{number}{draw(st.sampled_from('abcdefgh'))}{name}: {name}{draw(_arguments(field, name))}"
    text += draw(_directive()) if draw(st.integers(0, 5)) == 0 else ""
    of = get_named_type(field.type)
    return text if is_leaf_type(of) else f"{text} {{ {draw(_selection(of, depth if _inner(of) else depth - 1))} }}"


def _inner(of: Any) -> bool:
    """Whether it stands between a record and the next: a page, or a union, whose fields are those of its kinds."""
    return of.name.endswith(("Connection", "Edge")) or is_union_type(of)


@st.composite
def _directive(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", " @include(if: true)", " @skip(if: false)", " @skip(if: true)"]))


@st.composite
def _arguments(draw: st.DrawFn, field: Any, name: str) -> str:
    if not field.args:
        return ""
    argument_texts = []
    if "slug" in field.args:
        return f'(slug: "{draw(st.sampled_from(SLUGS.get(name, _STATES)))}")'
    page = draw(st.sampled_from(["first", "first", "last"]))
    argument_texts.append(f"{page}: {draw(st.sampled_from([3, 2, 5, 1, 0]))}")
    names = sorted(set(field.args) - {"first", "last", "after", "before"})
    for name in draw(st.lists(st.sampled_from(names), max_size=1, unique=True)):
        argument_texts.append(f"{name}: {draw(_value(field.args[name].type, name))}")
    return f"({', '.join(argument_texts)})"


@st.composite
def _value(draw: st.DrawFn, of: Any, name: str) -> str:
    if isinstance(of, GraphQLNonNull):
        of = of.of_type
    if is_list_type(of):
        fewest = 0 if draw(st.integers(0, 20)) == 0 else 1  # an empty list matches nothing
        return f"[{', '.join(draw(st.lists(_value(of.of_type, name), min_size=fewest, max_size=2)))}]"
    if name == "orderBy":
        return draw(st.sampled_from(ORDERS))
    if isinstance(of, GraphQLEnumType):
        return draw(st.sampled_from(sorted(of.values)))
    if of.name == "Boolean":
        return draw(st.sampled_from(["true", "false"]))
    if draw(st.integers(0, 40)) == 0:
        return f'"{draw(st.sampled_from(MISTAKES))}"'
    pool = DATES if name in _DATES else TEXTS.get(name) or SLUGS.get(name) or ["2019-07-01"]
    if name == "parent":
        pool = ["export-controls"] if draw(st.booleans()) else pool
    return f'"{draw(st.sampled_from(pool))}"'
