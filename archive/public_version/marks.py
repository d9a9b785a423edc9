"""What a door and what stands before it tell each other about a public answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")
#: Under this, the environment that a server gives has the error that asking for its answer has ended with already.
FAILED = "archive.failed"


def public_answer(response: T) -> T:
    """Mark an answer that depends on nothing but the question and what the public can read.

    It may be given again, to anybody who may see only what is published, at the same version.
    """
    response.is_public_answer = True  # type: ignore[attr-defined]
    return response


def is_public_answer(response: Any) -> bool:
    return getattr(response, "is_public_answer", False)


def raise_failed(environment: Mapping[str, Any]) -> None:
    """What was asked in vain is not asked a second time: the door says what went wrong."""
    if (error := environment.get(FAILED)) is not None:
        raise error
