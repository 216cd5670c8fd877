"""Pictures tell their size at their beginning, and nothing is decoded to know it."""

import struct

import pytest

from watchfloor.platform.files.kinds import JPEG, PNG, WEBP
from watchfloor.platform.files.pictures import size_of

PREVIEW = b"\xff\xe1" + struct.pack(">H", 60_002) + b"\xff\xc0" * 30_000
FRAME = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 480, 640)
CASES = {
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480), PNG),
    "jpeg": (b"\xff\xd8" + FRAME, JPEG),
    "jpeg with a preview": (b"\xff\xd8" + PREVIEW + b"\xff\xff" + FRAME, JPEG),
    "webp": (b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x80\x02\xe0\x01", WEBP),
    "webp, lossless": (
        b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 639 | 479 << 14), WEBP,
    ),
    "webp, extended": (b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0", WEBP),
}  # fmt: skip


@pytest.mark.parametrize(("begin", "kind"), CASES.values(), ids=CASES)
def test_a_picture_says_its_size(begin, kind):
    assert size_of(begin) == (kind, (640, 480))


@pytest.mark.parametrize(("begin", "kind"), CASES.values(), ids=CASES)
def test_one_that_ends_before_it_says_has_none(begin, kind):
    assert {size_of(begin[:length]) for length in range(len(begin) - 1)} == {None}


@pytest.mark.parametrize(
    "begin",
    [
        b"",
        b"GIF89a\x80\x02\xe0\x01",
        b"<svg width='640' height='480'/>",
        b"\xff\xd8\xff\xda\x00\x02data",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIDAT" + struct.pack(">II", 640, 480),
        b"RIFF\0\0\0\0WEBPEVIL" + bytes(40),
    ],
)
def test_what_else_there_is_has_none(begin):
    assert size_of(begin) is None
