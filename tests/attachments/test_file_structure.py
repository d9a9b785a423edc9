"""A file that only begins as its type says, is cut off or goes on after its end is refused, however large it is."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from typing import Any

import pytest
import resvg_py

from archive.attachments.file_structure import check_structure
from archive.attachments.file_types import FileTypeError, type_of_content
from tests.support.attached_files import JPEG, PDF, PNG, TIFF, WEBP, png_chunk, tiff

_BIG_TIFF = (
    struct.pack("<2sHHHQ", b"II", 43, 8, 0, 24) + bytes(8)
    + struct.pack("<Q", 2) + struct.pack("<HHQQ", 273, 16, 1, 16) + struct.pack("<HHQQ", 279, 4, 1, 8) + bytes(8)
)  # fmt: skip
WHOLE = {
    "pdf": PDF, "png": PNG, "jpg": JPEG, "webp": WEBP, "tif": TIFF, "tif of big-endian numbers": tiff(">"),
    "tif over 4 GB": _BIG_TIFF,
}  # fmt: skip
HTML = b"<html><script>alert(1)</script></html>" * 100


def zipped() -> bytes:
    """A zip file of a fixed time: xdist needs the same tests in each of its processes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("a.txt"), "A" * 5_000)
    return archive.getvalue()


def fault(content: bytes) -> str:
    """Why the file is refused; empty if it is not."""
    kind = type_of_content(content[:16])
    assert kind is not None
    file = io.BytesIO(content)
    try:
        check_structure("a.file", file, kind)
    except FileTypeError as error:
        return str(error)
    finally:
        assert file.tell() == 0
    return ""


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_passes(name: str) -> None:
    assert fault(WHOLE[name]) == ""


def test_pictures_and_papers_of_other_programs_pass() -> None:
    picture = bytes(resvg_py.svg_to_bytes(svg_string='<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))
    assert fault(picture) == ""
    stream = b"%PDF-1.5\n1 0 obj\n<</Type/XRef>>\nendobj\nstartxref\r\n9\r\n%%EOF"
    assert fault(stream) == ""
    updated = PDF + b"2 0 obj\n<<>>\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n%d\n%%%%EOF\r\n\x00\x00" % (
        len(PDF) + 20
    )
    assert fault(updated) == ""
    assert fault(JPEG + b"\xff\xd8 a preview that the camera stored") == ""


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_cut_off_anywhere_is_refused(name: str) -> None:
    content = WHOLE[name]
    last = len(content.rstrip()) if name == "pdf" else len(content)
    for length in range(16, last):
        assert fault(content[:length]), f"{length} of {last} bytes"


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize(
    "rest",
    [HTML, zipped(), b"", b"\x00" * 5_000, b"\xff" * 70_000, b"MZ" * 3_000],
    ids=["html", "zip", "nothing", "zeros", "ones", "program"],
)
def test_a_file_that_begins_as_its_type_and_goes_on_as_something_else_is_refused(name: str, rest: bytes) -> None:
    assert fault(WHOLE[name][:16] + rest).startswith("'a.file': got ")


@pytest.mark.parametrize("name", ["pdf", "png", "webp"])
@pytest.mark.parametrize("rest", [HTML, zipped(), b"<script>"], ids=["html", "zip", "script"])
def test_a_file_with_something_after_its_end_is_refused(name: str, rest: bytes) -> None:
    assert fault(WHOLE[name] + rest)


def test_a_refusal_says_what_was_got_and_what_to_do() -> None:
    assert fault(PNG[:-8]) == (
        "'a.file': got PNG without its end, expected a whole file. It was cut off, or something else follows its "
        "beginning: copy or download it again."
    )
    assert fault(PNG + b"<script>") == (
        "'a.file': got PNG with 8 bytes of something else after its end, expected nothing there. Open it in its "
        "program, save it again, and attach that."
    )
    assert fault(PNG[:8] + HTML) == (
        "'a.file': got a file that begins as PNG and goes on as something else, expected a whole file. Open it in its "
        "program, save it again, and attach that."
    )


@pytest.mark.parametrize(
    "content",
    [
        PDF.replace(b"xref\n0 2", b"XREF\n0 2"),
        b"%PDF-1.7\nstartxref\n0\n%%EOF\n",
        b"%PDF-1.7\nstartxref\n9999999999999999999\n%%EOF\n",
        PNG[:8] + png_chunk(b"IDAT", b"") + PNG[8:],
        PNG[:33] + png_chunk(b"IEND", b""),
        b"\xff\xd8\xff\xd9" + bytes(20),
        WEBP[:12] + b"VP8X" + WEBP[16:],
        tiff(strip_at=2**32 - 1),
        struct.pack("<2sHI", b"II", 42, 0) + bytes(20),
        struct.pack("<2sHI", b"II", 42, 2**32 - 1) + bytes(20),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(content: bytes) -> None:
    assert fault(content)


def test_a_file_of_countless_parts_is_refused_at_once() -> None:
    assert fault(PNG[:33] + png_chunk(b"tEXt", b"") * 200_000 + PNG[33:])
    assert fault(JPEG[:2] + b"\xff\xe1\x00\x02" * 200_000 + JPEG[2:])
    assert fault(WEBP[:4] + struct.pack("<I", 1_600_018) + WEBP[8:] + b"ANMF\x00\x00\x00\x00" * 200_000)
    loop = bytearray(TIFF)
    loop[-4:] = struct.pack("<I", 9)  # the next page is this page
    assert fault(bytes(loop))


def test_a_large_file_is_not_held_in_memory(tmp_path: Any) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.write(JPEG[:-3])
        for _ in range(20):
            file.write(b"\x12\xff\x00" * 350_000)
        file.write(b"\xff\xd9")
    kind = type_of_content(JPEG[:16])
    assert kind is not None
    tracemalloc.start()
    with path.open("rb") as file:
        check_structure("large.jpg", file, kind)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
