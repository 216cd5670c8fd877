"""The table of events in the documents is the one of the code."""

from __future__ import annotations

import re
from pathlib import Path

from watchfloor.platform.events import bus

ROOT = Path(__file__).resolve().parents[3]
_ROW = re.compile(r"^\| `([a-z_]+(?:\.[a-z_]+)+)` \|.*\| (.*) \|$", re.MULTILINE)
_PUBLISHED = re.compile(r"bus\.publish\(\s*(?:\"([a-z_.]+)\"|([A-Z_]+))")


def documented() -> dict[str, str]:
    text = (ROOT / "docs/reference/events.md").read_text()
    return dict(_ROW.findall(text))


def published() -> set[str]:
    kinds: set[str] = set()
    for path in (ROOT / "src/watchfloor").rglob("*.py"):
        text = path.read_text()
        for literal, name in _PUBLISHED.findall(text):
            found = re.findall(rf'^{name}(?:: \w+)? = "(.+)"$', text, re.MULTILINE)
            assert literal or found, f"{path.name}: name the event beside its publish"
            kinds.add(literal or found[0])
    return kinds


def test_every_event_is_documented_and_every_documented_one_is_published() -> None:
    assert set(documented()) == published()


def test_every_event_has_a_handler_or_a_note() -> None:
    handled = {kind for kind in bus.all_handlers() if kind in published()}

    for kind, handlers in documented().items():
        assert (kind in handled) != handlers.startswith("nobody"), kind
