"""Who has a second factor gets a token of the API for name, password and code."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken

from archive.accounts.two_factor import APP_REQUIRED, new_recovery_codes
from archive.models import AuditEntry
from tests.accounts.test_two_factor import PASSWORD, app_of, code_of, forget_wait, wrong_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mode(settings: Any) -> Any:
    settings.TWO_FACTOR = "optional"
    return settings


def get_token(name: str, code: str = "", method: str = "post") -> Any:
    basic = b64encode(f"{name}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"} | ({"One-Time-Code": code} if code else {})
    return getattr(Client(), method)("/api/v1/token/" if method == "post" else "/api/v1/tokens/", headers=headers)


def test_a_token_of_the_api_needs_a_code_of_who_has_an_app(editor: Any) -> None:
    app = app_of(editor)
    refused = get_token("editor")
    [error] = refused.json()["errors"]
    assert (refused.status_code, error["field"], error["got"]) == (401, "One-Time-Code", "none")
    assert refused["WWW-Authenticate"].startswith("Basic")
    assert AuditEntry.objects.first().action == "password_right"  # type: ignore[union-attr]
    answer = get_token("editor", code_of(app))
    assert answer.status_code == 200
    assert AuditEntry.objects.first().action == "signed_in"  # type: ignore[union-attr]
    assert (
        Client().get("/api/v1/tokens/", headers={"Authorization": f"Token {answer.json()['token']}"}).json()["results"]
    )
    assert get_token("editor", code_of(app)).status_code == 401, "a code is good once"


def test_a_recovery_code_gives_a_token_once(editor: Any) -> None:
    app_of(editor)
    code = new_recovery_codes(editor)[0]
    assert get_token("editor", code).status_code == 200
    assert get_token("editor", code).status_code == 401


def test_the_list_of_tokens_needs_the_code_too(editor: Any) -> None:
    app = app_of(editor)
    assert get_token("editor", method="get").status_code == 401
    assert get_token("editor", code_of(app), method="get").json() == {"results": []}


def test_wrong_codes_for_tokens_wait_and_count_as_failed_log_ins(editor: Any) -> None:
    app = app_of(editor)
    wrong = get_token("editor", wrong_code(app))
    assert (wrong.status_code, wrong.json()["detail"]) == (401, "The code is wrong or was used before.")
    waiting = get_token("editor", code_of(app))
    assert (waiting.status_code, int(waiting["Retry-After"]) >= 1) == (429, True)
    for _ in range(9):
        forget_wait()
        get_token("editor", wrong_code(app))
    forget_wait()
    assert get_token("editor", code_of(app)).status_code == 429


def test_a_token_without_a_second_factor_needs_no_code(editor: Any) -> None:
    assert get_token("editor").status_code == 200
    assert get_token("editor", "123456").status_code == 200


def test_switched_off_a_token_needs_no_code(mode: Any, editor: Any) -> None:
    app_of(editor)
    mode.TWO_FACTOR = "off"
    assert get_token("editor").status_code == 200


def test_an_administrator_without_the_app_that_is_demanded_gets_no_token(mode: Any, administrator: Any) -> None:
    mode.TWO_FACTOR = "administrators"
    refused = get_token("administrator")
    assert (refused.status_code, "Second factor" in refused.json()["detail"]) == (401, True)


def reads(token: str) -> list[Any]:
    """Responses of REST, GraphQL and a page, in this order."""
    headers = {"Authorization": f"Token {token}"}
    paths = ("/api/v1/events/", "/graphql/?query={__typename}", "/")
    return [Client().get(path, headers=headers) for path in paths]


def test_a_token_from_before_a_promotion_is_refused_until_there_is_an_app(mode: Any, contributor: Any) -> None:
    mode.TWO_FACTOR, mode.ARCHIVE_PUBLIC = "administrators", False
    token = AuthToken.objects.create(contributor)[1]
    assert [response.status_code for response in reads(token)] == [200, 200, 200]
    contributor.groups.add(Group.objects.get(name="administrator"))
    rest, graphql, page = reads(token)
    assert (rest.status_code, graphql.status_code, page.status_code) == (401, 401, 302)
    mode.ARCHIVE_PUBLIC = True
    rest, graphql, _ = reads(token)
    assert (rest.status_code, rest.json()["detail"]) == (401, APP_REQUIRED)
    assert (graphql.status_code, graphql.json()["errors"][0]["message"]) == (401, APP_REQUIRED)
    app_of(contributor)
    assert [response.status_code for response in reads(token)] == [200, 200, 200]


@pytest.mark.parametrize("value", ["administrators", "optional", "off"])
def test_tokens_of_others_cost_no_more_statements(mode: Any, contributor: Any, value: str) -> None:
    mode.TWO_FACTOR = value
    token = AuthToken.objects.create(contributor)[1]
    reads(token)
    for path in ("/api/v1/events/", "/graphql/?query={events{nodes{slug}}}"):
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(path, headers={"Authorization": f"Token {token}"}).status_code == 200
        assert not [query for query in queries if "otp_" in query["sql"]]
        assert sum("auth_permission" in query["sql"] for query in queries) == 2, "those that drafts need"
