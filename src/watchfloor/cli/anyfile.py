"""Anybody's file of alerts: what its columns, times and severities mean is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from watchfloor.cli.files import opened
from watchfloor.cli.guessing import Guess, guess, says_nothing, severity_word
from watchfloor.cli.history import UNREADABLE, Item, alerts_file, objects
from watchfloor.embedded.errors import Misuse
from watchfloor.noc.intake.fields import KEY_LIMIT, NAME_LIMIT, fit, signal_of
from watchfloor.platform.tables import read_table

SAMPLE = 2_000
_LINES = (".jsonl", ".ndjson", ".json")
_LONG = {"message": 1 << 16, "id": KEY_LIMIT, "dedup_key": KEY_LIMIT}
_FIELDS_OF_TEXT = ("alert_type", "entity_id", "site", "client", "source", "message", "id",
                   "dedup_key")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What a file held. `skipped` rows had no time that could be read, or no kind."""

    items: list[Item]
    guess: Guess
    skipped: int
    first_skipped: int | None = None


def read_any(path: Path, given: Mapping[str, str], dates: str = "") -> Found:
    """Return the file's reports in order of arrival; `given` columns stand, others are guessed.

    Raises: Misuse where nothing can be read, or the columns leave a choice.
    """
    file = alerts_file(path)
    try:
        meant = guess(_sample(file), given, dates)
        items, skipped = _items(file, meant)
    except UNREADABLE as error:
        raise Misuse(f"{file.name} cannot be read: {error}") from None
    if not items:
        raise Misuse(f"{file.name} holds no row with a time and a kind that can be read")
    items.sort(key=lambda item: item.arrived_at)
    return Found(items, meant, len(skipped), skipped[0] if skipped else None)


def _sample(file: Path) -> list[dict[str, str]]:
    with opened(file, errors="replace") as text:
        rows = list(islice(_rows(text, file), SAMPLE))
    if not rows:
        raise Misuse(f"{file.name} has no rows")
    return rows


def _items(file: Path, meant: Guess) -> tuple[list[Item], list[int]]:
    items: list[Item] = []
    skipped: list[int] = []
    with opened(file, errors="replace") as text:
        for line, row in enumerate(_rows(text, file), start=1):
            try:
                items.append(_item(row, meant, line))
            except ValueError:
                skipped.append(line)
    return items, skipped


def _item(row: Mapping[str, str], meant: Guess, line: int) -> Item:
    body: dict[str, Any] = {}
    for name, value in row.items():
        if name and not says_nothing(value):
            body[meant.columns.get(name, name)] = value
    arrived = body.pop("received_at", None)
    tenant = str(body.pop("tenant", ""))
    happened = meant.dates["timestamp"](str(body.pop("timestamp", "")))
    if not str(body.get("alert_type", "")).strip():
        raise ValueError("no kind")
    body["timestamp"] = happened
    _normalise(body, is_ranked=meant.is_ranked)
    at = happened if arrived is None else meant.dates["received_at"](str(arrived))
    return Item(body, at, tenant, line)


def _normalise(body: dict[str, Any], *, is_ranked: bool) -> None:
    """Make of the row's values what the intake takes, however long or odd they are."""
    for name in _FIELDS_OF_TEXT:
        if name in body:
            body[name] = fit(str(body[name]), _LONG.get(name, NAME_LIMIT))
    if "severity" in body:
        body["severity"] = severity_word(str(body["severity"]), is_ranked=is_ranked)
    status = body.pop("status", None)
    if status is not None and (signal := signal_of(status)) is not None:
        body["status"] = signal.name.lower()


def _rows(text: IO[str], file: Path) -> Iterator[dict[str, str]]:
    if any(suffix in _LINES for suffix in file.suffixes):
        for row in objects(text, file):
            yield {name: _told(value) for name, value in row.items() if value is not None}
        return
    yield from read_table(text).rows


def _told(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
