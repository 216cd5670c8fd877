"""The design page leaves no token out."""

from __future__ import annotations

import re
from pathlib import Path

import watchfloor.console
from watchfloor.console.views.design import COLOURS, SPACES, TYPES

TOKENS = Path(watchfloor.console.__file__).parent / "static/console/css/tokens.css"


def test_every_colour_type_and_space_has_its_place_on_the_page() -> None:
    usual = re.split(r"\n  @media", TOKENS.read_text())[0]
    tokens = dict(re.findall(r"--([\w-]+): ([^;]+);", usual))

    colours = {name for name, value in tokens.items() if "#" in value or "rgb(" in value}
    assert colours == set(COLOURS)
    assert {name for name in tokens if name.startswith("t-")} == set(TYPES)
    assert {name for name in tokens if re.fullmatch(r"s\d", name)} == set(SPACES)
