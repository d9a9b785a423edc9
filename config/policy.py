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
            response = super().process_response(request, response)
            if (policy := response.headers.get("Content-Security-Policy")) is not None:
                response.headers["Content-Security-Policy"] = _in_order(policy)
            return response
        response.headers.setdefault("Content-Security-Policy", _usual_policy())
        return response


def has_wishes(request: Any, response: Any) -> bool:
    """Whether the policy of this answer is one of its own."""
    return any(name.startswith("_csp_") for name in vars(response)) or hasattr(request, "_csp_nonce")


@lru_cache(maxsize=1)
def _usual_policy() -> str:
    return _in_order(build_policy())


def _in_order(policy: str) -> str:
    """The directives by name: django-csp has them in the order of a set, another one in each process."""
    return "; ".join(sorted(part.strip() for part in policy.split(";") if part.strip()))
