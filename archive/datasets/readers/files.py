"""The files of a dataset, from a directory, an archive or a single file; archives are never unpacked to disk.

Raises DatasetError for paths that leave the dataset, zip bombs, encrypted files and what is not UTF-8.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from archive.datasets import schema
from archive.datasets.problems import DatasetError, Location, Problem, quote_value

#: An archive may unpack to so many times its size, or to so many bytes if that is more.
MAX_UNPACKED_RATIO, MIN_UNPACKED_LIMIT = 200, 50_000_000
#: The most bytes that an archive may unpack to.
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_LINE_BYTES = 10_000_000
FIXTURE_SUFFIXES = (".json", ".yaml", ".yml")
#: Files of other formats, which a mapping is for.
MAPPED_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx")
_MAPPED = "a .csv, .tsv, .txt, .json, .jsonl or .xlsx file, or one of these in a .zip"
_ACCEPTED = "a directory, .zip, .tar.gz, .csv, .tsv, .jsonl, .xlsx, or a fixture (.json, .yaml)"
_BUFFER_BYTES = 1 << 18
_SIGNATURES = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\x1f\x8b": "a packed file", b"PK": "a packed file"}

#: Called with the bytes read so far and the total.
ProgressCallback = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class File:
    """A file: the name that messages give it, and its bytes, to be read before the next file."""

    name: str
    stream: IO[bytes]


class CountingStream(io.RawIOBase):
    """A readable stream that reports the size of each read."""

    def __init__(self, stream: IO[bytes], on_read: Callable[[int], None]) -> None:
        self._stream, self._on_read = stream, on_read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._on_read(len(data))
        return len(data)


class _Progress:
    """Adds up the bytes read of several files."""

    def __init__(self, total: int, callback: ProgressCallback) -> None:
        self.done, self._total, self._callback = 0, total, callback

    def __call__(self, size: int) -> None:
        self.done += size
        self._callback(self.done, self._total)


def read_files(path: Path, progress: ProgressCallback, file_format: str = "") -> Iterator[File]:
    """The dataset's files; ``file_format`` is the format of a single file without a suffix. Raises DatasetError."""
    name = path.name.lower() + (f".{file_format}" if file_format else "")
    try:
        if path.is_dir():
            yield from _directory(path, progress)
        elif not path.is_file():
            raise _error(str(path), "no such file or directory", _ACCEPTED)
        elif name.endswith(".zip"):
            yield from _zip(path, progress, is_read)
        elif name.endswith((".tar.gz", ".tgz", ".tar")):
            yield from _tar(path, progress)
        elif name.endswith((*schema.RECORD_SUFFIXES, ".xlsx", *FIXTURE_SUFFIXES)):
            with path.open("rb") as stream:
                file_name = path.name + name[len(path.name) :]
                yield _counted(file_name, stream, _Progress(path.stat().st_size, progress))
        else:
            raise _error(path.name, quote_value(path.suffix), _ACCEPTED)
    except (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _error(path.name, f"a damaged file ({error})", "one that unpacks") from error


def read_mapped_file(path: Path, progress: ProgressCallback, file_format: str = "") -> Iterator[File]:
    """The file that a mapping is for, alone or the only one in a ZIP archive. Raises DatasetError."""
    name = path.name + (f".{file_format}" if file_format else "")
    if path.is_dir() or not path.is_file():
        got = "a directory" if path.is_dir() else "no such file"
        raise _error(str(path), got, f"one file, such as {_MAPPED}")
    if name.lower().endswith(".zip"):
        try:
            yield from _zip(path, progress, _is_mapped)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise _error(path.name, f"a damaged file ({error})", "one that unpacks") from error
        return
    _is_mapped(name, False)
    with path.open("rb") as stream:
        yield _counted(name, stream, _Progress(path.stat().st_size, progress))


def _is_mapped(name: str, is_directory: bool) -> bool:
    """Whether a file is one that a mapping is for. Raises DatasetError for one that is neither that nor ignored."""
    if _is_hidden(name) or name.lower() in schema.IGNORED_FILES or is_directory:
        return False
    if name.lower().endswith(MAPPED_SUFFIXES):
        return True
    raise _error(name, quote_value(PurePosixPath(name).suffix), _MAPPED)


def read_lines(file: File, encoding: str = "utf-8") -> Iterator[str]:
    """The lines of a file, with their ends, without a byte order mark. Raises DatasetError with the line."""
    number = 0
    while data := file.stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            for signature, other in _SIGNATURES.items():
                if data.startswith(signature):
                    raise _error(file.name, other, "a text file in UTF-8; in Excel, save as CSV UTF-8")
            if b"\0" in data[:2]:
                raise _error(file.name, "UTF-16 or UTF-32", "a text file in UTF-8; in Excel, save as CSV UTF-8")
            data = data.removeprefix(b"\xef\xbb\xbf")
        if len(data) > MAX_LINE_BYTES:
            raise _error(file.name, f"more than {MAX_LINE_BYTES:,} bytes in one line", "shorter lines", number)
        try:
            yield data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding != "utf-8":
                got = f"the byte {data[error.start]:#04x} at {error.start + 1}"
                raise _error(file.name, got, f"a file in {encoding}, as the mapping says", number) from error
            # The bytes near it in the encoding that Western spreadsheets write: the user recognizes the word.
            context = data[max(0, error.start - 12) : error.start + 12].decode("cp1252", errors="replace")
            text = "".join(letter if letter.isprintable() else " " for letter in context).strip()
            got = f"the byte {data[error.start]:#04x} at {error.start + 1} (in Windows-1252 it would read '{text}')"
            raise _error(file.name, got, "UTF-8; save the file again in that encoding", number) from error


def is_read(name: str, is_directory: bool) -> bool:
    """Whether a file of the dataset is read. Raises DatasetError for one that is neither read nor ignored."""
    if _is_hidden(name) or name.lower() in schema.IGNORED_FILES:
        return False
    is_record_file = name.lower().endswith(schema.RECORD_SUFFIXES) and "/" not in name and not is_directory
    if name.lower() == schema.METADATA_FILE or is_record_file:
        return True
    expected = f"{schema.METADATA_FILE} and .csv, .tsv or .jsonl files named as in datasets.md"
    raise _error(name, "an unknown file", expected)


def _counted(name: str, stream: IO[bytes], on_read: Callable[[int], None]) -> File:
    return File(name, io.BufferedReader(CountingStream(stream, on_read), _BUFFER_BYTES))


def _directory(path: Path, progress: ProgressCallback) -> Iterator[File]:
    entries = sorted(entry for entry in path.iterdir() if not _is_hidden(entry.name))
    root = path.resolve()
    for entry in entries:
        if not entry.resolve().is_relative_to(root):
            raise _error(entry.name, "a link that leads out of the directory", "a file in it")
    entries = [entry for entry in entries if is_read(entry.name, entry.is_dir())]
    on_read = _Progress(sum(entry.stat().st_size for entry in entries), progress)
    for entry in entries:
        with entry.open("rb") as stream:
            yield _counted(entry.name, stream, on_read)


def _zip(path: Path, progress: ProgressCallback, is_read: Callable[[str, bool], bool]) -> Iterator[File]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        for entry in entries:
            _refuse_escape(entry.filename, path.name)
            if entry.flag_bits & 1:
                raise _error(f"{path.name}/{entry.filename}", "an encrypted file", "one without a password")
        files = [entry for entry in entries if not entry.is_dir() and is_read(_inner_name(entry.filename), False)]
        total = sum(entry.file_size for entry in entries)
        _refuse_bomb(total, path)
        on_read = _Progress(total, progress)
        for entry in files:
            with archive.open(entry) as stream:
                yield _counted(_inner_name(entry.filename), stream, on_read)


def _tar(path: Path, progress: ProgressCallback) -> Iterator[File]:
    size = path.stat().st_size
    with path.open("rb") as raw:
        unpacked: Any = raw if path.name.lower().endswith(".tar") else gzip.GzipFile(fileobj=raw)
        unpacked_size = 0

        def on_read(length: int) -> None:
            nonlocal unpacked_size
            unpacked_size += length
            _refuse_bomb(unpacked_size, path)
            progress(raw.tell(), size)

        stream = io.BufferedReader(CountingStream(unpacked, on_read), _BUFFER_BYTES)
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for entry in archive:
                _refuse_escape(entry.name, path.name)
                if entry.isdir():
                    continue
                if not entry.isreg():
                    raise _error(f"{path.name}/{entry.name}", "a link or a device", "plain files only")
                content = archive.extractfile(entry)
                if content is not None and is_read(_inner_name(entry.name), False):
                    yield File(_inner_name(entry.name), content)


def _inner_name(name: str) -> str:
    """The name without the one folder that an archive may have around its files."""
    parts = [part for part in PurePosixPath(name).parts if part != "."]
    return "/".join(parts[1:] if len(parts) == 2 else parts)


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _refuse_escape(name: str, archive: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name.partition("/")[0]:
        raise _error(archive, f"a file {quote_value(name)} that leads out of it", "files below its own folder")


def _refuse_bomb(unpacked_size: int, path: Path) -> None:
    limit = max(MIN_UNPACKED_LIMIT, MAX_UNPACKED_RATIO * path.stat().st_size)
    if unpacked_size > min(limit, MAX_UNPACKED_BYTES):
        got = f"a file that unpacks to more than {min(limit, MAX_UNPACKED_BYTES):,} bytes"
        expected = f"at most {MAX_UNPACKED_RATIO} times its size"
        if limit > MAX_UNPACKED_BYTES:
            expected = "at most that many: load it in several parts, or unpack it and load the directory"
        raise _error(path.name, got, expected)


def _error(file: str, got: str, expected: str, line: int = 0) -> DatasetError:
    return DatasetError(Problem(Location(file, line), "", got, expected))
