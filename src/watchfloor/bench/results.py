"""docs/results.md: each measurement owns a section between two markers and rewrites only that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HEAD = (
    "# Results\n\n"
    "What was measured, on what, and the command that measures it again. Each section is written"
    " by its command; nothing here is typed in.\n"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A figure beside the least it must be and what we aim at. `ok` is None where nothing is
    asked."""

    what: str
    measured: str
    least: str = ""
    aim: str = ""
    ok: bool | None = None

    def __str__(self) -> str:
        mark = {None: "", True: " ✓", False: " ✗"}[self.ok]
        return f"| {self.what} | {self.measured}{mark} | {self.least} | {self.aim} |"


@dataclass(frozen=True, slots=True)
class Section:
    """`name` marks it in the file."""

    name: str
    title: str
    command: str
    machine: str
    measured_on: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()

    @property
    def is_met(self) -> bool:
        return all(row.ok is not False for row in self.rows)

    def text(self) -> str:
        lines = [
            f"## {self.title}",
            "",
            f"`{self.command}`, {self.measured_on}, {self.machine}.",
        ]
        if self.rows:
            lines += ["", "| what | measured | at least | aim |", "|---|---|---|---|"]
            lines += map(str, self.rows)
        for note in self.notes:
            lines += ["", note]
        return "\n".join(lines)


def write(section: Section, file: Path) -> None:
    """Put the section in its place in the file, or at its end if it has none yet."""
    text = file.read_text() if file.exists() else HEAD
    file.write_text(with_section(text, section))


def with_section(text: str, section: Section) -> str:
    begin, end = f"<!-- bench:{section.name} -->", f"<!-- /bench:{section.name} -->"
    block = f"{begin}\n{section.text()}\n{end}"
    place = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if place.search(text):
        return place.sub(lambda _: block, text)
    return f"{text.rstrip()}\n\n{block}\n"
