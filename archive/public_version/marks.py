"""How a door says that an answer depends on nothing but the question and what the public can read."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def public_answer(response: T) -> T:
    """Mark an answer that may be given again, to anybody who may see only what is published, at the same version."""
    response.is_public_answer = True  # type: ignore[attr-defined]
    return response


def is_public_answer(response: Any) -> bool:
    return getattr(response, "is_public_answer", False)
