"""The structure of files that may be attached: whether one is whole, from its first part to its last.

The parts are read as the format lays them out, and skipped by their lengths, so that a large file is never in memory.
What they hold (pixels, fonts, scripts, checksums) is not read: a file that passes may still be damaged or malicious.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable
from typing import IO

from django.utils.translation import gettext

from archive.attachments.file_types import JPEG, PDF, PNG, TIFF, WEBP, FileType, FileTypeError

#: Bytes from the end of a PDF in which its last lines are.
_PDF_TAIL = 2_048
_PDF_END = re.compile(rb"startxref\s+(\d{1,19})\s+%%EOF")
#: What the last lines of a PDF point to: a table of objects, or a stream with one.
_PDF_XREF = re.compile(rb"\s*(?:xref\s|\d+\s+\d+\s+obj)")
_CHUNK = 65_536
#: In the compressed data of a JPEG: 0xFF before anything but a stuffed zero, a restart marker or another 0xFF.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_WEBP_IMAGES = frozenset({b"VP8 ", b"VP8L", b"ANMF"})
#: Bytes of a value by its TIFF type, of those that say where strips and tiles are.
_TIFF_SIZES = {3: ("H", 2), 4: ("I", 4), 16: ("Q", 8)}
#: Tags of where strips and tiles begin -> those of how long they are.
_TIFF_DATA = {273: 279, 324: 325}
#: The most parts of a file, far more than programs write: what is made of tiny ones would be read for minutes.
_MAX_PARTS = 100_000
_MAX_TIFF_VALUES = 1_000_000


class _CutOffError(Exception):
    """The file ends before its last part."""


class _OtherContentError(Exception):
    """Content that a file of the type does not have."""


def check_structure(name: str, content: IO[bytes], kind: FileType) -> None:
    """Read an open file of a type from part to part, and set it back to its start. Raises FileTypeError.

    After the end of a PDF are but line ends, after that of a PNG and WebP is nothing. After that of a JPEG cameras
    store previews and clips, and a TIFF has no end: what is there is not looked at.
    """
    size = content.seek(0, os.SEEK_END)
    text = ""
    try:
        end = _CHECKS[kind](content, size)
        if end < size:
            text = gettext(
                "'{name}': got {type} with {size:,} bytes of something else after its end, expected nothing there. "
                "Open it in its program, save it again, and attach that."
            ).format(name=name[:64], type=kind.label, size=size - end)
    except _CutOffError:
        text = gettext(
            "'{name}': got {type} without its end, expected a whole file. It was cut off, or something else follows "
            "its beginning: copy or download it again."
        ).format(name=name[:64], type=kind.label)
    except _OtherContentError:
        text = gettext(
            "'{name}': got a file that begins as {type} and goes on as something else, expected a whole file. Open it "
            "in its program, save it again, and attach that."
        ).format(name=name[:64], type=kind.label)
    content.seek(0)
    if text:
        raise FileTypeError(text)


def _read(content: IO[bytes], length: int) -> bytes:
    data = content.read(length)
    if len(data) < length:
        raise _CutOffError
    return data


def _skip(content: IO[bytes], length: int, size: int) -> None:
    if content.tell() + length > size:
        raise _CutOffError
    content.seek(length, os.SEEK_CUR)


def _require(condition: object) -> None:
    if not condition:
        raise _OtherContentError


def _check_pdf(content: IO[bytes], size: int) -> int:
    """ISO 32000-2, 7.5: the last lines are ``startxref``, where the table of objects is, and ``%%EOF``."""
    start = max(0, size - _PDF_TAIL)
    content.seek(start)
    tail = content.read(_PDF_TAIL).rstrip(b"\x00\t\n\x0c\r ")
    ends = list(_PDF_END.finditer(tail))
    if not ends:
        raise _CutOffError
    content.seek(min(int(ends[-1][1]), size))
    _require(_PDF_XREF.match(content.read(64)))
    return size if ends[-1].end() == len(tail) else start + ends[-1].end()


def _check_png(content: IO[bytes], size: int) -> int:
    """ISO/IEC 15948: chunks of length, name, data and checksum, from IHDR over IDAT to IEND."""
    content.seek(8)
    names: list[bytes] = []
    for _ in range(_MAX_PARTS):
        length, name = struct.unpack(">I4s", _read(content, 8))
        _require(name.isalpha() and (names or (name, length) == (b"IHDR", 13)))
        if names[-1:] != [name]:
            names.append(name)
        _skip(content, length + 4, size)
        if name == b"IEND":
            break
    _require({b"IDAT", b"IEND"} <= {*names})
    return content.tell()


def _check_jpeg(content: IO[bytes], size: int) -> int:
    """ISO/IEC 10918-1: segments that begin with a marker, with a frame and compressed data, to the EOI marker."""
    content.seek(2)
    markers = {_SOI}
    for _ in range(_MAX_PARTS):
        _require(_read(content, 1) == b"\xff")
        marker = _read(content, 1)[0]
        if marker == 0xFF:  # a fill byte before the marker
            content.seek(-1, os.SEEK_CUR)
            continue
        _require(marker != 0)
        markers.add(marker)
        if marker == _EOI:
            break
        if marker in _JPEG_WITHOUT_LENGTH:
            continue
        length = int.from_bytes(_read(content, 2))
        _require(length >= 2 and marker != _SOI)
        _skip(content, length - 2, size)
        if marker == _SOS:
            _seek_marker(content)
    _require({_SOS, _EOI} <= markers and markers & _JPEG_FRAMES)
    return size


def _seek_marker(content: IO[bytes]) -> None:
    """Set the file to the first marker after compressed data."""
    while data := content.read(_CHUNK):
        marker = _JPEG_MARKER.search(data)
        if marker is not None:
            content.seek(marker.start() - len(data), os.SEEK_CUR)
            return
        if data[-1] == 0xFF and len(data) > 1:
            content.seek(-1, os.SEEK_CUR)
    raise _CutOffError


def _check_webp(content: IO[bytes], size: int) -> int:
    """RFC 9649: a RIFF file of the length that it says, of chunks of name, length and data, with an image."""
    content.seek(4)
    end = 8 + int.from_bytes(_read(content, 4), "little")
    if end > size:
        raise _CutOffError
    content.seek(12)
    names: set[bytes] = set()
    for _ in range(_MAX_PARTS):
        if content.tell() + 8 > end:
            break
        name, length = struct.unpack("<4sI", _read(content, 8))
        _require(names or name in (b"VP8 ", b"VP8L", b"VP8X"))
        names.add(name)
        # Padded to an even length; the last one's pad may be left out.
        _require(content.tell() + length <= end)
        content.seek(length + length % 2, os.SEEK_CUR)
    _require(names & _WEBP_IMAGES and content.tell() + 8 > end)
    return max(end, min(content.tell(), size))


def _check_tiff(content: IO[bytes], size: int) -> int:
    """TIFF 6.0 and BigTIFF: a chain of directories, one for each page, which say where its strips or tiles are."""
    content.seek(0)
    order = "<" if _read(content, 2) == b"II" else ">"
    is_big = int.from_bytes(_read(content, 2), "little" if order == "<" else "big") == 43
    offset, count, width = ("Q", "Q", 8) if is_big else ("I", "H", 4)
    if is_big:
        _require(struct.unpack(f"{order}HH", _read(content, 4)) == (8, 0))
    [place] = struct.unpack(order + offset, _read(content, width))
    _require(place)
    values = 0
    while place:
        content.seek(min(place, size))
        [number] = struct.unpack(order + count, _read(content, struct.calcsize(count)))
        entry = struct.Struct(f"{order}HH{offset}{width}s")
        values += number
        _require(number and values <= _MAX_TIFF_VALUES)
        rows = [entry.unpack(_read(content, entry.size)) for _ in range(number)]
        [place] = struct.unpack(order + offset, _read(content, width))
        tags = {tag: (code, length, value) for tag, code, length, value in rows}
        _require(tags.keys() & _TIFF_DATA.keys())
        for start, lengths in _TIFF_DATA.items():
            if start in tags:
                _require(lengths in tags)
                starts, sizes = (_values(content, order + offset, *tags[tag]) for tag in (start, lengths))
                values += len(starts)
                _require(len(starts) == len(sizes))
                if any(begin + length > size for begin, length in zip(starts, sizes, strict=True)):
                    raise _CutOffError
    return size


def _values(content: IO[bytes], offset: str, code: int, length: int, value: bytes) -> tuple[int, ...]:
    """The numbers of an entry of a directory: in it, if they fit, else where it says."""
    _require(code in _TIFF_SIZES and 0 < length <= _MAX_TIFF_VALUES)
    letter, width = _TIFF_SIZES[code]
    if length * width <= len(value):
        data = value[: length * width]
    else:
        content.seek(min(struct.unpack(offset, value)[0], 2**62))
        data = _read(content, length * width)
    return struct.unpack(f"{offset[0]}{length}{letter}", data)


#: Type -> reads a file of so many bytes, and returns where it ends.
_CHECKS: dict[FileType, Callable[[IO[bytes], int], int]] = {
    PDF: _check_pdf, PNG: _check_png, JPEG: _check_jpeg, WEBP: _check_webp, TIFF: _check_tiff,
}  # fmt: skip
