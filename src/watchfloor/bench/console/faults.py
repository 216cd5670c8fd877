"""Every kind of page in a browser: what axe finds, what the browser complains of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page

from watchfloor.bench.console.painting import Weights, weights_of
from watchfloor.bench.console.waiting import awaited, outcome_of
from watchfloor.bench.results import Row

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
POLICY = "Content Security Policy"
LOOK_THROUGH = '(tags) => axe.run(document, { runOnly: { type: "tag", values: tags } })'


@dataclass
class Found:
    """Sentences that name the page; `weights`: of the scripts and stylesheets of all pages."""

    pages: int
    violations: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    weights: Weights = field(default_factory=dict)


def measure(page: Page, url: str, pages: Sequence[str]) -> Found:
    """Open the pages at these addresses, one of each kind."""
    found = Found(len(pages))

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.complaints.append(f"{page.url}: {message.text}")

    def note_error(error: Error) -> None:
        found.complaints.append(f"{page.url}: {error}")

    page.on("console", note)
    page.on("pageerror", note_error)
    for address in pages:
        with awaited(f"{address} to be loaded"):
            page.goto(url + address, wait_until="load")
        found.weights |= weights_of(page)
        page.evaluate(Axe().axe_script)
        answer = outcome_of(page, LOOK_THROUGH, WCAG, what=f"what axe finds on {address}")
        found.violations += [
            f"{address}: {one['id']} at {one['nodes'][0]['target']}" for one in answer["violations"]
        ]
    page.remove_listener("console", note)
    page.remove_listener("pageerror", note_error)
    return found


def rows(found: Found) -> list[Row]:
    refused = [one for one in found.complaints if POLICY in one]
    others = [one for one in found.complaints if POLICY not in one]
    weight = sum(found.weights.values()) / 1000
    return [
        Row(f"scripts and stylesheets of all {found.pages} kinds of pages together",
            f"{weight:.0f} kB in {len(found.weights)} files"),
        _none(f"{found.pages} kinds of pages: violations of WCAG 2.2 AA that axe finds",
              found.violations),
        _none("errors and warnings in the browser's console", others),
        _none("violations of the content security policy", refused),
    ]  # fmt: skip


def _none(what: str, found: list[str]) -> Row:
    told = f"{len(found)}: {'; '.join(found[:5])}" if found else "0"
    return Row(what, told, "0", "0", not found)
