"""Reads a JSON body, and refuses what the archive can't keep: no value of it reaches a record otherwise."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class StrictParser(JSONParser):
    """JSON in UTF-8: no NaN, no name twice in an object, no half of a character. Raises ParseError."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read()
        try:
            value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_once)
            if _SURROGATE.search(raw):
                json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise ParseError("The body holds half of a surrogate pair, expected whole characters.") from error
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8: got byte {raw[error.start]:#x} at {error.start}.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
        return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"got {word}, expected a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name '{twice[:64]}' stands twice in one object")
    return found
