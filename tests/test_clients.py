"""Client libraries read the archive as their manuals describe."""

from __future__ import annotations

import pytest
from rdflib import Graph, URIRef
from sgqlc.endpoint.http import HTTPEndpoint
from sgqlc.introspection import query as introspection
from sgqlc.introspection import variables

pytestmark = pytest.mark.django_db

EVENT = "2019-07-04-japan-export-curbs-take-effect"


def test_sgqlc_generates_types_and_queries(module_dossier: None, served: str) -> None:
    endpoint = HTTPEndpoint(f"{served}/graphql/")
    schema = endpoint(introspection, variables(include_description=True, include_deprecated=True))["data"]["__schema"]
    assert schema["queryType"] == {"name": "Query"}
    assert endpoint("{ events(first: 1) { nodes { slug } } }")["data"]["events"]["nodes"]


@pytest.mark.parametrize("address", ["events/{}/", "events/", "events/{}/?format=jsonld", "events/?format=jsonld"])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_rdflib_parses_records_and_lists(module_dossier: None, served: str, address: str) -> None:
    graph = Graph().parse(f"{served}/api/v1/{address.format(EVENT)}")
    names = graph.objects(URIRef(f"{served}/api/v1/events/{EVENT}/"), URIRef("https://schema.org/name"))
    assert len(list(names)) == ("{}" in address) or len(graph) > 100
