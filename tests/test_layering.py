"""Imports follow the layers, lower layers do not know HTTP, and no file is longer than 400 lines."""

from __future__ import annotations

import re

import pytest

from tests.support.import_graph import (
    ALLOWED,
    DOORS,
    ROOT,
    TIERS,
    Module,
    http,
    imports,
    is_below_the_doors,
    modules,
    tier,
    upward,
)

ARCHIVE = [module for module in modules("archive") if module.package]
MAX_LINES = 400


def test_imports_follow_the_layers() -> None:
    assert not [result for module in ARCHIVE for result in upward(module)]


def test_lower_layers_do_not_import_http() -> None:
    assert not [result for module in ARCHIVE if is_below_the_doors(module) for result in http(module)]


def test_the_document_of_the_architecture_lists_the_layers() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    items = re.split(r"\n\d+\. ", text.partition("## Layers")[2].partition("\n\n## ")[0])[1:]
    assert [set(re.findall(r"`archive/(\w+)", item)) for item in items] == [set(layer) for layer in reversed(TIERS)], (
        "list each package of TIERS in tests/support/import_graph.py under Layers in docs/architecture.md"
    )


def test_every_door_is_looked_at() -> None:
    seen = {module.package for module in ARCHIVE}
    assert DOORS - {"datasets"} <= seen
    assert {"dates", "models", "visibility", "filters", "sql", "search", "cache", "middleware"} <= seen


def test_each_exception_is_needed_and_documented() -> None:
    by_name = {module.name: module for module in ARCHIVE}
    for (importer, other), record in ALLOWED.items():
        assert other in {name for name, _ in imports(by_name[importer])}, (
            f"{importer} no longer imports {other}: take it out"
        )
        assert importer in (ROOT / record).read_text(encoding="utf-8")


def test_visibility_imports_nothing_above_the_models_that_import_it() -> None:
    [visibility] = [module for module in ARCHIVE if module.name == "archive.visibility"]
    packages = {name.split(".")[1] for name, _ in imports(visibility) if name.startswith("archive.")}
    assert max(map(tier, packages)) <= tier("models")


def test_no_file_is_longer_than_400_lines() -> None:
    folders = ("archive", "bench", "config", "scripts", "tests")
    lengths = {module.name: len(module.source.splitlines()) for folder in folders for module in modules(folder)}
    assert not {name: length for name, length in lengths.items() if length > MAX_LINES}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("archive.models.event", "from archive.filters import FILTERSETS"),
        ("archive.models.event", "import archive.sql.relations"),
        ("archive.models.event", "from archive import visibility"),
        ("archive.dates.value", "from archive.choices import Status\nfrom archive import models"),
        ("archive.sql.text_conditions", "def late():\n    from archive.rest import views"),
        ("archive.sql.compiler", "from archive.filters import FILTERSETS"),
        ("archive.rest.views", "from archive.graphql.relay import has_slug"),
        ("archive.admin.event", "from archive.web import facts"),
        ("archive.rest.views", "from config import env"),
    ],
)
def test_a_bad_import_is_found(name: str, source: str) -> None:
    assert upward(Module(name, source))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("archive.rest.views", "from archive.filters import FILTERSETS\nfrom archive.rest.etags import tag"),
        ("archive.search", "from archive.filters import FILTERSETS"),
        ("archive.models.managers", "from archive.visibility import ArchiveQuerySet"),
        ("archive.models.event", "from django.db import models\nfrom archive.choices import Status"),
    ],
)
def test_an_allowed_import_is_accepted(name: str, source: str) -> None:
    assert not upward(Module(name, source))


@pytest.mark.parametrize(
    "source",
    [
        "from django.http import Http404",
        "from django import http",
        "import rest_framework.serializers",
        "from graphql import parse",
        "def visible(request): ...",
        "def who(info):\n    return info.context.request.user",
    ],
)
def test_http_in_lower_layers_is_found(source: str) -> None:
    assert http(Module("archive.visibility", source))


def test_a_package_without_a_tier_is_reported() -> None:
    with pytest.raises(LookupError, match="archive/odd is in no tier"):
        upward(Module("archive.models.event", "from archive.odd import thing"))
