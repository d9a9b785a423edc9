"""The bytes of every kind of page of the first dossier in each language, and of its scripts and style sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db.models import Count
from django.test import Client

from archive.filters import FILTERSETS
from archive.page_language import PREFIXES
from archive.registry import page_names
from archive.web.urls import urlpatterns

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]

#: Bytes: the HTML of a page, and our scripts and style sheets on it together.
PAGE_LIMIT, ASSET_LIMIT = 100_000, 60_000
#: Queries of pages that show little without one.
QUERIES = (
    "/search/?q=japan", "/search/?country=JP", "/search/?kind=events", "/search/?kind=statements",
    "/search/?kind=events&q=japan", "/search/?kind=statements&q=japan", "/?country=JP", "/speech-acts/?day=2019-08-01",
)  # fmt: skip


def record_pages() -> Iterator[str]:
    """Of each collection the records that most rows of another table refer to: their pages are its heaviest."""
    for kind in page_names().values():
        model = FILTERSETS[kind]._meta.model
        relations = [relation.name for relation in model._meta.related_objects] or ["pk"]
        slugs = set()
        for relation in relations:
            records = model._default_manager.visible_to(None).annotate(referring_rows=Count(relation, distinct=True))
            slugs.add(records.order_by("-referring_rows", "slug")[0].slug)
        yield from (f"/{kind}/{slug}/" for slug in sorted(slugs))


def other_pages() -> list[str]:
    """All addresses of ``archive.web`` without parameters, of which some are no pages, and some with a query."""
    paths = [str(pattern.pattern) for pattern in urlpatterns]
    return [f"/{path}" for path in paths if "<" not in path] + [*QUERIES]


def pages(prefix: str) -> dict[str, bytes]:
    """Address -> the HTML of every kind of page in a language."""
    responses = {path: Client().get(f"{prefix}{path}") for path in [*other_pages(), *record_pages()]}
    return {
        path: response.content
        for path, response in responses.items()
        if response.status_code == 200 and response["Content-Type"].startswith("text/html")
    }


@pytest.mark.parametrize("prefix", PREFIXES.values())
def test_no_page_is_heavy(prefix: str) -> None:
    html = pages(prefix)
    assert {path: len(content) for path, content in html.items() if len(content) >= PAGE_LIMIT} == {}
    assert {path.split("/")[1] for path in html} >= {*page_names().values(), "", "timeline", "speech-acts", "search"}
    for path, content in html.items():
        names = set(re.findall(r'(?:href|src)="/static/(archive/[a-z_]+)(?:\.\w+)?\.(css|js)"', content.decode()))
        assert names, path
        sizes = [Path(str(finders.find(f"{name}.{kind}"))).stat().st_size for name, kind in names]
        assert sum(sizes) < ASSET_LIMIT, path
