"""URLs of the pages and of monitoring."""

from __future__ import annotations

from django.urls import path

from archive.registry import page_names
from archive.web import embed, monitoring, oembed, sitemaps, timeline_files, timeline_pages, views

app_name = "web"


urlpatterns = [
    path("", views.front, name="front"),
    path("timeline/", timeline_pages.timeline, name="timeline"),
    path("timeline/embed/", embed.timeline_embed, name="timeline-embed"),
    path("oembed", oembed.oembed, name="oembed"),
    path("timeline.svg", timeline_files.timeline_svg, name="timeline-svg"),
    path("timeline.png", timeline_files.timeline_png, name="timeline-png"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap-index"),
    path("sitemap-<section>.xml", sitemaps.collection_sitemap, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("livez", monitoring.livez, name="livez"),
    path("readyz", monitoring.readyz, name="readyz"),
    path("metrics", monitoring.metrics, name="metrics"),
    path("search/", views.search, name="search"),
    path("speech-acts/", views.ledger, name="ledger"),
    path("about/api/", views.about_api, name="about-api"),
]
urlpatterns += [
    path(f"{name}/<str:slug>/", views.record, {"collection": name}, name=name) for name in page_names().values()
]
