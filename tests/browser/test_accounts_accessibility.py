"""The pages of sessions, the audit log and the second factor: axe-core finds no fault, and 320 px hold them."""

from __future__ import annotations

from base64 import b32decode
from collections.abc import Callable, Iterator

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page, expect

from tests.browser.test_workflow_accessibility import look, open_as  # noqa: F401 (fixtures)
from tests.support import servers
from tests.support.browser_pages import OpenAs, press

pytestmark = [
    pytest.mark.browser, pytest.mark.node, pytest.mark.xdist_group("browser"), pytest.mark.slow,
]  # fmt: skip

_ADMINISTRATOR = """
from django.contrib.auth.models import Group, User
user = User.objects.create_user("ada", password="chancery-demo", is_staff=True)
user.groups.add(Group.objects.get(name="administrator"))
"""


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo with an administrator, who must have a second factor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWO_FACTOR", "administrators")
        with servers.demo_site("accounts", tmp_path_factory.mktemp("accounts"), _ADMINISTRATOR) as address:
            yield address


def test_the_pages_of_accounts(open_as: OpenAs, look: Callable[[Page, str], None]) -> None:  # noqa: F811
    open_as("editor")
    ada = open_as("ada")
    expect(ada.locator(".notice")).to_contain_text("Set it up to go on.")
    look(ada, "set-up")
    key = b32decode(ada.locator(".secret").inner_text().replace(" ", ""))
    ada.fill("#id_name", "my phone")
    ada.fill("#id_code", "not yet")
    ada.fill("#id_password", "a guess")
    press(ada, "[name=set_up]")
    look(ada, "set-up with an error")
    ada.fill("#id_code", f"{totp(key):06d}")
    ada.fill("#id_password", "chancery-demo")
    press(ada, "[name=set_up]")
    codes = ada.locator(".recovery-codes code").all_inner_texts()
    look(ada, "recovery codes")
    press(ada, "text=I have them")
    for address in ("second-factor/", "sessions/", "sessions/?who=*", "sessions/?who=editor", "audit/"):
        ada.goto(f"/admin/archive/{address}", wait_until="load")
        look(ada, address)
    press(ada, "#logout-form button")
    ada.goto("/admin/login/?next=/admin/archive/audit/", wait_until="load")
    ada.fill("#id_username", "ada")
    ada.fill("#id_password", "chancery-demo")
    press(ada, "#login-form [type=submit]")
    look(ada, "code at log-in")
    ada.fill("#id_code", codes[0])
    press(ada, "#login-form [type=submit]")
    expect(ada.locator("#audit-log")).to_contain_text("recovery code used, 9 left")
