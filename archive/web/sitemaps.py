"""Sitemaps of the published records' pages, one or several per collection, and robots.txt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, x_robots_tag
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Count, Max, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.timezone import localtime

from archive.cache.responses import mark_cacheable
from archive.page_language import PREFIXES, localized_path, tag
from archive.registry import COLLECTIONS, page_names

#: The APIs and the pages of users.
_EXCLUDED_PATHS = ("/admin/", "/api/", "/graphql/", "/oai")
_START = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_END = "</urlset>\n"
#: Pages whose links add a filter or move the period: a crawler would follow them without end.
_ENDLESS_PATHS = ("/search/", "/?", "/speech-acts/?", "/timeline/?", "/timeline.svg", "/timeline.png")


class RecordSitemap(Sitemap):  # type: ignore[type-arg]
    """The pages of a collection's records. Its items are (slug, timestamp) pairs of what the public sees.

    A record has a URL in each language, and each of them names all.
    """

    #: Records of one file; the protocol allows 50,000 URLs.
    limit = 10_000

    def __init__(self, collection: str, count: int | None = None, latest: datetime | None = None) -> None:
        """``count`` and ``latest``: the number of records and the time of the last change, where they are known."""
        self.collection, self.count, self.latest = collection, count, latest

    @property
    def visible(self) -> Any:
        return COLLECTIONS[self.collection].model._default_manager.visible_to(None)  # type: ignore[attr-defined]

    def items(self) -> Any:
        return self.visible.order_by("slug").values_list("slug", "updated_at")

    @property
    def paginator(self) -> Paginator[tuple[str, datetime]]:
        pages: Paginator[tuple[str, datetime]] = super().paginator
        if self.count is not None:
            pages.count = self.count
        return pages

    def get_latest_lastmod(self) -> datetime | None:
        if self.count is not None:
            return self.latest
        latest: datetime | None = self.visible.aggregate(latest=Max("updated_at"))["latest"]
        return latest


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The sitemaps of all collections that have published records."""
    names = page_names().values()
    extents = [
        RecordSitemap(name).visible.order_by().annotate(section=Value(name)).values("section")
        .annotate(count=Count("pk"), latest=Max("updated_at")).values_list("section", "count", "latest")
        for name in names
    ]  # fmt: skip
    # Rows of a union are in no order.
    by_name = {name: (count, latest) for name, count, latest in extents[0].union(*extents[1:], all=True)}
    listed: dict[str, Any] = {name: RecordSitemap(name, *by_name[name]) for name in names if by_name.get(name, (0,))[0]}
    return mark_cacheable(index(request, listed, sitemap_url_name="web:sitemap"))


@x_robots_tag
def collection_sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One file of a collection's sitemap: the page that ``p`` numbers."""
    if section not in page_names().values():
        raise Http404
    try:
        items = list(RecordSitemap(section).paginator.page(request.GET.get("p", 1)).object_list)
    except InvalidPage as error:
        raise Http404 from error
    content = f"{_START}{''.join(_entries(request, section, items))}{_END}"
    response = HttpResponse(content, content_type="application/xml")
    if items:
        response["Last-Modified"] = http_date(max(changed for _, changed in items).timestamp())
    return mark_cacheable(response)


def _entries(request: HttpRequest, section: str, items: list[tuple[str, datetime]]) -> Iterator[str]:
    """The entries of the records' pages.

    Written here, not by Django's template, which takes twenty times as long. Slugs are letters, digits, hyphens and
    underscores: nothing in an address is escaped.
    """
    example = "slug-of-a-record"
    path = reverse(f"web:{section}", args=[example])
    host = escape(request.build_absolute_uri("/").removesuffix("/"))
    addresses = {code: f"{host}{localized_path(path, code)}" for code in PREFIXES}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag(code)}" href="{address}"/>' for code, address in addresses.items()
    )
    entries = [(f"<url><loc>{address}</loc><lastmod>", f"</lastmod>{links}</url>\n") for address in addresses.values()]
    for slug, changed in items:
        day = localtime(changed).date().isoformat()
        yield "".join(f"{start}{day}{end}" for start, end in entries).replace(example, slug)


def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: what crawlers leave out, and where the sitemap is; in a private archive they leave out everything."""
    endless = [f"{prefix}{path}" for prefix in PREFIXES.values() for path in _ENDLESS_PATHS]
    excluded = [*_EXCLUDED_PATHS, *endless] if settings.ARCHIVE_PUBLIC else ["/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in excluded)]
    if settings.ARCHIVE_PUBLIC:
        lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('web:sitemap-index'))}"]
    return mark_cacheable(HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8"))
