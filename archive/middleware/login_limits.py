"""django-axes' handler with the archive's limits on failed log-ins: by account and address, by address, by account.

Somebody who guesses from elsewhere must not shut out the owner of an account, so there are two sorts of limits. An
address from which the account logged in before has one: its own failures for that account. Other addresses have a limit
over all accounts too, and once an account has many failures in all, each of them has one try, and each network around
it a few more. Above ``CEILING`` they share some tries a minute: guessing is slow then, but the owner at a new address
still gets a turn.

Every check comes before a password is hashed. Attempts that are refused are not counted, so that a lock always ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from archive.accounts.audit import signed_in_before
from archive.middleware.client_address import networks
from archive.web.errors import too_many_requests

#: How long a failure counts.
WINDOW = timedelta(hours=settings.AXES_COOLOFF_TIME)
#: Failures of one address over all accounts.
ADDRESS_LIMIT = 30
#: Failures of one account, after which the limits below hold: with four windows an hour, 100 (OWASP ASVS 2.2.1).
ACCOUNT_LIMIT = 25
#: Of an account above its limit: failures of one address, and of each network around it (``networks``).
ADDRESS_TRIES, NETWORK_TRIES = 1, (ACCOUNT_LIMIT + 10, ACCOUNT_LIMIT + 50)
#: Failures of an account after which all new addresses share these tries a minute.
CEILING, TRIES_A_MINUTE = 100, 5
#: How long a successful log-in vouches for its address.
RECORD = timedelta(days=90)
_MAX_NAME = 255

Failures = Iterable[tuple[datetime, int]]


class LoginLimits(AxesDatabaseHandler):
    """Stores failures as django-axes does, and decides by the limits of this module."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Also leaves the seconds until the next try on the request, for Retry-After."""
        account = get_client_username(request, credentials)
        request.login_retry_after = seconds_to_wait(account, request.axes_ip_address, request.axes_attempt_time)
        return bool(request.login_retry_after)


def seconds_to_wait(account: str, address: str | None, now: datetime) -> int:
    """Seconds until an address may try a password for an account again; 0 where it may now."""
    rows = [
        (name, None if where is None else str(where), time, count)
        for name, where, time, count in AccessAttempt.objects.filter(
            Q(username=account) | Q(ip_address=address), attempt_time__gt=now - WINDOW
        ).values_list("username", "ip_address", "attempt_time", "failures_since_start")
    ]
    of_account = [(where, time, count) for name, where, time, count in rows if name == account]
    of_pair = [(time, count) for where, time, count in of_account if where == address]
    own = _wait(of_pair, settings.AXES_FAILURE_LIMIT, now)
    # Nobody at this address failed for another account, and the account is not attacked: no need to look further.
    if sum(row[3] for row in rows) < min(ACCOUNT_LIMIT, ADDRESS_LIMIT) or signed_in_before(
        account, address, now - RECORD
    ):
        return own
    of_address = [(time, count) for _, where, time, count in rows if where == address]
    return max(own, _wait(of_address, ADDRESS_LIMIT, now), _under_attack(of_account, address, now))


def account_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The account that is tried, as django-axes' tables can hold it."""
    fields = credentials if credentials else getattr(request, "POST", {})
    return str(fields.get("username") or "").replace("\0", "")[:_MAX_NAME]


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Mapping[str, object] | None = None
) -> HttpResponse:
    """The page for a log-in that is refused. REST answers with a problem of its own."""
    return too_many_requests(request, getattr(request, "login_retry_after", 0) or int(WINDOW.total_seconds()))


def _under_attack(failures: list[tuple[str | None, datetime, int]], address: str | None, now: datetime) -> int:
    """Seconds that a new address must wait, because of the failures of the account from everywhere."""
    in_all = [(time, count) for _, time, count in failures]
    if not _wait(in_all, ACCOUNT_LIMIT, now):
        return 0
    waits = [_wait([(time, count) for where, time, count in failures if where == address], ADDRESS_TRIES, now)]
    for network, tries in zip(networks(address), NETWORK_TRIES, strict=False):
        inside = [(time, count) for where, time, count in failures if network in networks(where)]
        waits.append(_wait(inside, tries, now))
    if _wait(in_all, CEILING, now):
        waits.append(_wait(in_all, TRIES_A_MINUTE, now, timedelta(minutes=1)))
    return max(waits)


def _wait(failures: Failures, limit: int, now: datetime, window: timedelta = WINDOW) -> int:
    """Seconds until fewer failures than the limit lie within the window."""
    total = 0
    for time, count in sorted(failures, reverse=True):
        if time <= now - window:
            break
        total += count
        if total >= limit:
            return max(1, ceil((time + window - now).total_seconds()))
    return 0
