"""Stylesheets and scripts: readable colours, nothing inline, hashed names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from pytest_django import Settings

import watchfloor.console

CONSOLE = Path(watchfloor.console.__file__).parent
TOKENS = (CONSOLE / "static/console/css/tokens.css").read_text()
TEMPLATES = sorted(CONSOLE.glob("templates/**/*.html"))
TEXT_ON_GROUND = [
    (text, ground)
    for text in ("ink", "muted", "accent", "critical")
    for ground in ("ground", "surface", "raised", "sunken")
]
SEVERITY_ON_GROUND = [
    (name, ground)
    for name in ("critical", "high", "medium", "low", "info")
    for ground in ("ground", "surface", "raised", "sunken")
]
LETTER_IN_SHAPE = [("on-severity", name) for name in ("critical", "high", "medium", "low")]
OTHERS = [
    ("on-accent", "accent"),
    ("on-panic", "panic"),
    ("ink", "panic-wash"),
    ("muted", "panic-wash"),
]


def colour(name: str, theme: int) -> str:
    """Return the token's value in the light (0) or dark (1) theme."""
    value = re.search(rf"--{name}: (?:light-dark\((#\w+), (#\w+)\)|(#\w+));", TOKENS)
    assert value is not None, f"no token --{name}"
    return value[3] or value[1 + theme]


def luminance(hexes: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(hexes[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_time_of_day_is_an_element_that_scripts_put_into_the_readers_words() -> None:
    """Left out are titles of pages and choices of a list, which hold text alone."""
    said = re.compile(r'\{\{ [\w.]+\|date:"[^"]*H:i')
    texts = (r"<time [^>]*datetime=[^>]*>[^<]*</time>", "<option.*?</option>", "{% block title.*")
    element = re.compile("|".join(texts))
    bare = [
        f"{path.name}: {found[0]}"
        for path in TEMPLATES
        for found in said.finditer(element.sub("", path.read_text()))
    ]

    assert bare == []


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"), [*TEXT_ON_GROUND, *SEVERITY_ON_GROUND, *LETTER_IN_SHAPE, *OTHERS]
)
def test_text_can_be_read_in_both_themes(text: str, ground: str, theme: int) -> None:
    assert contrast(colour(text, theme), colour(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_of_controls_can_be_seen(theme: int) -> None:
    assert contrast(colour("line-strong", theme), colour("surface", theme)) >= 3.0


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_nothing_that_the_content_policy_forbids(path: Path) -> None:
    source = path.read_text()

    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", source)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))


def test_scripts_put_text_in_as_text() -> None:
    for script in CONSOLE.glob("static/console/js/*.js"):
        source = script.read_text()
        assert not re.search(r"\.(innerHTML|outerHTML)\s*=(?!=)|insertAdjacentHTML|eval\(", source)


def test_the_socket_client_is_small_enough_to_be_read() -> None:
    assert len((CONSOLE / "static/console/js/live.js").read_text().splitlines()) < 150


def test_gathered_files_carry_hashes_and_scripts_import_each_other_by_them(
    tmp_path: Path, settings: Settings
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "watchfloor.config.static.HashedStaticFiles"}
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    [page] = tmp_path.glob("console/js/page.????????????.js")
    imports = re.findall(r'from "([^"]+)"', page.read_text())
    assert imports
    assert all((page.parent / name).exists() and name.count(".") == 3 for name in imports)
    assert finders.find("console/js/page.js")
