"""System checks of settings that are safe each by itself and not together."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def proxies_are_named(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """Behind a proxy that is not named all clients share its address."""
    if not settings.BEHIND_PROXY or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "BEHIND_PROXY is true and TRUSTED_PROXIES is empty: all clients have the proxy's address, so that "
            "anybody's wrong passwords lock out others.",
            hint="Set TRUSTED_PROXIES to the proxy's address, such as 127.0.0.1, and let it send X-Forwarded-For.",
            id="chancery.W001",
        )
    ]
