"""The exact number of queries of each route, and that it does not grow with rows.

The database's own work per statement is measured in ``bench/``; here a statement more per row would be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.filters import FILTERSETS
from archive.rest.serializers import SERIALIZERS
from tests.support.more_rows import add_rows

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("counts"), pytest.mark.slow]
PROBE = "2019-07-12-kim-you-geun-international-probe"
EVENT = "2019-07-04-japan-export-curbs-take-effect"

#: Read by the public: address -> statements.
PUBLIC = {
    **{f"/api/v1/{kind}/?limit=500": 1 for kind in SERIALIZERS},
    **{
        f"/api/v1/{kind}/?limit=500&include={','.join(item.parts)}": 1
        for kind, item in SERIALIZERS.items()
        if item.parts
    },
    "/api/v1/statements/?count=true&speaker=kim-you-geun&topic=export-controls&country=KR": 1,
    "/api/v1/events/?date=2019-07&participant=JP&order_by=-name": 1,
    f"/api/v1/statements/{PROBE}/": 1,
    f"/api/v1/statements/{PROBE}/?include=speech_acts,citations": 1,
    "/api/v1/speech-acts/?kind=demand&addressee=JP&open_on=2019-08-01": 1,
    "/api/v1/search/?q=export": 1,
    "/api/v1/search/?q=export&count=true&kind=statements&speaker=kim-you-geun": 1,
    "/api/v1/timeline/?lanes=country": 1,
    "/": 3,
    "/?topic=export-controls&date=2019": 3,
    "/?country=JP&participant=JP": 3,
    "/speech-acts/": 3,
    "/speech-acts/?day=2019-08-01&show=open&country=KR": 3,
    "/timeline/": 3,
    "/timeline/?from=2019-07&to=2019-08&lanes=participant": 3,
    "/timeline.svg": 1,
    "/timeline/embed/": 2,
    "/timeline/embed/?dossier=japan-south-korea-export-controls": 3,
    "/oembed?url=http://testserver/timeline/": 0,
    f"/oembed?url=http://testserver/events/{EVENT}/": 1,
    "/search/": 1,
    "/search/?country=JP": 1,
    "/search/?q=export": 1,
    "/search/?q=export&date=2019&kind=events": 3,
}
QUERIES = {
    "{ events(first: 100) { totalCount nodes { slug date { text } topics { name } "
    "participations { party { name } } } } }": 1,
    "{ statements(first: 50) { nodes { speaker { names { text } } capacities { office { body { name } } } "
    "speechActs { text state addressees { name } outcomes { kind event { slug } } } } } }": 1,
    f'{{ event(slug: "{EVENT}") {{ statementsAbout(first: 20) {{ totalCount nodes {{ slug speaker {{ name }} }} }} '
    "relations { toEvent { slug parts(first: 5) { nodes { slug } } } } } }": 1,
    "{ events(first: 100) { nodes { identifiers { subject { ... on Event { slug } } } "
    "citations { subject { ... on Event { slug topics { name } } ... on Statement { slug } } } } } }": 1,
    "{ officials(first: 100) { nodes { names { text bearer { slug name } } } } }": 1,
    '{ searchResults(q: "export", first: 20) { totalCount kinds { kind count } edges { tier fragment { html } '
    "node { ... on Event { slug topics { name } } ... on Statement { slug speaker { name } } } } } }": 1,
    "{ officials(first: 100) { nodes { appointments(first: 10) { nodes { office { name } } } } } }": 1,
}


@pytest.fixture(scope="module")
def counted(module_dossier: None, django_db_blocker: Any) -> Iterator[dict[str, tuple[int, int]]]:
    """Each route's statements with the first dossier, and with twenty records more of each kind."""
    with django_db_blocker.unblock(), transaction.atomic():
        keeper = User.objects.create_user("keeper", password="a-test-password", is_staff=True)
        keeper.groups.add(Group.objects.get(name="editor"))
        before = _all(keeper)
        add_rows(20)
        after = _all(keeper)
        yield {name: (before[name], after[name]) for name in before}
        transaction.set_rollback(True)


def _all(keeper: Any) -> dict[str, int]:
    public, editor = Client(), Client()
    editor.force_login(keeper)
    counts = {address: _count(lambda address=address: public.get(address)) for address in (*PUBLIC, *PAGES)}
    for query in QUERIES:
        payload = {"query": query}
        counts[query] = _count(
            lambda payload=payload: public.post("/graphql/", payload, content_type="application/json")
        )
    return counts | {address: _count(lambda address=address: editor.get(address)) for address in ADMIN}


def _count(send: Any) -> int:
    send()  # the first time statements are compiled, and content types and sessions are looked up
    with CaptureQueriesContext(connection) as ran:
        response = send()
    assert response.status_code == 200, response.content[:500]
    assert b'"errors"' not in response.content[:12]
    return len(ran)


#: Pages of the public and of editors, whose statements follow the relations that they show: address -> at most so many.
PAGES = {
    f"/statements/{PROBE}/": 29, f"/events/{EVENT}/": 27, "/officials/kim-you-geun/": 18,
    "/bodies/cheong-wa-dae/": 17, "/measures/japan-export-curbs-on-three-materials/": 18,
    "/topics/export-controls/": 10, "/dossiers/japan-south-korea-export-controls/": 7,
}  # fmt: skip
ADMIN = {f"/admin/archive/{item._meta.model._meta.model_name}/": 12 for item in FILTERSETS.values()}


@pytest.mark.parametrize("route", [*PUBLIC, *QUERIES])
def test_number_of_queries_per_route(counted: dict[str, tuple[int, int]], route: str) -> None:
    expected = {**PUBLIC, **QUERIES}[route]
    assert counted[route] == (expected, expected)


@pytest.mark.parametrize("route", [*PAGES, *ADMIN])
def test_the_number_of_queries_does_not_grow_with_rows(counted: dict[str, tuple[int, int]], route: str) -> None:
    before, after = counted[route]
    assert after == before
    assert after <= {**PAGES, **ADMIN}[route]
