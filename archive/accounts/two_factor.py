"""The second factor: apps that show codes (TOTP, RFC 6238) and recovery codes, stored by django-otp.

Recovery codes are stored as digests under ``SECRET_KEY``: a reader of the database cannot use them. The secrets of apps
are stored in plain text, since the codes are computed from them.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from archive.accounts.audit import AuditDetail, report
from archive.models import AuditAction
from archive.models.base import Record
from archive.visibility import PermissionHolder, Viewer

#: Values of TWO_FACTOR.
OFF, ADMINISTRATORS = "off", "administrators"
RECOVERY_CODES = 10
#: The error of a password or token of a user who lacks the required app.
APP_REQUIRED = "Administrators need a second factor: set it up in the admin, under Sessions, Second factor."
#: Letters and digits that are not mistaken for each other; ten of them have 49 bits.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH, _DIGEST_LENGTH, _DIGITS = 10, 16, 6
_RECOVERY = "recovery codes"


def is_on() -> bool:
    return bool(settings.TWO_FACTOR != OFF)


def is_administrator(user: PermissionHolder) -> bool:
    """Whether the user keeps other users' accounts, and so sees the audit log and everybody's sessions."""
    return user.is_active and user.has_perm("auth.change_user")


def must_give_second_factor(user: PermissionHolder) -> bool:
    """Whether the user's sessions need a code of the second factor."""
    return bool(settings.TWO_FACTOR == ADMINISTRATORS and is_administrator(user))


def lacks_code(user: User | AnonymousUser, session: Mapping[str, Any]) -> bool:
    """Whether the user must give a second factor, and has given none in this session."""
    return must_give_second_factor(user) and not is_verified(user, session)


def lacks_required_app(user: User | AnonymousUser) -> bool:
    """Whether the user needs an app and has none: tokens from before somebody was made an administrator end here."""
    return must_give_second_factor(user) and not has_app(user)


def apps_of(user: Viewer) -> list[TOTPDevice]:
    """The user's apps, the first added first."""
    return list(TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk"))


def has_app(user: Viewer) -> bool:
    """Whether the user has an app, and so signs in with a code."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def codes_left(user: Viewer) -> int:
    """The number of the user's unused recovery codes."""
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=user, confirmed=True))


def is_verified(user: User | AnonymousUser, session: Mapping[str, Any]) -> bool:
    """Whether a code of an app, or a recovery code, was given in this session, and its device not removed since."""
    device = Device.from_persistent_id(session.get(DEVICE_ID_SESSION_KEY, ""))
    return device is not None and device.user_id == user.pk and device.confirmed


def unconfirmed_app(user: User | AnonymousUser, pk: int | None) -> TOTPDevice:
    """The user's unconfirmed app with the key, or else a new one, which replaces all other unconfirmed ones."""
    with transaction.atomic():
        get_user_model()._default_manager.select_for_update().get(username=user.get_username())
        unconfirmed = TOTPDevice.objects.filter(user=user, confirmed=False)
        if (stored := unconfirmed.filter(pk=pk).first()) is not None:
            return stored
        unconfirmed.delete()
        return TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def secret_of(app: TOTPDevice) -> str:
    """The secret in groups of four letters, to be typed."""
    text = b32encode(app.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def confirm(app: TOTPDevice, code: str, name: str) -> bool:
    """Make the app one that signs in, if the code is right."""
    verified = _verified(TOTPDevice, app.pk, _normalized(code))
    if verified is None:
        return False
    TOTPDevice.objects.filter(pk=app.pk).update(confirmed=True, name=name[:64] or "app")
    report(AuditAction.DEVICE, app.user, AuditDetail.APP_ADDED.format(name=name[:64] or "app"))
    return True


def verify(user: User | AnonymousUser, code: str) -> Any:
    """The user's app or set of recovery codes whose code this is, which is used up by that; None if it is wrong.

    A code of the second app is a wrong one of the first: the failures that this counts are taken back.
    """
    device = _matching_device(user, _normalized(code))
    if device is not None:
        _reset_waits(user)
    if isinstance(device, StaticDevice):
        report(AuditAction.DEVICE, user, AuditDetail.CODE_USED.format(count=codes_left(user)))
    return device


def _matching_device(user: User | AnonymousUser, text: str) -> Any:
    if text.isascii() and text.isdecimal() and len(text) == _DIGITS:
        return next((device for app in apps_of(user) if (device := _verified(TOTPDevice, app.pk, text))), None)
    codes = StaticDevice.objects.filter(user=user, confirmed=True).first()
    return _verified(StaticDevice, codes.pk, _digest(user, text)) if codes is not None else None


def _reset_waits(user: User | AnonymousUser) -> None:
    """Forget the failures of all devices whose codes are looked at when the user signs in."""
    for model in (TOTPDevice, StaticDevice):
        failed = model.objects.filter(user=user, confirmed=True).exclude(throttling_failure_count=0)
        failed.update(throttling_failure_count=0, throttling_failure_timestamp=None)


def seconds_to_wait(user: Viewer) -> int:
    """Seconds until a code is looked at again: django-otp doubles the wait with each wrong one."""
    return _longest_wait([*apps_of(user), *StaticDevice.objects.filter(user=user)])


def seconds_to_wait_for(app: TOTPDevice) -> int:
    """Seconds until a code of this app is looked at, which may be one that is being set up."""
    return _longest_wait([app])


def _longest_wait(devices: list[Any]) -> int:
    waits = [0]
    for device in devices:
        allowed, reason = device.verify_is_allowed()
        if not allowed and reason and "locked_until" in reason:
            waits.append(int((reason["locked_until"] - timezone.now()).total_seconds()) + 1)
    return max(waits)


def new_recovery_codes(user: User | AnonymousUser) -> list[str]:
    """Ten new codes instead of those that the user had. They are not shown again."""
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name=_RECOVERY)
        for code in codes:
            device.token_set.create(token=_digest(user, code))
        report(AuditAction.DEVICE, user, AuditDetail.NEW_CODES.value)
    half = _CODE_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def remove_app(user: Viewer, number: int) -> bool:
    """Remove one of the user's apps, with the recovery codes if it is the last; False if it is not there."""
    app = TOTPDevice.objects.filter(user=user, confirmed=True, pk=number).first()
    if app is None:
        return False
    with transaction.atomic():
        app.delete()
        if not has_app(user):
            StaticDevice.objects.filter(user=user).delete()
        report(AuditAction.DEVICE, user, AuditDetail.APP_REMOVED.format(name=app.name))
    return True


def reset(user: Viewer) -> bool:
    """Remove all apps and recovery codes of a user who lost them; False if there were none."""
    with transaction.atomic():
        apps, _ = TOTPDevice.objects.filter(user=user).delete()
        codes, _ = StaticDevice.objects.filter(user=user).delete()
        if apps or codes:
            report(AuditAction.DEVICE, user, AuditDetail.FACTORS_REMOVED.value)
    return bool(apps or codes)


def _verified(model: type[Record], pk: int, token: str) -> Any:
    """The device if the token is right. Its row is locked, so that no token is used twice."""
    with transaction.atomic():
        device = model.objects.select_for_update().filter(pk=pk).first()
        return device if device is not None and device.verify_token(token) else None


def _normalized(code: str) -> str:
    """The code as it is compared: apps show spaces in it, and the page a hyphen."""
    return "".join(code.split()).replace("-", "").lower()[:64]


def _digest(user: User | AnonymousUser, code: str) -> str:
    return salted_hmac(f"archive.accounts.recovery.{user.pk}", code, algorithm="sha256").hexdigest()[:_DIGEST_LENGTH]
