"""URLs of the pages and of monitoring."""

from __future__ import annotations

from django.urls import path

from archive.filters import FILTERSETS
from archive.web import monitoring, views

app_name = "web"


urlpatterns = [
    path("", views.front, name="front"),
    path("livez", monitoring.livez, name="livez"),
    path("readyz", monitoring.readyz, name="readyz"),
    path("metrics", monitoring.metrics, name="metrics"),
    path("search/", views.search, name="search"),
    path("speech-acts/", views.ledger, name="ledger"),
    path("about/api/", views.about_api, name="about-api"),
]
urlpatterns += [
    path(f"{collection}/<str:slug>/", views.record, {"collection": collection}, name=collection)
    for collection in FILTERSETS
    if collection != "speech-acts"
]
