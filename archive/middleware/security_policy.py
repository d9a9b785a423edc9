"""django-csp's middleware with the default policy built once per process."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from csp.middleware import CSPMiddleware
from csp.utils import build_policy


class SecurityPolicyMiddleware(CSPMiddleware):
    """Sets Content-Security-Policy. A response with a policy or a nonce of its own is left to django-csp."""

    def process_response(self, request: Any, response: Any) -> Any:
        if overrides_policy(request, response) or response.status_code >= 400:
            response = super().process_response(request, response)
            if (policy := response.headers.get("Content-Security-Policy")) is not None:
                response.headers["Content-Security-Policy"] = _sort_directives(policy)
            return response
        response.headers.setdefault("Content-Security-Policy", _default_policy())
        return response


def overrides_policy(request: Any, response: Any) -> bool:
    """Whether the response has a policy of its own (django-csp's decorators or a nonce)."""
    return any(name.startswith("_csp_") for name in vars(response)) or hasattr(request, "_csp_nonce")


@lru_cache(maxsize=1)
def _default_policy() -> str:
    return _sort_directives(build_policy())


def _sort_directives(policy: str) -> str:
    """The directives by name: django-csp takes them from a set, whose order differs between processes."""
    return "; ".join(sorted(part.strip() for part in policy.split(";") if part.strip()))
