"""URLs of OAI-PMH."""

from __future__ import annotations

from django.urls import path

from archive.oai.view import oai, record_schema

app_name = "oai"
urlpatterns = [path("oai", oai, name="oai"), path("oai/record.xsd", record_schema, name="schema")]
