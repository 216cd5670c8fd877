"""How many pixels a picture has, by its beginning alone: nothing is decoded."""

from __future__ import annotations

import struct

from watchfloor.platform.files.kinds import JPEG, PNG, WEBP, Kind, kind_of

Size = tuple[int, int]
# ITU T.81, table B.1: frame headers are C0 to CF, but for tables and an extension among them.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def size_of(begin: bytes) -> tuple[Kind, Size] | None:
    """Return the kind with width and height of a PNG, JPEG or WebP; None for all else.

    A camera's preview may stand before the size of a JPEG: give it the first 256 KB.
    """
    readers = {PNG: _png, JPEG: _jpeg, WEBP: _webp}
    kind = kind_of(begin)
    if kind is None or kind not in readers:
        return None
    try:
        size = readers[kind](begin)
    except (IndexError, struct.error):  # it ends before it says
        return None
    return (kind, size) if size and all(size) else None


def _png(begin: bytes) -> Size | None:
    width, height = struct.unpack_from(">II", begin, 16)
    return (width, height) if begin[12:16] == b"IHDR" else None


def _jpeg(begin: bytes) -> Size | None:
    at = 2
    while begin[at] == 0xFF:
        marker = begin[at + 1]
        if marker == 0xFF:  # may stand between segments, any number of times
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif marker in _FRAMES:
            height, width = struct.unpack_from(">HH", begin, at + 5)
            return width, height
        else:
            (length,) = struct.unpack_from(">H", begin, at + 2)
            at += 2 + length
    return None


def _webp(begin: bytes) -> Size | None:
    form = begin[12:16]
    if form == b"VP8X":
        return _three(begin, 24) + 1, _three(begin, 27) + 1
    if form == b"VP8L":
        (bits,) = struct.unpack_from("<I", begin, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", begin, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _three(begin: bytes, at: int) -> int:
    return begin[at] | begin[at + 1] << 8 | begin[at + 2] << 16
