"""What the documents promise is there."""

from __future__ import annotations

import re
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC_ROWS = re.findall(
    r"^\| .*? \| `(watchfloor\.[\w.]+)` \| here \|$", (ROOT / "docs/spec-map.md").read_text(), re.M
)
SETTING = re.compile(r"\bWATCHFLOOR_[A-Z][A-Z_]+[A-Z]\b")


def tracked(*patterns: str) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return [path for name in names if (path := ROOT / name).is_file()]


@pytest.mark.parametrize("path", SPEC_ROWS)
def test_a_name_of_the_specification_is_where_the_map_says(path: str) -> None:
    module, name = path.rsplit(".", 1)

    assert getattr(import_module(module), name).__name__ == name


def test_the_map_of_the_specification_is_not_empty() -> None:
    assert len(SPEC_ROWS) >= 8


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    used: set[str] = set()
    for path in tracked("src/*.py", "watchfloor", "deploy", "Containerfile"):
        used.update(SETTING.findall(path.read_text()))
    documented = set(
        re.findall(
            r"^\| `(WATCHFLOOR_\w+)`", (ROOT / "docs/reference/settings.md").read_text(), re.M
        )
    )

    assert {name.removesuffix("_FILE") for name in used} == documented


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in tracked("*.md")
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text())
        if not (path.parent / link).exists()
    ]

    assert broken == []


def test_no_file_names_a_package_index_or_a_path_of_a_machine() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npm" + "js", "deb.debian" + ".org")
    told = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        if path.suffix not in {".png", ".woff2", ".ico"}
        for word in (*hosts, "/work" + "/main", "/work" + "/shared")
        if word in path.read_text(errors="ignore")
    ]

    assert told == []
