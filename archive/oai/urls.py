"""URLs of OAI-PMH."""

from __future__ import annotations

from django.urls import path

from archive.oai.view import oai, record_schema, without_slash

app_name = "oai"
urlpatterns = [
    path("oai", oai, name="oai"),
    path("oai/", without_slash),
    path("oai/record.xsd", record_schema, name="schema"),
]
