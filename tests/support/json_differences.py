"""The places where two JSON values differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def differences(got: Any, expected: Any, path: str = "") -> Iterator[str]:
    """Where two JSON values differ; pytest would take minutes for the whole."""
    if isinstance(got, dict) and isinstance(expected, dict) and got.keys() == expected.keys():
        for key in got:
            yield from differences(got[key], expected[key], f"{path}.{key}")
    elif isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        for number, (value, other) in enumerate(zip(got, expected, strict=True)):
            yield from differences(value, other, f"{path}[{number}]")
    elif got != expected:
        yield f"{path}: got {str(got)[:300]}, expected {str(expected)[:300]}"
