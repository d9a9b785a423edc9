"""Sitemaps of the published records' pages, one or several per collection, and robots.txt."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.core.paginator import Paginator
from django.db.models import Count, Max, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from archive.cache.responses import mark_cacheable
from archive.page_language import PREFIXES, localized_path, tag
from archive.registry import COLLECTIONS, page_names

#: The APIs and the pages of users.
_EXCLUDED_PATHS = ("/admin/", "/api/", "/graphql/", "/oai")
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

    def location(self, item: tuple[str, datetime]) -> str:
        return reverse(f"web:{self.collection}", args=[item[0]])

    def lastmod(self, item: tuple[str, datetime]) -> datetime:
        return item[1]

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        urls = super().get_urls(page, site, protocol)
        return [translated for url in urls for translated in _in_each_language(url)]

    def get_latest_lastmod(self) -> datetime | None:
        if self.count is not None:
            return self.latest
        latest: datetime | None = self.visible.aggregate(latest=Max("updated_at"))["latest"]
        return latest


def _in_each_language(url: dict[str, Any]) -> list[dict[str, Any]]:
    """An entry of a sitemap, and those of the same page in the other languages, each with links to all of them."""
    parts = urlsplit(url["location"])
    locations = {code: urlunsplit(parts._replace(path=localized_path(parts.path, code))) for code in PREFIXES}
    alternates = [{"location": location, "lang_code": tag(code)} for code, location in locations.items()]
    return [{**url, "location": location, "alternates": alternates} for location in locations.values()]


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


def collection_sitemap(request: HttpRequest, section: str) -> HttpResponse:
    if section not in page_names().values():
        raise Http404
    return mark_cacheable(sitemap(request, {section: RecordSitemap(section)}, section))


def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: what crawlers leave out, and where the sitemap is; in a private archive they leave out everything."""
    endless = [f"{prefix}{path}" for prefix in PREFIXES.values() for path in _ENDLESS_PATHS]
    excluded = [*_EXCLUDED_PATHS, *endless] if settings.ARCHIVE_PUBLIC else ["/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in excluded)]
    if settings.ARCHIVE_PUBLIC:
        lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('web:sitemap-index'))}"]
    return mark_cacheable(HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8"))
