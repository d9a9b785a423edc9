"""The description of the API is valid, complete, and true: requests made from it get the answers that it promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from knox.models import AuthToken
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from archive.filters import FILTERSETS
from archive.rest.serializers import SERIALIZERS
from config.wsgi import application
from tests.rest.asking import Asker

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def description() -> Any:
    return SchemaGenerator().get_schema(public=True)


def test_the_description_is_valid_and_made_without_a_warning(description: Any) -> None:
    validate_schema(description)
    assert not GENERATOR_STATS
    assert description["openapi"].startswith("3.1")


def test_it_is_served_to_anybody(public: Asker) -> None:
    answer = public.get("openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_every_parameter_of_a_list_is_described(description: Any, collection: str) -> None:
    told = description["paths"][f"/api/v1/{collection}/"]["get"]["parameters"]
    own = {"limit", "cursor", "count", "fields", "include", "format", "If-None-Match"}
    assert {one["name"] for one in told} == {*FILTERSETS[collection].base_filters, *own}
    assert all(one["description"] for one in told)


def test_every_operation_tells_its_errors_headers_and_who_may(description: Any) -> None:
    for path, operations in description["paths"].items():
        for method, told in operations.items():
            statuses = set(told["responses"])
            assert told["summary"], (path, method)
            assert "default" in statuses
            if method == "get":
                assert {"200", "304"} <= statuses
                assert {} in told["security"]
                assert "ETag" in told["responses"]["200"]["headers"]
            elif "token" not in path:
                assert {"400", "401", "403"} <= statuses
                assert "X-Change-Reason" in {one["name"] for one in told["parameters"]}
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
