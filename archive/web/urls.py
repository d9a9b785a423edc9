"""Addresses of the pages."""

from django.urls import path

from archive.filters import FILTERSETS
from archive.web import health, pages

app_name = "web"
urlpatterns = [
    path("", pages.front, name="front"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("search/", pages.found, name="search"),
    path("speech-acts/", pages.ledger, name="ledger"),
    path("about/api/", pages.about_api, name="about-api"),
]
urlpatterns += [
    path(f"{kind}/<str:slug>/", pages.record, {"kind": kind}, name=kind) for kind in FILTERSETS if kind != "speech-acts"
]
