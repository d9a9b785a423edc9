"""The content security policy, written once: no page of the archive's asks for a nonce or another policy."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from csp.middleware import CSPMiddleware
from csp.utils import build_policy


class PolicyMiddleware(CSPMiddleware):
    """django-csp's middleware, which builds the same text for each response.

    A response's own wishes (exempt, replace, a nonce) are still heard.
    """

    def process_response(self, request: Any, response: Any) -> Any:
        if has_wishes(request, response) or response.status_code >= 400:
            return super().process_response(request, response)
        response.headers.setdefault("Content-Security-Policy", _usual_policy())
        return response


def has_wishes(request: Any, response: Any) -> bool:
    """Whether the policy of this answer is one of its own."""
    return any(name.startswith("_csp_") for name in vars(response)) or hasattr(request, "_csp_nonce")


@lru_cache(maxsize=1)
def _usual_policy() -> str:
    return build_policy()
