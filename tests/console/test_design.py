"""The design page leaves no token and no part out."""

from __future__ import annotations

import re
from pathlib import Path

import watchfloor.console
from watchfloor.console.views.design import COLOURS, SPACES, TYPES

CONSOLE = Path(watchfloor.console.__file__).parent
TOKENS = CONSOLE / "static/console/css/tokens.css"
PAGE = CONSOLE / "templates/console/design.html"
PARTS = {
    "badges", "buttons", "card", "chart", "chips", "command palette", "dialog", "drawer",
    "empty state", "fields", "filter bar", "list rows", "table", "time-range picker", "timeline",
    "toast with undo",
}  # fmt: skip


def test_every_colour_type_and_space_has_its_place_on_the_page() -> None:
    usual = re.split(r"\n  @media", TOKENS.read_text())[0]
    tokens = dict(re.findall(r"--([\w-]+): ([^;]+);", usual))

    colours = {name for name, value in tokens.items() if "#" in value or "rgb(" in value}
    assert colours == set(COLOURS)
    assert {name for name in tokens if name.startswith("t-")} == set(TYPES)
    assert {name for name in tokens if re.fullmatch(r"s\d", name)} == set(SPACES)


def test_every_part_has_its_name_in_a_heading() -> None:
    headings = " ".join(re.findall(r"<h2[^>]*>([^<]+)</h2>", PAGE.read_text())).lower()

    assert {part for part in PARTS if part not in headings} == set()
