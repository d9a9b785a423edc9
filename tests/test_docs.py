"""The documentation: examples are run, tables are compared with the code, and nothing public is missing."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import transaction
from rest_framework.test import APIClient

from archive.counts import counted
from archive.dates import PartialDate, PartialDateError
from archive.filters import FILTERSETS
from archive.graphql import limits
from archive.graphql.arguments import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from archive.graphql.schema import schema
from archive.management.commands import demo
from archive.rest.serializers import SERIALIZERS
from archive.rest.urls import urlpatterns
from archive.sql.periods import UNITS
from tests.support import docs_blocks as docs
from tests.support.docs_reader import Reader
from tests.support.snapshot import put_dossier

pytestmark = pytest.mark.slow

WITH_BLOCKS = [docs.name(page) for page in docs.PAGES if docs.blocks(page)]


@pytest.fixture(scope="module")
def archive(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The first dossier and the demo editor, loaded once."""
    with django_db_blocker.unblock(), transaction.atomic():
        put_dossier()
        user = User.objects.create_user(demo.USERNAME, password=demo.PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name="editor"))
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("page", WITH_BLOCKS)
def test_examples_run_with_the_shown_output(page: str, archive: None) -> None:
    reader = Reader()
    for block in docs.blocks(page):
        reader.read(block)
    reader.end()


def test_the_glossary_defines_each_term_once_in_the_order_of_the_alphabet() -> None:
    sections = docs.read("docs/reference/glossary.md").split("\n## ")[1:]
    terms = [re.findall(r"(?m)^### (.+)$", section) for section in sections]
    assert all(names == sorted(names, key=str.lower) for names in terms)
    names = [name for section in terms for name in section]
    assert len({*names}) == len(names)


def test_every_term_of_the_glossary_is_used() -> None:
    pages = [docs.read(docs.name(page)) for page in docs.PAGES if page.name != "glossary.md"]
    modules = [path.read_text(encoding="utf-8") for path in (docs.ROOT / "archive").rglob("*.py")]
    text = re.sub(r"\s+", " ", "\n".join(pages + modules)).lower()
    terms = re.findall(r"(?m)^### (.+)$", docs.read("docs/reference/glossary.md"))
    assert [term for term in terms if not re.search(rf"\b{term.lower()}", text)] == []


def _settings() -> set[str]:
    """The variables that config/ reads."""
    text = docs.read("config/env.py") + docs.read("config/settings.py")
    return set(re.findall(r'(?:env\.\w+|\btext)\("([A-Z_]+)"', text))


def test_every_setting_is_in_the_table_and_no_other() -> None:
    assert {docs.code(row[0])[0] for row in docs.table("docs/reference/settings.md")} == _settings()


def test_every_setting_is_in_the_example() -> None:
    assert set(re.findall(r"^# ([A-Z_]+)=", docs.read(".env.example"), re.MULTILINE)) == _settings()


def test_every_filter_of_every_list_is_documented_and_no_other() -> None:
    page = "docs/reference/filters.md"
    shared = {docs.code(row[0])[0]: row[1] for row in docs.table(page, "Shared filters")}
    for kind, filterset in FILTERSETS.items():
        own = {docs.code(row[0])[0] for row in docs.table(page, kind)}
        own |= {name for name, kinds in shared.items() if kinds == "all" or kind in kinds.split(", ")}
        assert own == set(filterset.base_filters), kind


def test_every_order_is_documented() -> None:
    in_docs = {
        kind: docs.code(row[1])
        for row in docs.table("docs/reference/filters.md", "Orders")
        for kind in row[0].split(", ")
    }
    assert in_docs == {kind: list(filterset.orders) for kind, filterset in FILTERSETS.items()}


def test_every_dimension_is_documented_and_no_other() -> None:
    rows = docs.table("docs/reference/filters.md", "Dimensions")
    documented = {docs.code(row[0])[0]: {*docs.code(row[1]), *(UNITS if "periods" in row[1] else ())} for row in rows}
    assert documented == {name: set(FILTERSETS[name].dimensions()) for name in counted()}


def _examples() -> list[tuple[str, str]]:
    """Each filter and its example."""
    page = "docs/reference/filters.md"
    rows = [row for heading in ("Shared filters", *FILTERSETS) for row in docs.table(page, heading)]
    return [(docs.code(row[0])[0], docs.code(row[-1])[0]) for row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "example"), _examples())
def test_the_example_of_a_filter_finds_something(name: str, example: str, archive: None) -> None:
    assert f"{name}=" in example
    answer = APIClient().get(f"/api/v1/{example}")
    assert answer.status_code == 200, answer.content
    # No statement of the first dossier says in which language it was spoken.
    assert answer.json()["results"] or name == "language"


def test_accepted_dates_read_and_span_as_the_table_says() -> None:
    for text, _, reads, *bounds in docs.table("docs/reference/dates.md", "Accepted"):
        date = PartialDate.parse(docs.code(text)[0])
        ends = zip((date.earliest, date.latest), date.ends.split("/"), strict=True)
        assert [date.display, *(str(day or end) for day, end in ends)] == [reads, *bounds]


def test_refused_dates_are_refused_for_the_reason_in_the_table() -> None:
    for text, reason in docs.table("docs/reference/dates.md", "Refused"):
        with pytest.raises(PartialDateError) as refused:
            PartialDate.parse(docs.code(text)[0])
        assert refused.value.reason == reason


def test_what_the_table_of_suggestions_says_is_suggested() -> None:
    for text, offered in docs.table("docs/reference/dates.md", "Suggestions"):
        with pytest.raises(PartialDateError) as refused:
            PartialDate.parse(docs.code(text)[0])
        assert refused.value.suggestion == (docs.code(offered) or [""])[0]


def test_every_collection_and_its_parts_are_documented() -> None:
    in_docs = {
        docs.code(row[0])[0]: set(docs.code(row[1])) for row in docs.table("docs/reference/rest.md", "Collections")
    }
    assert in_docs == {kind: set(serializer.parts) for kind, serializer in SERIALIZERS.items()}


def test_every_rest_address_is_documented() -> None:
    in_docs = {docs.code(row[0])[0].partition("?")[0] for row in docs.table("docs/reference/rest.md", "Addresses")}
    routes = [str(pattern.pattern) for pattern in urlpatterns if pattern.name != "unknown"]
    plain = {re.sub(rf"^({'|'.join(SERIALIZERS)})/", "<collection>/", route) for route in routes}
    assert in_docs == {f"/api/v1/{route.replace('<str:slug>', '<slug>')}" for route in plain}


def test_every_graphql_root_is_documented_and_no_other() -> None:
    in_docs = {
        name for row in docs.table("docs/reference/graphql.md", "Roots") for name in docs.code(" ".join(row[:2]))
    }
    assert {name.partition("(")[0] for name in in_docs} == set(schema.graphql_schema.query_type.fields)


def test_what_links_lead_back_to_is_documented_for_every_kind_of_record() -> None:
    for link, union, kinds in docs.table("docs/reference/graphql.md", "Links back"):
        part, field = docs.code(link)[0].split(".")
        of = schema.graphql_schema.type_map[part].fields[field].type  # type: ignore[attr-defined]
        in_docs = docs.code(union), set(docs.code(kinds))
        assert in_docs == ([of.name], {item.name for item in schema.graphql_schema.get_possible_types(of)})


def test_the_limits_of_graphql_are_those_of_the_code() -> None:
    in_docs = [row[1].replace(",", "") for row in docs.table("docs/reference/graphql.md", "Limits")]
    expected = [limits.MAX_BYTES, limits.MAX_TOKENS, limits.MAX_DEPTH, limits.MAX_FRAGMENTS, limits.MAX_SELECTIONS,
                limits.MAX_NESTING, limits.MAX_ALIASES, limits.MAX_DIRECTIVES, limits.MAX_OVERLAPS, limits.MAX_COST,
                MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE]  # fmt: skip
    assert in_docs == [str(number) for number in expected]


def test_every_command_is_documented() -> None:
    folder = docs.ROOT / "archive/management/commands"
    expected = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    assert expected <= {
        docs.code(row[0])[0].split()[0] for row in docs.table("docs/reference/commands.md", "manage.py")
    }


def test_every_make_target_is_documented_and_no_other() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", docs.read("Makefile"), re.MULTILINE))
    assert {docs.code(row[0])[0].split()[1] for row in docs.table("docs/reference/commands.md", "make")} == targets


def test_every_required_package_has_its_reason() -> None:
    documented = {_normalized(name) for name in docs.code(docs.read("docs/reference/dependencies.md"))}
    locked = re.findall(r"^([\w.-]+)(?:\[\w+\])?==", docs.read("requirements-dev.txt"), re.MULTILINE)
    assert {_normalized(name) for name in locked} <= documented


def test_the_locks_pin_every_declared_dependency_with_hashes() -> None:
    project = tomllib.loads(docs.read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    for file, declared in {
        "requirements.txt": project["dependencies"],
        "requirements-parquet.txt": [*project["dependencies"], *extras["parquet"]],
        "requirements-dev.txt": [*project["dependencies"], *extras["parquet"], *extras["dev"]],
    }.items():
        locked = dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==\S+ \\\n +(--hash=sha256:)", docs.read(file), re.MULTILINE))
        names = {_normalized(re.match(r"[\w.-]+", requirement)[0]) for requirement in declared}  # type: ignore[index]
        assert names <= {_normalized(name) for name in locked}, file
        assert len(locked) == docs.read(file).count("=="), f"{file}: a package without hashes"


def _normalized(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_data_dictionary_is_up_to_date() -> None:
    call_command("data_dictionary", "--check", verbosity=0)


def test_the_readme_maps_every_folder_and_every_package_of_the_archive() -> None:
    mapped = {path.rstrip("/") for row in docs.table("README.md", "Map") for path in docs.code(row[0])}
    assert not {path for path in mapped if not (docs.ROOT / path).exists()}
    git = subprocess.run(["git", "ls-files", "-z"], cwd=docs.ROOT, capture_output=True, text=True)
    if git.returncode:
        pytest.skip("The map is compared with the files that git tracks.")
    parents = [path.split("/")[:-1] for path in git.stdout.split("\0") if "/" in path]
    folders = {parts[0] for parts in parents} - {"archive"}
    packages = {"/".join(parts[:2]) for parts in parents if parts[0] == "archive" and len(parts) > 1}
    assert folders | packages <= mapped


@pytest.mark.parametrize("page", docs.PAGES, ids=docs.name)
def test_links_are_valid(page: Path) -> None:
    for target in docs.links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{docs.name(page)}: {target}"
        assert not anchor or anchor in docs.anchors(there), f"{docs.name(page)}: {target}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [docs.ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen and page.suffix == ".md":
            seen.add(page)
            waiting += [
                (page.parent / target.partition("#")[0]).resolve() for target in docs.links(page) if target[0] != "#"
            ]
    assert seen == set(docs.PAGES)
