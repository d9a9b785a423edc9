"""All public read requests, for comparison byte by byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone
from graphene.utils.str_converters import to_camel_case
from graphql import get_named_type, is_leaf_type, is_object_type, is_union_type
from graphql_relay import to_global_id

from archive.counts import MAX_FACETS, counted, facet_names
from archive.filters import FILTERSETS
from archive.filters.filter_types import CountryFilter, RecordFilter
from archive.graphql.schema import ROOTS, schema
from archive.models import Body
from archive.registry import page_names
from archive.rest.serializers import SERIALIZERS
from tests.support import filter_cases
from tests.support.draft_neighbours import MODELS, NEAR, SLUGS, WORD
from tests.support.past_selection import past_selection

SCHEMA = schema.graphql_schema
#: Published records beside those in NEAR that a neighbour touches.
TOUCHED = {
    "events": ["2019-07-01-meti-announces-stricter-licensing"],
    "statements": ["2019-07-cheong-wa-dae-calm-first", "2019-07-12-japanese-media-smuggling-rumours"],
    "speech-acts": ["2019-07-12-kim-you-geun-international-probe-1", "2019-07-12-kim-you-geun-international-probe-2",
                    "2019-07-08-moon-calls-for-withdrawal-2"],
    "bodies": ["south-korea", "united-nations", "japan"],
    "topics": ["gsomia"],
    "sources": ["press-reports"],
}  # fmt: skip


PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { slug } }"

#: Other forms of a list; a list that has no such form refuses it.
FORMATS = ("jsonl", "csv", "jsonld", "atom", "ics", "bibtex", "ris", "csl", "timelinejs")


#: When an OAI-PMH response was sent.
_RESPONSE_DATE = re.compile(rb"<responseDate>[^<]*</responseDate>")


@dataclass(frozen=True)
class Route:
    """A request, and a name for it; ``stays`` where publishing the neighbours changes nothing."""

    name: str
    address: str
    body: Any = None
    method: str = "GET"
    stays: bool = False
    #: The list and the filter that it asks.
    of_filter: tuple[str, str] | None = None
    #: Whether it asks for counts, which read what the lists read.
    is_counted: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, client: Client) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (the date aside) and body."""
        data = json.dumps(self.body) if self.body is not None else ""
        kind = "application/json"
        response = client.generic(self.method, self.address, data, content_type=kind, headers=self.headers)
        headers = {name: value for name, value in response.items() if name != "Date"}
        content = b"".join(response.streaming_content) if response.streaming else response.content
        content = _RESPONSE_DATE.sub(b"", content)
        return response.status_code, headers, content


def rest(ids: dict[str, str]) -> Iterator[Route]:
    for address in ("/api/v1/", "/api/v1/openapi.json", "/api/v1/docs/", "/api/v1/event/", "/livez", "/readyz"):
        yield Route(f"REST {address}", address, stays=True)
    moment = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for kind, serializer in SERIALIZERS.items():
        top = f"/api/v1/{kind}/"
        parts = ",".join(serializer.parts)
        yield Route(f"REST {kind}", f"{top}?limit=500")
        yield Route(f"REST {kind}, all parts", f"{top}?limit=500&include={parts}")
        for form in FORMATS:
            yield Route(f"REST {kind} as {form}", f"{top}?limit=500&format={form}", stays=True)
        yield Route(f"REST {kind}, counted", f"{top}?count=true&limit=1")
        yield Route(f"REST {kind}, OPTIONS", top, method="OPTIONS", stays=True)
        yield Route(f"REST {kind}, unknown parameter", f"{top}?{WORD}=1", stays=True)
        for name, dimension in FILTERSETS[kind].dimensions().items():
            period = "&date=2019" if dimension.unit in ("day", "week", "month") else ""
            # The dates of the new appointments, bodies and sources lie outside 2019.
            stays = bool(dimension.unit) and (
                kind == "appointments" or (bool(period) and kind in ("bodies", "sources"))
            )
            yield Route(f"REST {kind}, counts by {name}", f"{top}counts/?by={name}{period}&spans=possible", stays=stays,
                        is_counted=True)  # fmt: skip
        for order in FILTERSETS[kind].orders:
            yield Route(f"REST {kind} by {order}", f"{top}?order_by=-{order}&limit=500&fields=slug")
        for slug in (NEAR[kind], *TOUCHED.get(kind, ())):
            yield Route(f"REST {kind}/{slug}", f"{top}{slug}/", stays=True)
            yield Route(f"REST {kind}/{slug}, all parts", f"{top}{slug}/?include={parts}", stays=True)
            yield Route(f"REST {kind}/{slug}, history", f"{top}{slug}/history/", stays=True)
            yield Route(f"REST {kind}/{slug}, as of", f"{top}{slug}/?as_of={moment}", stays=True)
            yield Route(f"REST {kind}/{slug}, differences", f"{top}{slug}/history/?from=1", stays=True)
            yield Route(f"REST {kind}/{slug}, since then", f"{top}{slug}/history/?from={moment}", stays=True)
            for form in FORMATS:
                yield Route(f"REST {kind}/{slug} as {form}", f"{top}{slug}/?format={form}", stays=True)
            if kind in ("events", "statements"):
                yield Route(f"REST {kind}/{slug}, chain", f"{top}{slug}/chain/?depth=5", stays=True)
        for name, slugs in (("near", NEAR[kind]), ("the neighbour", SLUGS[kind]), ("nearly", SLUGS[kind] + WORD[0])):
            address = f"{top}?slug={slugs}&as_of={moment}"
            yield Route(f"REST {kind} by slug, {name}, as of", address, stays=True)
        for number, names in enumerate(_facets(kind)):
            address = f"{top}?limit=1&facets={','.join(names)}"
            yield Route(f"REST {kind}, facets {number}", address, is_counted=True)
        hidden = f"{top}{SLUGS[kind]}/"
        chain = ("chain/",) if kind in ("events", "statements") else ()
        for more in ("", "history/", *chain, f"?include={parts}"):
            yield Route(f"REST {kind}, the neighbour: {more}", hidden + more)
        yield Route(f"REST {kind}, nearly the neighbour", f"{top}{SLUGS[kind]}{WORD[0]}/")
        for method in ("PUT", "PATCH", "DELETE"):
            yield Route(f"REST {kind}, {method} of the neighbour", hidden, {"name": "x"}, method, stays=True)
        yield Route(f"REST {kind}, POST of the neighbour", top, {"slug": SLUGS[kind]}, "POST", stays=True)
    yield Route("REST search", f"/api/v1/search/?q={WORD}")
    yield Route("REST search by a slug's word", "/api/v1/search/?q=kim")
    yield Route("REST search, counted", f"/api/v1/search/?q={WORD}&count=true")
    yield Route("REST search of one kind", f"/api/v1/search/?q={WORD}&kind=events&count=true")
    yield Route("REST search with a page", "/api/v1/search/?q=kim&limit=2&count=true")
    yield Route("REST search by a neighbour", f"/api/v1/search/?q={WORD}&kind=events&participant={SLUGS['officials']}")
    yield Route("REST search of nearly the word", f"/api/v1/search/?q={WORD}x&count=true")
    yield Route("REST search of a part of the word", f"/api/v1/search/?q={WORD[:4]}*&count=true")
    for lanes in ("none", "classification", "country", "participant"):
        yield Route(f"REST timeline, lanes {lanes}", f"/api/v1/timeline/?width=10000&lanes={lanes}")
    yield Route("REST timeline of a month", f"/api/v1/timeline/?from=2019-07&to=2019-07&width=10000&q={WORD}")


def _facets(kind: str) -> list[list[str]]:
    """The dimensions of a list that can be facets, as many at once as are allowed."""
    if kind not in counted():
        return []
    names = facet_names(kind)
    return [names[start : start + MAX_FACETS] for start in range(0, len(names), MAX_FACETS)]


def filters() -> Iterator[Route]:
    """Each filter with values that find, with values that are refused, and with the neighbours that it could find."""
    for kind, name in filter_cases.filters():
        params = [*filter_cases.answered(kind, name)[:2], *filter_cases.refused(kind, name)[:1]]
        values = [query(filters) for filters in params] + [f"{name}={slug}" for slug in _neighbours(kind, name)]
        for text in values:
            yield Route(f"{kind} by {name}: {text}", f"/api/v1/{kind}/?{text}&limit=500&fields=slug", stays=True,
                        of_filter=(kind, name))  # fmt: skip


def _neighbours(kind: str, name: str) -> list[str]:
    """What asks a filter for a neighbour: slugs of the records that it takes, and of one that it does not take."""
    if name in filter_cases.TEXTS:
        return [WORD, SLUGS[kind]]
    declared = FILTERSETS[kind].base_filters[name]
    if not isinstance(declared, RecordFilter | CountryFilter):
        return []
    taken = declared.extra.get("models", (Body,))
    slugs = [slug for neighbour, slug in SLUGS.items() if MODELS[neighbour] in taken]
    other = next(slug for slug in SLUGS.values() if slug not in slugs)
    return [*slugs, other]


def query(params: dict[str, list[str]]) -> str:
    return urlencode(params, doseq=True)


def graphql(ids: dict[str, str]) -> Iterator[Route]:
    for kind, (name, many, one) in ROOTS.items():
        of: Any = SCHEMA.type_map[name]
        many, one = to_camel_case(many), to_camel_case(one)
        for ends in ("first: 100", "last: 100"):
            yield _graphql(f"{many}({ends})", f"{many}({ends}) {{ {PAGE} }}")
        for slug in (NEAR[kind], *TOUCHED.get(kind, ())):
            whole = f'{one}(slug: "{slug}") {{ {" ".join(whole_of(of, 2))} }}'
            yield _graphql(f"{one}/{slug}", whole, stays=True)
        yield _graphql(f"{one}, the neighbour", f'{one}(slug: "{SLUGS[kind]}") {{ id slug }}')
        yield _graphql(f"{one}, nearly the neighbour", f'{one}(slug: "{SLUGS[kind]}{WORD[0]}") {{ id slug }}')
        by_id = f'node(id: "{to_global_id(name, ids[kind])}") {{ id __typename }}'
        yield _graphql(f"{one}, the neighbour by id", by_id)
    yield from _graphql_pictures()
    every = ", ".join(f'"{to_global_id(ROOTS[kind][0], key)}"' for kind, key in ids.items())
    yield _graphql("nodes", f"nodes(ids: [{every}]) {{ id ... on Event {{ name parts {{ totalCount }} }} }}")
    counted = "totalCount suggestion kinds { kind count } edges { cursor tier fragment { html } node { __typename } }"
    yield _graphql("searchResults", f'searchResults(q: "{WORD}") {{ {counted} }}')
    yield _graphql("searchResults of nearly the word", f'searchResults(q: "{WORD}x") {{ {counted} }}')
    filters = f'kind: [EVENTS], participant: ["{SLUGS["officials"]}"]'
    yield _graphql("searchResults by a neighbour", f'searchResults(q: "{WORD}", {filters}) {{ {counted} }}')
    yield _graphql("search", f'search(q: "{WORD}") {{ __typename ... on Event {{ slug }} ... on Body {{ slug }} }}')


def _graphql_pictures() -> Iterator[Route]:
    """Counts, facets, timelines, chains and past states."""
    moment = timezone.now().isoformat()
    table = "by total vague open undated outside counts { keys { kind value label } count }"
    for kind in counted():
        one = to_camel_case(ROOTS[kind][2])
        for name, dimension in FILTERSETS[kind].dimensions().items():
            is_fine = dimension.unit in ("day", "week", "month")
            if is_fine and kind == "appointments":
                continue  # needs a date filter, which appointments do not have
            options = (', date: "2019"' if is_fine else "") + ", spans: POSSIBLE"
            stays = bool(dimension.unit) and (kind == "appointments" or (is_fine and kind in ("bodies", "sources")))
            text = f"{one}Counts(by: [{name.upper()}]{options}) {{ {table} }}"
            yield _graphql(f"{one}Counts by {name}", text, stays, is_counted=True)
        for number, names in enumerate(_facets(kind)):
            by = ", ".join(name.upper() for name in names)
            yield _graphql(f"{one}Facets {number}", f"{one}Facets(by: [{by}]) {{ {table} }}", is_counted=True)
    for lanes in ("NONE", "CLASSIFICATION", "COUNTRY", "PARTICIPANT"):
        selected = " ".join(whole_of(SCHEMA.type_map["Timeline"], 5))
        yield _graphql(f"timeline, lanes {lanes}", f"timeline(width: 10000, lanes: {lanes}) {{ {selected} }}")
    for kind in ("events", "statements"):
        for slug in (NEAR[kind], SLUGS[kind]):
            arguments = f'type: {kind[:-1].upper()}, slug: "{slug}", depth: 3'
            selected = "isTruncated nodes { id slug name distance direction } edges { from to kind outcome }"
            yield _graphql(f"chain of {kind}/{slug}", f"chain({arguments}) {{ {selected} }}")
    for kind, (name, _, one) in ROOTS.items():
        for slug in (NEAR[kind], *TOUCHED.get(kind, ())):
            text = f'{to_camel_case(one)}(slug: "{slug}", asOf: "{moment}") {{ {past_selection(name)} }}'
            yield _graphql(f"{one}/{slug}, as of", text, stays=True)
        text = f'{to_camel_case(one)}(slug: "{SLUGS[kind]}", asOf: "{moment}") {{ id slug }}'
        yield _graphql(f"{one}, the neighbour, as of", text, stays=True)


def _graphql(name: str, text: str, stays: bool = False, is_counted: bool = False) -> Route:
    body = {"query": f"{{ {text} }}"}
    return Route(f"GraphQL {name}", "/graphql/", body, "POST", stays, is_counted=is_counted)


def whole_of(of: Any, depth: int) -> list[str]:
    """All that a type has: columns, related records so many levels down, and lists with their counts."""
    if is_union_type(of):
        return ["__typename", *(f"... on {one.name} {{ {' '.join(whole_of(one, depth))} }}" for one in of.types)]
    if not is_object_type(of):
        return ["__typename id slug name"]
    selections = ["__typename"]
    for name, one in of.fields.items():
        inner = get_named_type(one.type)
        if is_leaf_type(inner):
            selections.append(name)
        elif inner.name == "PartialDate":
            selections.append(f"{name} {{ text }}")
        elif inner.name.endswith("Connection"):
            selections.append(f"{name}(first: 20) {{ totalCount pageInfo {{ endCursor }} nodes {{ slug }} }}")
        elif depth > 1:
            selections.append(f"{name} {{ {' '.join(whole_of(inner, depth - 1))} }}")
        elif is_object_type(inner) and "slug" in inner.fields:
            selections.append(f"{name} {{ slug }}")
        else:
            selections.append(f"{name} {{ __typename ... on Node {{ id }} }}")
    return selections


def web() -> Iterator[Route]:
    for address in ("/about/api/", "/graphql/"):
        yield Route(f"web {address}", address, stays=True, headers={"Accept": "text/html"})
    for address in (
        "/",
        "/?order_by=-date",
        "/speech-acts/",
        "/speech-acts/?order_by=-date",
        "/speech-acts/?day=2019-08-01&show=open&country=KR&addressee_country=JP",
        "/speech-acts/?day=2099-01-01&show=settled",
        f"/search/?q={WORD}",
        f"/search/?q={WORD}x",
    ):
        yield Route(f"web {address}", address)
    yield from drawn()
    for address in ("/sitemap.xml", "/robots.txt"):
        yield Route(f"web {address}", address, stays=True)
    for name in page_names().values():
        yield Route(f"web sitemap of {name}", f"/sitemap-{name}.xml")
    for address in (f"/?participant={SLUGS['officials']}", f"/?related_to={SLUGS['events']}", f"/?cursor={WORD}"):
        yield Route(f"web {address}", address, stays="cursor" in address)
    for kind in MODELS:
        if kind == "speech-acts":
            continue
        for slug in (NEAR[kind], *TOUCHED.get(kind, ())):
            yield Route(f"web {kind}/{slug}", f"/{kind}/{slug}/", stays=True)
        yield Route(f"web {kind}, the neighbour", f"/{kind}/{SLUGS[kind]}/")
        yield Route(f"web {kind}, nearly the neighbour", f"/{kind}/{SLUGS[kind]}{WORD[0]}/")


def drawn() -> Iterator[Route]:
    """Drawn timelines, their embedding, and the searches of one kind without words."""
    for query in ("", "?lanes=participant", f"?q={WORD}", f"?participant={SLUGS['officials']}&kind=event"):
        yield Route(f"web timeline {query}", f"/timeline/{query}", stays=True)
        yield Route(f"web timeline.svg {query}", f"/timeline.svg{query}", stays=True)
        yield Route(f"web embedded timeline {query}", f"/timeline/embed/{query}", stays=True)
    for kind in page_names().values():
        yield Route(f"web search of {kind}", f"/search/?kind={kind}", stays=True)
        for slug in (NEAR[kind], SLUGS[kind]):
            page = f"http://testserver/{kind}/{slug}/"
            yield Route(f"oEmbed of {kind}/{slug}", f"/oembed?url={page}", stays=True)


def oai() -> Iterator[Route]:
    listed = "metadataPrefix=oai_dc"
    for query in ("Identify", "ListMetadataFormats"):
        yield Route(f"OAI {query}", f"/oai?verb={query}", stays=True)
    yield Route("OAI ListSets", "/oai?verb=ListSets")
    # The states fill the first page of sets; the dossiers are before them.
    for spec in (*page_names().values(), ""):
        selected = f"&set=collection:{spec}" if spec else ""
        for verb in ("ListRecords", "ListIdentifiers"):
            is_longer = spec in ("", "bodies")  # than the first page, which the neighbours come after
            yield Route(f"OAI {verb} of {spec or 'all'}", f"/oai?verb={verb}&{listed}{selected}", stays=is_longer)
    for spec in (f"dossier:{NEAR['dossiers']}", f"dossier:{SLUGS['dossiers']}", "country:japan"):
        yield Route(f"OAI set {spec}", f"/oai?verb=ListRecords&{listed}&set={spec}", stays=True)
    for kind in page_names().values():
        for slug in (NEAR[kind], SLUGS[kind]):
            item = f"oai:chancery.invalid:{kind}/{slug}"
            yield Route(f"OAI {kind}/{slug}", f"/oai?verb=GetRecord&{listed}&identifier={item}", stays=True)
            yield Route(f"OAI formats of {kind}/{slug}", f"/oai?verb=ListMetadataFormats&identifier={item}", stays=True)


def routes(ids: dict[str, str]) -> list[Route]:
    return [*rest(ids), *filters(), *graphql(ids), *web(), *oai()]
