"""The description of the API is valid, complete, and true: requests made from it get the answers that it promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from knox.models import AuthToken
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from archive.filters import FILTERSETS
from archive.rest.serializers import SERIALIZERS
from archive.timeline.params import COLLECTIONS
from config.wsgi import application
from tests.support.rest_client import RestClient

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def description() -> Any:
    return SchemaGenerator().get_schema(public=True)


def test_the_description_is_valid_and_made_without_a_warning(description: Any) -> None:
    OpenAPIV31SpecValidator(description).validate()
    assert not GENERATOR_STATS
    assert description["openapi"].startswith("3.1")


def test_it_is_served_to_anybody(public: RestClient) -> None:
    answer = public.get("openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_a_timeline_describes_the_filters_of_every_kind(description: Any) -> None:
    listed = description["paths"]["/api/v1/timeline/"]["get"]["parameters"]
    declared = {item["name"]: item for item in listed}
    own = {name for kind in COLLECTIONS.values() for name in FILTERSETS[kind].base_filters}
    assert own - {"date", "date_after", "date_before", "order_by"} <= declared.keys()
    assert {"ruling", "press_statement"} <= {*declared["classification"]["schema"]["items"]["enum"]}


@pytest.mark.parametrize("page", ["StatementPage", "OfficialPage", "SearchPage"])
def test_facets_are_described_as_counts(description: Any, page: str) -> None:
    facets = description["components"]["schemas"][page]["properties"]["facets"]["additionalProperties"]
    assert facets.get("additionalProperties", facets) == {"$ref": "#/components/schemas/CountTable"}


def test_a_record_of_a_past_moment_fits_its_schema(description: Any, public: RestClient) -> None:
    for collection, serializer in SERIALIZERS.items():
        [row] = public.get(f"{collection}/?limit=1").json()["results"]
        past = public.get(f"{collection}/{row['slug']}/?as_of={timezone.now():%Y-%m-%dT%H:%M:%S.%fZ}").json()
        name = serializer.__name__.removesuffix("Serializer")
        schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
        # An empty address fits both choices of a field where formats are not checked.
        errors = [error for error in Draft202012Validator(schema).iter_errors(past) if error.validator != "oneOf"]
        assert not errors, errors


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_every_parameter_of_a_list_is_described(description: Any, collection: str) -> None:
    described = description["paths"][f"/api/v1/{collection}/"]["get"]["parameters"]
    own = {"limit", "cursor", "count", "facets", "fields", "include", "format", "If-None-Match"}
    assert {item["name"] for item in described} == {*FILTERSETS[collection].base_filters, *own, "slug", "as_of"}
    assert all(item["description"] for item in described)


def test_every_operation_tells_its_errors_headers_and_who_may(description: Any) -> None:
    for path, operations in description["paths"].items():
        for method, described in operations.items():
            statuses = set(described["responses"])
            assert described["summary"], (path, method)
            assert "default" in statuses
            if method == "get":
                assert {"200", "304"} <= statuses
                assert {} in described["security"]
                assert "ETag" in described["responses"]["200"]["headers"]
            elif "token" not in path:
                assert {"400", "401", "403"} <= statuses
                assert "X-Change-Reason" in {item["name"] for item in described["parameters"]}
                assert method == "post" or {"404", "412", "428"} <= statuses
    created = description["paths"]["/api/v1/events/"]["post"]
    assert set(created["responses"]["201"]["headers"]) == {"ETag", "Location"}


def test_every_field_of_a_body_is_described(description: Any) -> None:
    schemas = description["components"]["schemas"]
    for serializer in SERIALIZERS.values():
        name = serializer.Meta.model.__name__  # type: ignore[attr-defined]
        writable = {key for key, field in serializer().fields.items() if not field.read_only}
        assert set(schemas[f"{name}Request"]["properties"]) == writable
        assert {*serializer.parts} <= set(schemas[name]["properties"])


def _schemas(node: Any) -> Iterator[dict[str, Any]]:
    """All schemas and whatever else is a mapping."""
    if isinstance(node, dict):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _schemas(below)


def test_dates_and_links_have_names_and_no_type_stands_twice(description: Any) -> None:
    schemas = description["components"]["schemas"]
    assert {"PartialDate", "Link", "TypedLink", "PartialDateInput", "LinkInput", "EventPage", "SpeechActPage"} <= set(
        schemas
    )
    for name, schema in schemas.items():
        for below in _schemas(list(schema.get("properties", {}).values())):
            kinds = below.get("type", "")
            assert isinstance(kinds, str) or len(kinds) == len(set(kinds)), name
            # An object without a name gets one from each generator: EventDateType0.
            assert "properties" not in below, name


def _resolved(schema: Any) -> tuple[str, bool]:
    """The component that a property holds, and whether it may be null."""
    choices = [schema, *schema.get("anyOf", []), *schema.get("allOf", [])]
    references = [item["$ref"].rpartition("/")[2] for item in choices if "$ref" in item]
    return references[0], {"type": "null"} in choices


@pytest.mark.parametrize(("name", "field", "expected"), [
    ("Event", "date", ("PartialDate", False)), ("Statement", "date", ("PartialDate", False)),
    ("Official", "born", ("PartialDate", True)), ("Appointment", "end", ("PartialDate", True)),
    ("Event", "part_of", ("Link", True)), ("Appointment", "official", ("Link", True)),
    ("SpeechAct", "about", ("TypedLink", True)), ("Participation", "party", ("TypedLink", True)),
    ("EventRequest", "date", ("PartialDateInput", False)), ("EventRequest", "part_of", ("LinkInput", True)),
    ("AppointmentRequest", "official", ("LinkInput", False)), ("OfficialRequest", "born", ("PartialDateInput", True)),
])  # fmt: skip
def test_what_may_be_null_is_described_as_such(description: Any, name: str, field: str, expected: Any) -> None:
    assert _resolved(description["components"]["schemas"][name]["properties"][field]) == expected


def test_lists_of_links_hold_no_null(description: Any) -> None:
    properties = description["components"]["schemas"]["Statement"]["properties"]
    assert properties["topics"]["items"] == {"$ref": "#/components/schemas/Link"}
    assert properties["about"]["items"] == {"$ref": "#/components/schemas/TypedLink"}


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_what_always_comes_is_required_and_comes(description: Any, public: RestClient, collection: str) -> None:
    model = SERIALIZERS[collection].Meta.model.__name__  # type: ignore[attr-defined]
    required = set(description["components"]["schemas"][model]["required"])
    parts = set(SERIALIZERS[collection].parts)
    row = public.get(f"{collection}/?limit=1").json()["results"][0]
    assert required == set(row)
    assert not required & parts


def test_there_is_one_type_of_success_and_the_other_formats_are_told(description: Any) -> None:
    for path, operations in description["paths"].items():
        for described in operations.values():
            for status, response in described["responses"].items():
                if status.startswith("2"):
                    assert list(response.get("content", ["application/json"])) == ["application/json"], path
    listed = description["paths"]["/api/v1/events/"]["get"]
    assert set(listed["x-formats"]) == {"jsonl", "csv", "jsonld", "atom", "ics", "bibtex", "ris", "csl", "timelinejs"}
    assert "`csv` (text/csv)" in listed["description"]
    assert "atom" not in description["paths"]["/api/v1/events/{slug}/"]["get"]["x-formats"]


def test_it_says_whose_it_is_and_what_each_tag_means(description: Any) -> None:
    assert description["info"]["license"] == {"name": "MIT", "identifier": "MIT"}
    assert description["info"]["contact"]["name"]
    assert description["servers"][0]["url"] == "/"
    operations = [described for operations in description["paths"].values() for described in operations.values()]
    used = {tag for described in operations for tag in described["tags"]}
    assert {tag["name"] for tag in description["tags"] if tag["description"]} == used
    ids = [described["operationId"] for described in operations]
    assert len(set(ids)) == len(ids)
    assert {"events_list", "events_read", "speech_acts_list", "token_create"} <= set(ids)


@pytest.fixture
def same_connection() -> Iterator[None]:
    """Requests leave the test's connection open, as those of Django's own client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_requests_made_from_it_are_answered_as_it_promises(archive: None, editor: Any, same_connection: None) -> None:
    _, token = AuthToken.objects.create(editor)
    live = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    seen: set[int] = set()
    tried = 0
    for operation in live.get_all_operations():
        promised = operation.ok()

        @settings(
            max_examples=4, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=promised.as_strategy())
        def keeps_its_promise(case: Any) -> None:
            response = case.call(headers={"Authorization": f"Token {token}", "Accept-Encoding": "identity"})
            case.validate_response(response, checks=CHECKS)
            seen.add(response.status_code)

        keeps_its_promise()
        tried += 1
    assert tried >= 7 * len(SERIALIZERS)
    assert {200, 400, 401, 404} <= seen
