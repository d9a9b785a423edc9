"""Reads a publisher's XML strictly: every field that is mapped is taken out, and what is left is complained about.

Nothing here knows of officials or trips; a third dataset of the same publisher needs no change.
"""

from __future__ import annotations

import lzma
import tarfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

#: The files of each source that a converter has read.
_READ: dict[Path, set[str]] = {}
#: Values that are shown of a field that nobody mapped: enough to see which forms it has.
_SAMPLES = 3


class ConversionError(Exception):
    """A file that can't be read; the message says which, what was got and what was expected."""


class Audit:
    """Counts what was mapped, what was left out on purpose, what nobody mapped; and keeps what was odd."""

    def __init__(self) -> None:
        self.mapped: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.unmapped: Counter[str] = Counter()
        #: Path -> some of the values that stand there, of what nobody mapped.
        self.samples: dict[str, list[str]] = {}
        self.oddities: list[str] = []
        #: Folder -> number of its files, of those that were left unread on purpose and of those that nobody named.
        self.left_files: Counter[str] = Counter()
        self.unread_files: Counter[str] = Counter()

    def odd(self, where: str, told: str) -> None:
        self.oddities.append(f"{where}: {told}")

    def count_files(self, unread: Counter[str], left: tuple[str, ...]) -> None:
        """Take stock of the files that were not read; ``left`` names the folders that are left on purpose."""
        for folder, count in unread.items():
            (self.left_files if folder in left else self.unread_files)[folder] += count

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read at all."""
        return not (self.mapped or self.left_out or self.unmapped)

    def complain(self, path: str, value: str | None) -> None:
        """Count what was not mapped, and keep the first values of each."""
        self.unmapped[path] += 1
        kept, text = self.samples.setdefault(path, []), " ".join((value or "").split())[:40]
        if text and len(kept) < _SAMPLES and text not in kept:
            kept.append(text)

    def lines(self) -> Iterator[str]:
        for title, counts in (("mapped", self.mapped), ("left out on purpose", self.left_out)):
            yield f"{title}: {sum(counts.values()):,} fields"
            yield from (f"  {count:>6,} {path}" for path, count in sorted(counts.items()))
        yield f"NOT MAPPED: {sum(self.unmapped.values()):,} fields"
        for path, count in sorted(self.unmapped.items()):
            samples = ", ".join(f"'{one}'" for one in self.samples.get(path, ()))
            yield f"  {count:>6,} {path}{f': {samples}' if samples else ''}"
        for title, counts in (("files left out on purpose", self.left_files), ("FILES NOT READ", self.unread_files)):
            yield f"{title}: {sum(counts.values()):,}"
            yield from (f"  {count:>6,} {folder}" for folder, count in sorted(counts.items()))
        yield f"odd: {len(self.oddities):,}"
        yield from (f"  {told}" for told in self.oddities)


class Fields:
    """One element, whose children and attributes are taken one by one. Call :meth:`end` when all is taken."""

    def __init__(self, element: Any, audit: Audit, path: str = "") -> None:
        self.element, self.audit = element, audit
        self.path = f"{path}/{element.tag}" if path else str(element.tag)
        self._children = list(element)
        self._attributes = dict(element.attrib)

    def text(self, name: str) -> str:
        """The text of the one child of that name, white space joined; empty where it is blank or missing."""
        found = self._take(name)
        if len(found) > 1:
            self.audit.odd(self.path, f"{len(found)} elements {name}, the first was taken")
        if not found:
            return ""
        self.audit.mapped[f"{self.path}/{name}"] += 1
        for attribute, value in found[0].attrib.items():
            self.audit.complain(f"{self.path}/{name}@{attribute}", value)
        return " ".join("".join(found[0].itertext()).split())

    def peek(self, name: str) -> str:
        """The text of the child of that name, which is not taken by it."""
        return (self.element.findtext(name) or "").strip()

    def own(self) -> str:
        """The text of the element itself."""
        self.audit.mapped[self.path] += 1
        return " ".join("".join(self.element.itertext()).split())

    def texts(self, name: str) -> list[str]:
        """The texts of all children of that name, blank ones left out."""
        found = self._take(name)
        self.audit.mapped[f"{self.path}/{name}"] += len(found)
        return [text for one in found if (text := " ".join("".join(one.itertext()).split()))]

    def attribute(self, name: str) -> str:
        self.audit.mapped[f"{self.path}@{name}"] += name in self._attributes
        return self._attributes.pop(name, "").strip()

    def inner(self, name: str) -> Fields:
        """The child of that name, to take from; an empty one where it is missing."""
        found = self._take(name)
        return Fields(found[0] if found else ElementTree.fromstring(f"<{name}/>"), self.audit, self.path)

    def each(self, name: str) -> Iterator[Fields]:
        """All children of that name, to take from."""
        for one in self._take(name):
            yield Fields(one, self.audit, self.path)

    def leave(self, *names: str) -> None:
        """Children, or with an @ before them attributes, that have no place in the archive."""
        for name in names:
            if name.startswith("@"):
                count = int(self._attributes.pop(name[1:], None) is not None)
            else:
                count = len(self._take(name))
            if count:
                self.audit.left_out[f"{self.path}{'' if name.startswith('@') else '/'}{name}"] += count

    def end(self) -> None:
        """Complain about what was not taken, and about all that is in it."""
        for name, value in self._attributes.items():
            self.audit.complain(f"{self.path}@{name}", value)
        for child in self._children:
            self.audit.complain(f"{self.path}/{child.tag}", child.text)
            Fields(child, self.audit, self.path).end()

    def _take(self, name: str) -> list[Any]:
        found = [child for child in self._children if child.tag == name]
        self._children = [child for child in self._children if child.tag != name]
        return found


def documents(source: Path, folders: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Path and root element of each XML file below these folders of a directory or a .tar.xz, in order; or of all.

    Nothing is unpacked to the disk. Raises ConversionError for what is neither, and for XML that is broken or has
    entities.
    """
    for name, data in _files(source):
        if not folders or any(part in folders for part in PurePosixPath(name).parts[:-1]):
            _READ.setdefault(source, set()).add(name)
            try:
                yield name, ElementTree.fromstring(data, forbid_dtd=True)
            except DefusedXmlException as error:
                raise ConversionError(f"{name}: got a document type or entities, expected plain XML") from error
            except ElementTree.ParseError as error:
                raise ConversionError(f"{name}: got no XML ({error}), expected a well-formed file") from error


def unread(source: Path) -> Counter[str]:
    """Folder -> number of its XML files that no call of :func:`documents` has given; "." is the source's own folder."""
    paths = [PurePosixPath(name) for name, _ in _files(source)]
    around = len({path.parts[0] for path in paths}) == 1 and all(len(path.parts) > 1 for path in paths)
    read = _READ.get(source, set())
    below = [path.parts[around:] for path in paths if str(path) not in read]
    return Counter(parts[0] if len(parts) > 1 else "." for parts in below)


def folders_with_xml(source: Path) -> list[str]:
    """The folders in which there is any."""
    return sorted({str(PurePosixPath(name).parent) for name, _ in _files(source)})


@cache
def _files(source: Path) -> list[tuple[str, bytes]]:
    """All XML files, some 20 MB. A packed file is read once from end to end: to seek in it is to unpack it anew."""
    if source.is_dir():
        return [(path.relative_to(source).as_posix(), path.read_bytes()) for path in sorted(source.rglob("*.xml"))]
    found = []
    try:
        with tarfile.open(source, "r|*") as packed:
            for member in packed:
                stream = packed.extractfile(member) if member.isfile() and member.name.endswith(".xml") else None
                if stream is not None:
                    found.append((member.name, stream.read()))
    except (OSError, EOFError, lzma.LZMAError, tarfile.TarError) as error:
        raise ConversionError(f"{source}: got {error}, expected a directory or a .tar.xz of the publisher's") from error
    return sorted(found)
