"""Files that people bring: gzipped or not, in the encodings that spreadsheets write."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from pydantic import BaseModel

from watchfloor.embedded.errors import Misuse
from watchfloor.platform.importing import read_csv

_SNIFFED = 1 << 16
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


def read_rows(
    file: Path, *, what: str, needs: Sequence[str], spec: type[BaseModel] | None = None
) -> Sequence[Mapping[str, Any]]:
    """Return the filled fields of each row of a CSV, JSON or JSON lines.

    Raises: Misuse or Invalid that says what it should look like.
    """
    try:
        with opened(file) as text:
            if ".csv" in file.suffixes:
                return read_csv(text, what=what, needs=needs, spec=spec)
            rows = _from_json(text.read())
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise Misuse(f"{file.name} cannot be read: {error}") from None
    if not all(isinstance(row, dict) for row in rows):
        raise Misuse(f'{file.name} must hold objects such as {{"{needs[0]}": ...}}')
    return rows


def _from_json(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


@contextmanager
def opened(file: Path, *, errors: str = "strict") -> Iterator[IO[str]]:
    """Yield the text of the file: UTF-8 or UTF-16, else what Windows wrote in the west."""
    with _binary(file) as raw:
        encoding = _encoding(raw.read(_SNIFFED))
    with (
        _binary(file) as raw,
        io.TextIOWrapper(raw, encoding=encoding, newline="", errors=errors) as text,
    ):
        yield text


@contextmanager
def _binary(file: Path) -> Iterator[IO[bytes]]:
    if file.suffix == ".gz":
        with gzip.open(file, "rb") as zipped:
            yield cast("IO[bytes]", zipped)
    else:
        with file.open("rb") as raw:
            yield raw


def _encoding(start: bytes) -> str:
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    try:
        # A letter may be cut in two where the sample ends.
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
