"""URLs of the pages and of monitoring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from archive.registry import page_names
from archive.web import embed, monitoring, oembed, sitemaps, timeline_files, timeline_pages, views
from archive.web.views import read_only

app_name = "web"


def _page(route: str, view: Callable[..., HttpResponseBase], name: str, **kwargs: Any) -> URLPattern:
    """The pattern of a page, which can only be read."""
    return path(route, read_only(view), kwargs, name=name)


urlpatterns = [
    _page("", views.front, name="front"),
    _page("timeline/", timeline_pages.timeline, name="timeline"),
    _page("timeline/embed/", embed.timeline_embed, name="timeline-embed"),
    _page("oembed", oembed.oembed, name="oembed"),
    _page("timeline.svg", timeline_files.timeline_svg, name="timeline-svg"),
    _page("timeline.png", timeline_files.timeline_png, name="timeline-png"),
    _page("sitemap.xml", sitemaps.sitemap_index, name="sitemap-index"),
    _page("sitemap-<section>.xml", sitemaps.collection_sitemap, name="sitemap"),
    _page("robots.txt", sitemaps.robots, name="robots"),
    _page("livez", monitoring.livez, name="livez"),
    _page("readyz", monitoring.readyz, name="readyz"),
    _page("metrics", monitoring.metrics, name="metrics"),
    _page("search/", views.search, name="search"),
    _page("speech-acts/", views.ledger, name="ledger"),
    _page("about/api/", views.about_api, name="about-api"),
    _page(
        "about/", RedirectView.as_view(pattern_name="web:about-api", permanent=True, query_string=True), name="about"
    ),
]
urlpatterns += [
    pattern
    for name in page_names().values()
    for pattern in (
        _page(f"{name}/", views.collection, name=f"{name}-list", collection=name),
        _page(f"{name}/<str:slug>/", views.record, name=name, collection=name),
    )
]
