"""Times as files spell them: one reader for each column, chosen by all of a sample."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.types import Seconds
from watchfloor.embedded.errors import Misuse

DateReader = Callable[[str], Seconds]
"""Returns unix seconds. Raises: ValueError."""
MOSTLY = 0.95
"""So much of the sample must be readable."""
_TRIED = 300
_PARTS = re.compile(
    r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)"
    r"(?:[,T ]\s*(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?)?\s*Z?$"
)
"""`29/2/2016 01:16`, `2.29.16 1:16:00 PM`."""
_SPELLED = (
    "%d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%b %d %Y %H:%M:%S", "%b %d, %Y %H:%M:%S",
    "%d/%b/%Y:%H:%M:%S %z", "%a %b %d %H:%M:%S %Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S", "%d-%b-%y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%d-%b-%Y %I:%M:%S %p",
)  # fmt: skip
ORDERS = ("dmy", "mdy")


def date_reader(values: Sequence[str], *, name: str, order: str = "") -> DateReader | None:
    """Return what reads a column's times, None if it holds none.

    `order` says whether day or month comes first, where no value of the sample tells.
    Raises: Misuse where it has to be said and is not.
    """
    sample = values[:: max(1, len(values) // _TRIED)][:_TRIED]
    if not sample or _are_small_numbers(sample):
        return None
    for reader in (_iso, *map(_spelled, _SPELLED), _mail):
        if _reads(reader, sample):
            return reader
    return _parted(values, name, order)


def _are_small_numbers(sample: Sequence[str]) -> bool:
    """A bare count, or a code such as 20260105, is no time unless it is unix seconds of our age."""
    numbers = [value for value in sample if re.fullmatch(r"\d+(\.\d+)?", value)]
    return len(numbers) == len(sample) and all(len(value.split(".")[0]) < 9 for value in numbers)


def _reads(reader: DateReader, sample: Sequence[str]) -> bool:
    read = 0
    for value in sample:
        try:
            reader(value)
        except ValueError:
            continue
        read += 1
    return read >= MOSTLY * len(sample)


def _iso(text: str) -> Seconds:
    try:
        at = parse_timestamp(text.replace(",", "."))
    except ReportError as error:
        raise ValueError(str(error)) from None
    if at is None:
        raise ValueError("no time is given")
    return at


def _mail(text: str) -> Seconds:
    return _seconds(parsedate_to_datetime(text))


def _spelled(pattern: str) -> DateReader:
    def read(text: str) -> Seconds:
        return _seconds(datetime.strptime(text.strip(), pattern))  # noqa: DTZ007  as _seconds says

    return read


def _parted(values: Sequence[str], name: str, order: str) -> DateReader | None:
    """Return a reader of days, months and years in numbers; which comes first, any value tells."""
    found = [parts for value in values if (parts := _PARTS.match(value))]
    if len(found) < MOSTLY * len(values):
        return None
    day_first = any(int(parts[1]) > 12 for parts in found)
    month_first = any(int(parts[2]) > 12 for parts in found)
    if day_first and month_first:
        return None
    if not (day_first or month_first):
        if order not in ORDERS:
            raise Misuse(
                f"{name}: {found[0][0].strip()!r} may begin with the day or the month: "
                "say --dates dmy or --dates mdy"
            )
        day_first = order == "dmy"
    return _by_parts(1 if day_first else 2)


def _by_parts(day: int) -> DateReader:
    def read(text: str) -> Seconds:
        parts = _PARTS.match(text)
        if parts is None:
            raise ValueError(f"{text!r} is no time")
        year = int(parts[3]) + (2000 if len(parts[3]) == 2 else 0)
        hour = _hour(int(parts[4] or 0), parts[7])
        return _seconds(
            datetime(
                year, int(parts[3 - day]), int(parts[day]), hour, int(parts[5] or 0),
                int(parts[6] or 0), tzinfo=UTC,
            )
        )  # fmt: skip

    return read


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _seconds(moment: datetime) -> Seconds:
    """A time without a zone is UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
