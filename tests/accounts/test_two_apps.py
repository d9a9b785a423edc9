"""Users with two apps for codes: which of them a code is of makes no difference."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from archive.accounts.two_factor import codes_left, new_recovery_codes, seconds_to_wait, verify
from tests.accounts.test_two_factor import (
    PAGE,
    PASSWORD,
    app_of,
    code_of,
    forget_wait,
    set_up,
    type_code,
    type_password,
    wrong_code,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mode(settings: Any) -> None:
    settings.TWO_FACTOR = "optional"


def test_codes_of_the_second_app_never_make_wait(editor: Any) -> None:
    first, second = app_of(editor), app_of(editor)
    for _ in range(3):
        TOTPDevice.objects.update(last_t=-1)  # as if time had passed: each code is good once
        assert type_code(type_password("editor")[0], code_of(second)).status_code == 302
        assert seconds_to_wait(editor) == 0
    first.refresh_from_db()
    assert first.throttling_failure_count == 0
    assert type_code(type_password("editor")[0], code_of(first)).status_code == 302


def test_a_right_code_ends_the_waits_of_all_devices(editor: Any) -> None:
    first, second = app_of(editor), app_of(editor)
    codes = new_recovery_codes(editor)
    assert verify(editor, wrong_code(first)) is None
    assert verify(editor, "no-such-code") is None
    assert {device.throttling_failure_count for device in (*TOTPDevice.objects.all(), *StaticDevice.objects.all())} == {
        1
    }
    assert seconds_to_wait(editor) > 0
    forget_wait()
    StaticDevice.objects.update(throttling_failure_count=1)
    assert verify(editor, code_of(second)) == second
    assert not StaticDevice.objects.exclude(throttling_failure_count=0).exists()
    TOTPDevice.objects.update(throttling_failure_count=1)
    assert isinstance(verify(editor, codes[0]), StaticDevice)
    assert seconds_to_wait(editor) == 0
    assert not TOTPDevice.objects.exclude(throttling_failure_count=0).exists()


def test_recovery_codes_remain_while_there_is_another_app(editing: Client, editor: Any) -> None:
    set_up(editing, editor)
    second = app_of(editor)
    editing.post(PAGE, {"remove": second.pk, "password": PASSWORD})
    assert TOTPDevice.objects.filter(user=editor).count() == 1
    assert codes_left(editor) == 10
