"""GraphQL queries that give what a page shows, as text for GraphiQL; they are not executed here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from graphql import parse, print_ast

from archive.filters import FILTERSETS
from archive.filters.filter_types import ArchiveFilter, BooleanFilter, ChoicesFilter, OrderFilter
from archive.registry import COLLECTIONS
from archive.search.ranking import kind_names
from archive.search.search_filters import search_filters
from archive.timeline.params import COLLECTIONS as COLLECTIONS_BY_KIND
from archive.timeline.params import timeline_filters

#: Collection -> the fields that a query begins with; who uses it adds more.
_FIELDS = {
    "events": "slug name date { display } summary",
    "measures": "slug name inForce { display } summary",
    "statements": "slug name date { display } speaker { name } speechActs { kind text state }",
    "speech-acts": "kind text condition state statement { slug date { display } } addressees { name }",
    "officials": "slug name names { text }",
    "bodies": "slug name names { text }",
    "offices": "slug name body { name }",
    "appointments": "slug official { name } office { name } start { display } end { display }",
    "topics": "slug name description",
    "sources": "slug title url published { display }",
    "dossiers": "slug name introduction",
}
_PAGE_SIZE = 50
_SEARCH_PAGE_SIZE = 20
_TIMELINE_FIELDS = (
    "from to count lanes { name count records { kind slug name date { display } } clusters { count earliest latest } } "
    "measures { slug name inForce { display } } relations { kind from to }"
)


def record_query(collection: str, slug: str) -> str:
    """The query of one record."""
    return f"{{ {_camel(COLLECTIONS[collection].record_field)}(slug: {json.dumps(slug)}) {{ {_fields(collection)} }} }}"


def list_query(collection: str, params: Mapping[str, list[str]]) -> str:
    """The query of the first page of a list; ``params`` are valid values of its filters."""
    declared: dict[str, Any] = FILTERSETS[collection].base_filters
    arguments = [f"{_camel(name)}: {_argument(declared[name], values)}" for name, values in params.items()]
    listed = ", ".join([*arguments, f"first: {_PAGE_SIZE}"])
    field = _camel(COLLECTIONS[collection].list_field)
    return f"{{ {field}({listed}) {{ totalCount nodes {{ {_fields(collection)} }} }} }}"


def search_query(params: Mapping[str, list[str]]) -> str:
    """The query of the first page of a search's ranked list; ``params`` are its valid parameters."""
    kinds, filters = params.get("kind", []), search_filters()
    arguments = [f"q: {json.dumps(params['q'][-1].strip(), ensure_ascii=False)}"]
    if kinds:
        arguments.append(f"kind: [{', '.join(name.upper() for name in kinds)}]")
    names = [name for name in kind_names() if name in kinds or not kinds]
    arguments += [
        f"{_camel(name)}: {_argument(filters[name].declared[names[0]], values)}"
        for name, values in params.items()
        if name in filters
    ]
    options = [f"... on {COLLECTIONS[name].type_name} {{ {' '.join(_fields(name).split()[:2])} }}" for name in names]
    listed = ", ".join([*arguments, f"first: {_SEARCH_PAGE_SIZE}"])
    return f"{{ searchResults({listed}) {{ totalCount nodes {{ __typename {' '.join(options)} }} }} }}"


def timeline_query(params: Mapping[str, list[str]]) -> str:
    """The query of a timeline with valid parameters: its lanes with records and clusters, and its measures."""
    kinds, filters = params.get("kind") or [*COLLECTIONS_BY_KIND], timeline_filters()
    arguments = []
    for name, values in params.items():
        match name:
            case "lanes":
                text = values[-1].upper()
            case "kind":
                text = f"[{', '.join(value.upper() for value in values)}]"
            case "from" | "to":
                text = json.dumps(values[-1])
            case _:
                text = _argument(filters[name].declared[kinds[0]], values)
        arguments.append(f"{_camel(name)}: {text}")
    return f"{{ timeline({', '.join(arguments)}) {{ {_TIMELINE_FIELDS} }} }}"


def _fields(collection: str) -> str:
    return _FIELDS.get(collection, "slug")


def graphiql_address(query: str) -> str:
    """The address of GraphiQL with the query in its fragment; empty where only registered documents are executed."""
    if settings.PERSISTED_DOCUMENTS is not None:
        return ""
    return f"/graphql/#query={quote_plus(_in_lines(query), safe='():,')}"


@lru_cache(maxsize=256)
def _in_lines(query: str) -> str:
    """The query with a field on each line, as GraphiQL's editor shows and prettifies it."""
    return print_ast(parse(query))


def _argument(declared: ArchiveFilter, values: list[str]) -> str:
    """The value of an argument; of a filter with one value, the last that is not blank."""
    texts = [_literal(declared, value.strip()) for value in values if value.strip()]
    return f"[{', '.join(texts)}]" if declared.many else texts[-1]


def _literal(declared: object, text: str) -> str:
    match declared:
        case BooleanFilter():
            return str(declared.field_class().clean([text])).lower()
        case ChoicesFilter():
            return str(declared.vocabulary(text).name)
        case OrderFilter():
            return f"{text.removeprefix('-').upper()}_{'DESC' if text.startswith('-') else 'ASC'}"
    return json.dumps(text, ensure_ascii=False)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)
