"""Our own format: one object, an array or NDJSON."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.building import report_of
from watchfloor.noc.intake.fields import kind_of
from watchfloor.noc.intake.reads import Read, Reads, Refused, Rejected, malformed, rejected

ALERT_LIMIT = 256_000
"""Bytes of one alert."""
ITEMS_LIMIT = 50_000
"""Alerts of one body; 16 MiB of real ones are 30,000."""
_COMMAS_LIMIT = 1_500_000
_SCAN_LIMIT = 1 << 20

_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_ANY = msgspec.json.Decoder()
_BOM = b"\xef\xbb\xbf"
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|\\u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|0000)|\\."
)


def parse(body: bytes, arrival: Arrival) -> Reads:
    """Yield a report or a rejection for each alert of the body, in order.

    Raises: Refused, before the first one, where the body as a whole makes no sense.
    """
    items = split(body)
    return (read(raw, index, arrival) for index, raw in enumerate(items))


def split(body: bytes, things: str = "alerts") -> list[bytes]:
    """Return the bytes of each of the things in the body."""
    body = body.removeprefix(_BOM).strip()
    if body.startswith(b"["):
        items = _elements(body, things)
    elif _is_one_per_line(body):
        items = [line for line in body.splitlines() if line.strip()]
    else:
        items = [body]
    if len(items) > ITEMS_LIMIT:
        raise too_many(len(items), things)
    return items


def too_many(count: int, things: str = "alerts") -> Refused:
    return Refused(
        413, "too_large", f"{count} {things} in one body: send at most {ITEMS_LIMIT} at a time"
    )


def too_large(index: int, size: int, thing: str = "alert") -> Rejected:
    return rejected(index, f"the {thing} has {size} bytes: send at most 256 kB", status=413)


def _is_one_per_line(body: bytes) -> bool:
    """A first line that is whole in itself tells NDJSON from one object over many lines."""
    first, newline, _ = body.partition(b"\n")
    return bool(newline) and first.rstrip().endswith(b"}") and _is_whole(first)


def _is_whole(text: bytes) -> bool:
    try:
        _ANY.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    except RecursionError:
        return True
    return True


def _elements(body: bytes, things: str) -> list[bytes]:
    if body.count(b",") > _COMMAS_LIMIT:
        raise too_many(body.count(b","), things)
    try:
        return [bytes(raw) for raw in _ARRAY.decode(body)]
    except (RecursionError, msgspec.DecodeError) as error:
        elements = _balanced_elements(body) if len(body) <= _SCAN_LIMIT else None
        if elements is None:
            raise malformed(broken(error)) from None
        return elements


def _balanced_elements(body: bytes) -> list[bytes] | None:
    """Return the elements of an array of which one is broken, by its brackets and commas.

    The others are good; none of them shall be lost for it. None where the array does not end, or
    has nothing between two commas.
    """
    elements: list[bytes] = []
    depth, start = 0, 1
    for token in _TOKEN.finditer(body):
        symbol = token[0]
        depth += (symbol in b"[{") - (symbol in b"]}")
        if (symbol == b"," and depth == 1) or depth == 0:
            elements.append(body[start : token.start()])
            start = token.end()
        if depth == 0:
            break
    is_whole = depth == 0 and start == len(body) and all(map(bytes.strip, elements))
    return elements if is_whole else None


def read(raw: bytes, index: int, arrival: Arrival) -> Read:
    """Return the report of one alert's JSON, or its rejection."""
    if len(raw) > ALERT_LIMIT:
        return too_large(index, len(raw))
    try:
        item = decode(raw)
    except _BROKEN as error:
        return rejected(index, broken(error))
    if not isinstance(item, dict):
        return rejected(index, f"the alert is {kind_of(item)}: send an object")
    return report_of(item, index, arrival)


def document(body: bytes) -> Any:
    """Return the value of a body that is one JSON document. Raises: Refused."""
    try:
        return decode(body.removeprefix(_BOM))
    except _BROKEN as error:
        raise malformed(broken(error)) from None


def decode(raw: bytes) -> Any:
    """Return the value, without NUL characters and half characters, which no column can hold.

    Both become U+FFFD. Raises: one of the errors that `broken` puts into words.
    """
    return _ANY.decode(mended(raw))


def mended(raw: bytes) -> bytes:
    """Return the JSON without what `decode` leaves out."""
    return _ESCAPE.sub(_mend, raw) if b"\\u" in raw else raw


def _mend(escape: re.Match[bytes]) -> bytes:
    text = escape[0]
    return b"\\ufffd" if text[:2] == b"\\u" and len(text) == 6 else text


def broken(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep: send flat fields"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.object[error.start]:#04x} is no UTF-8: send UTF-8"
    return f"{error}: send a JSON object"
