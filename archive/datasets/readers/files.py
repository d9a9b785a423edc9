"""The files of a dataset, one after the other, out of a directory or a packed file; nothing is unpacked to the disk."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from archive.datasets import schema
from archive.datasets.problems import DatasetError, Place, Problem, quoted

#: What a packed file may unfold to: so many times its own size, or so many bytes where that is more.
MOST_TIMES, FREE_BYTES = 200, 50_000_000
FIXTURES = (".json", ".yaml", ".yml")
_FORMS = "a directory, .zip, .tar.gz, .csv, .jsonl, .xlsx, or a fixture (.json, .yaml)"


@dataclass(frozen=True, slots=True)
class File:
    """One file: the name that errors give it, and its bytes; read it before the next one is asked for."""

    name: str
    stream: IO[bytes]


#: Told of bytes read so far, and of how many there are.
Told = Callable[[int, int], None]


class Counted(io.RawIOBase):
    """Passes bytes through, tells how many, and stops at a limit."""

    def __init__(self, stream: IO[bytes], told: Callable[[int], None]) -> None:
        self._stream, self._told = stream, told

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._told(len(data))
        return len(data)


class _Progress:
    """Adds up what several files tell."""

    def __init__(self, total: int, told: Told) -> None:
        self.done, self._total, self._told = 0, total, told

    def __call__(self, number: int) -> None:
        self.done += number
        self._told(self.done, self._total)


def files(path: Path, told: Told, form: str = "") -> Iterator[File]:
    """The dataset's files; ``form`` says what a single one is. Raises DatasetError for what can't be read safely."""
    name = path.name.lower() + (f".{form}" if form else "")
    try:
        if path.is_dir():
            yield from _directory(path, told)
        elif not path.is_file():
            raise _wrong(str(path), "no such file or directory", _FORMS)
        elif name.endswith(".zip"):
            yield from _zip(path, told)
        elif name.endswith((".tar.gz", ".tgz", ".tar")):
            yield from _tar(path, told)
        elif name.endswith((*schema.SUFFIXES, ".xlsx", *FIXTURES)):
            with path.open("rb") as stream:
                yield _counted(path.name + name[len(path.name) :], stream, _Progress(path.stat().st_size, told))
        else:
            raise _wrong(path.name, quoted(path.suffix), _FORMS)
    except (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _wrong(path.name, f"a damaged file ({error})", "one that unpacks") from error


def _counted(name: str, stream: IO[bytes], told: Callable[[int], None]) -> File:
    return File(name, io.BufferedReader(Counted(stream, told), 1 << 18))


def _directory(path: Path, told: Told) -> Iterator[File]:
    entries = sorted(entry for entry in path.iterdir() if not _hidden(entry.name))
    root = path.resolve()
    for entry in entries:
        if not entry.resolve().is_relative_to(root):
            raise _wrong(entry.name, "a link that leads out of the directory", "a file in it")
    found = [entry for entry in entries if wanted(entry.name, entry.is_dir())]
    progress = _Progress(sum(entry.stat().st_size for entry in found), told)
    for entry in found:
        with entry.open("rb") as stream:
            yield _counted(entry.name, stream, progress)


def _zip(path: Path, told: Told) -> Iterator[File]:
    with zipfile.ZipFile(path) as packed:
        entries = packed.infolist()
        for entry in entries:
            _refuse_escape(entry.filename, path.name)
            if entry.flag_bits & 1:
                raise _wrong(f"{path.name}/{entry.filename}", "an encrypted file", "one without a password")
        found = [one for one in entries if not one.is_dir() and wanted(_inner(one.filename), False)]
        total = sum(entry.file_size for entry in entries)
        _refuse_bomb(total, path)
        progress = _Progress(total, told)
        for entry in found:
            with packed.open(entry) as stream:
                yield _counted(_inner(entry.filename), stream, progress)


def _tar(path: Path, told: Told) -> Iterator[File]:
    size = path.stat().st_size
    with path.open("rb") as raw:
        packed: Any = raw if path.name.lower().endswith(".tar") else gzip.GzipFile(fileobj=raw)
        unfolded = 0

        def count(number: int) -> None:
            nonlocal unfolded
            unfolded += number
            _refuse_bomb(unfolded, path)
            told(raw.tell(), size)

        with tarfile.open(fileobj=io.BufferedReader(Counted(packed, count), 1 << 18), mode="r|") as archive:
            for entry in archive:
                _refuse_escape(entry.name, path.name)
                if entry.isdir():
                    continue
                if not entry.isreg():
                    raise _wrong(f"{path.name}/{entry.name}", "a link or a device", "plain files only")
                stream = archive.extractfile(entry)
                if stream is not None and wanted(_inner(entry.name), False):
                    yield File(_inner(entry.name), stream)


def _inner(name: str) -> str:
    """The name within the one folder that a packed file may have around its files."""
    parts = [part for part in PurePosixPath(name).parts if part != "."]
    return "/".join(parts[1:] if len(parts) == 2 else parts)


def wanted(name: str, is_directory: bool) -> bool:
    """Whether the file is read. Raises DatasetError for one that nobody would miss until it is too late."""
    if _hidden(name) or name.lower() in schema.BESIDE:
        return False
    if name == schema.DESCRIPTION or (name.endswith(schema.SUFFIXES) and "/" not in name and not is_directory):
        return True
    raise _wrong(
        name, "a file that is not known", f"{schema.DESCRIPTION} and .csv or .jsonl files named as in datasets.md"
    )


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _refuse_escape(name: str, packed: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name.partition("/")[0]:
        raise _wrong(packed, f"a file {quoted(name)} that leads out of it", "files below its own folder")


def _refuse_bomb(unfolded: int, path: Path) -> None:
    most = max(FREE_BYTES, MOST_TIMES * os.path.getsize(path))
    if unfolded > most:
        raise _wrong(
            path.name, f"a file that unfolds to more than {most:,} bytes", f"at most {MOST_TIMES} times its size"
        )


def _wrong(file: str, got: str, expected: str) -> DatasetError:
    return DatasetError(Problem(Place(file), "", got, expected))
