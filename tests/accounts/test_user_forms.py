"""Users and groups in the admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from archive.moments import COOKIE
from tests.support.admin_forms import filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_user_who_logged_in_during_a_repeated_hour_can_be_saved(reading: Client, contributor: Any) -> None:
    """New York's clocks showed 1:30 twice on 4 November 2018."""
    moment = datetime(2018, 11, 4, 5, 30, tzinfo=UTC)
    contributor.last_login = contributor.date_joined = moment
    contributor.save()
    reading.cookies[COOKIE] = "America/New_York"
    address = f"/admin/auth/user/{contributor.pk}/change/"
    response = reading.get(address)
    form = {**filled_in(response), "email": "contributor@archive.example"}
    assert not {name for name in form if name.startswith(("last_login", "date_joined"))}
    assert reading.post(address, form).status_code == 302
    contributor.refresh_from_db()
    assert (contributor.email, contributor.last_login) == ("contributor@archive.example", moment)


@pytest.mark.parametrize("query", ["id__in=99999999999999999999", "name__regex=[", "username__regex=[", "nothing=1"])
@pytest.mark.parametrize("model", ["user", "group"])
def test_a_list_takes_its_own_filters_only(reading: Client, model: str, query: str) -> None:
    response = reading.get(f"/admin/auth/{model}/?{query}", follow=True)
    assert response.status_code == 200
    assert response.redirect_chain == [(f"/admin/auth/{model}/?e=1", 302)]


def test_the_filters_of_users_work(reading: Client, contributor: Any) -> None:
    group = contributor.groups.get()
    for query in (f"groups__id__exact={group.pk}", "is_staff__exact=1", "q=contributor"):
        assert "contributor" in reading.get(f"/admin/auth/user/?{query}").content.decode()
