"""Strict JSON: what it refuses, and that hostile texts cost no more than others of their length."""

from __future__ import annotations

import pytest

from archive.strict_json import (
    _BRACKET_OR_STRING,
    MAX_NESTING,
    NestingError,
    RepeatedKeyError,
    parse_json,
    refuse_deep_nesting,
)


@pytest.mark.parametrize(
    "text", ["[" * MAX_NESTING + "]" * MAX_NESTING, '["' + "[" * 99 + '"]', '["\\"' + "[" * 99 + '"]']
)
def test_brackets_in_strings_are_no_nesting(text: str) -> None:
    parse_json(text)


@pytest.mark.parametrize("text", ["[" * 65 + "]" * 65, '{"a":' * 65 + "1" + "}" * 65, '["\\\\"' + ",[" * 65 + "]" * 66])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(NestingError):
        parse_json(text)


def test_a_repeated_key_is_named() -> None:
    with pytest.raises(RepeatedKeyError, match="the name 'b' occurs twice"):
        parse_json('{"a": {"c": 1, "b": 2, "b": 3}}')


def test_a_string_that_does_not_end_is_read_once() -> None:
    text = "[],".join([""] * MAX_NESTING) + '"' + '\\"' * 10_000
    refuse_deep_nesting("[" + text)
    assert len(_BRACKET_OR_STRING.findall(text)) == 2 * (MAX_NESTING - 1) + 1
