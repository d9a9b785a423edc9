"""``dataset.yaml``: what the dataset is, whose, and under which licence; the reason of each revision that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from archive.datasets import schema
from archive.datasets.problems import DatasetError, Place, Problem, Problems, quoted
from archive.sql.suggestions import suggest_word

_MOST_BYTES = 65_536
_FIELDS = ("title", "licence", "publisher", "version")


@dataclass(frozen=True, slots=True)
class Description:
    """Title, licence, publisher and version; empty where not said."""

    title: str = ""
    licence: str = ""
    publisher: str = ""
    version: str = ""

    def reason(self) -> str:
        """What the history of a record says about its coming from here: one line."""
        told = [f"version {self.version}" if self.version else "", self.publisher, self.licence]
        details = ", ".join(word for word in told if word)
        return f"{self.mark()}{f' ({details})' if details else ''}"

    def mark(self) -> str:
        """How the reasons of all versions of this dataset begin."""
        return f'Loaded from "{self.title}"' if self.title else "Loaded from a dataset"


def read(data: bytes, file: str, problems: Problems) -> Description:
    """Read the file's text. Raises DatasetError for what is no short YAML mapping without anchors."""
    if len(data) > _MOST_BYTES:
        raise _refused(file, f"{len(data):,} bytes", f"at most {_MOST_BYTES:,}")
    try:
        refuse_aliases(data, file)
        found = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise _refused(file, f"{getattr(error, 'problem', None) or error}{where}", "YAML") from error
    if found is None:
        return Description()
    if not isinstance(found, dict):
        raise _refused(file, f"a {type(found).__name__}", "lines such as title: Talks of July 2019")
    return Description(**_values(found, file, problems))


def _values(found: dict[Any, Any], file: str, problems: Problems) -> dict[str, str]:
    values = {}
    for key, value in found.items():
        if key not in schema.DESCRIPTION_KEYS:
            near = suggest_word(str(key), list(schema.DESCRIPTION_KEYS))
            expected = f"one of {', '.join(schema.DESCRIPTION_KEYS)}"
            problems.add(Problem(Place(file), "", quoted(str(key)), expected, near, "unknown key"))
        elif isinstance(value, (dict, list)):
            problems.add(Problem(Place(file), key, f"a {type(value).__name__}", "one value", sort="key"))
        elif key in _FIELDS and value is not None:
            values[key] = " ".join(str(value).split())
    return values


def refuse_aliases(data: bytes | str, file: str) -> None:
    """An alias can make a few lines of YAML unfold into gigabytes. Raises DatasetError; YAMLError for what is none."""
    for token in yaml.scan(data, Loader=yaml.CSafeLoader):
        if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
            line = token.start_mark.line + 1
            raise _refused(file, f"an anchor or alias in line {line}", "YAML without any: write the value out")


def _refused(file: str, got: str, expected: str) -> DatasetError:
    return DatasetError(Problem(Place(file), "", got, expected))
