"""What the present system did, from a file: CSV, JSONL or JSON, also .gz."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from watchfloor.embedded.errors import Misuse
from watchfloor.noc.watching.services import ActsReport


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Return the rows of the file. Raises: Misuse that says what it should look like."""
    try:
        with _opened(file) as lines:
            if ".csv" in file.suffixes:
                return [dict(row) for row in csv.DictReader(lines)]
            rows = _from_json(lines.read())
    except (UnicodeDecodeError, ValueError, csv.Error, gzip.BadGzipFile) as error:
        raise Misuse(f"{file.name} cannot be read: {error}") from None
    if not all(isinstance(row, dict) for row in rows):
        raise Misuse(f'{file.name} must hold objects such as {{"time": ..., "kind": "opened"}}')
    return rows


def told(report: ActsReport, *, dry_run: bool) -> None:
    """Say what an import did, for a terminal."""
    for fault in report.errors:
        click.echo("row {row}, {field}: {message}".format(**asdict(fault)), err=True)
    if report.errors:
        click.echo("nothing was taken in", err=True)
        return
    done = "would be taken in" if dry_run else "taken in"
    click.echo(f"{report.created} acts {done}, {report.known} known before")


def _from_json(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _opened(file: Path) -> Any:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", newline="")
    return file.open(encoding="utf-8-sig", newline="")
