"""The README's pictures and its film, taken of a night that begins. Needs the test extras."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page

from watchfloor.aiops.types import Seconds
from watchfloor.demo.generator import LENS_COVERED
from watchfloor.demo.moments import CALM_INCIDENTS, MOMENTS, STORM_ALARMS
from watchfloor.demo.pages import MEMBER, TAKEN_BACK, WHY_MORE, page_of

DESK, PHONE = (1440, 900), (390, 844)
SCREEN, SHOWN = (1440, 864), (1200, 720)
STRIP = 44
"""Height of the line below the screen that says what is seen."""
INK, GROUND, LETTERS = "#f2f4f8", "#14181f", 20
QUALITY = 70
EVERY: Seconds = 0.6
SHOWN_FOR: Seconds = 0.22
LONGEST_STORM: Seconds = 60.0
SAID = {moment.id: f"{moment.clock}  {moment.text}" for moment in MOMENTS}
MOVED_OUT, UNDONE = "x: moved out, into an incident of its own.", "u: and taken back."
Theme = Literal["light", "dark"]


@dataclass
class Film:
    """Pictures of the page, each with how long it is shown and what is said below it."""

    page: Page
    pictures: list[Image.Image] = field(default_factory=list)
    milliseconds: list[int] = field(default_factory=list)
    said: str = ""

    def show(self, seconds: Seconds) -> None:
        screen = Image.open(BytesIO(self.page.screenshot())).convert("RGB").resize(SHOWN)
        picture = Image.new("RGB", (screen.width, screen.height + STRIP), GROUND)
        picture.paste(screen)
        place = (STRIP // 2, screen.height + STRIP // 2)
        font = ImageFont.load_default(LETTERS)
        ImageDraw.Draw(picture).text(place, self.said, INK, font, anchor="lm")
        self.pictures.append(picture)
        self.milliseconds.append(round(seconds * 1000))

    def save(self, file: Path) -> None:
        first, *others = self.pictures
        first.save(
            file, save_all=True, append_images=others, duration=self.milliseconds, loop=0,
            quality=QUALITY, method=6,
        )  # fmt: skip


def shoot(url: str, link: str, folder: Path) -> Iterator[Path]:
    """Yield each file as it is written. `link` signs into a night that is about to begin.

    Raises: NoBrowser.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with page_of(url, link) as page:
        yield _film(page, url, folder / "film.webp")
        _visit(page, url)
        _choose(_storm(page))
        yield _picture(page, folder / "floor.png")
        yield _picture(page, folder / "floor-dark.png", theme="dark")
        yield _picture(page, folder / "phone.png", size=PHONE)
        _open(page, url)
        yield _picture(page, folder / "incident.png")


def _film(page: Page, url: str, file: Path) -> Path:
    film = Film(page)
    page.set_viewport_size({"width": SCREEN[0], "height": SCREEN[1]})
    _visit(page, url)
    page.mouse.move(0, 0)
    page.locator("#rows > .row").nth(CALM_INCIDENTS - 1).wait_for()
    _night(film)
    _correction(film, url)
    film.save(file)
    return file


def _night(film: Film) -> None:
    """All is quiet; the storm comes, and a panic in its midst; what is in the storm's row."""
    film.said = SAID["calm"]
    film.show(1.5)
    ends = time.monotonic() + LONGEST_STORM
    while _alerts_in(_storm(film.page)) <= STORM_ALARMS and time.monotonic() < ends:
        if _alerts_in(_storm(film.page)) > 1:
            film.said = SAID["storm"]
        film.show(SHOWN_FOR)
        film.page.wait_for_timeout(EVERY * 1000)
    film.said = SAID["panic"]
    film.show(2.0)
    film.said = SAID["explained"]
    _choose(_storm(film.page))
    film.show(2.0)


def _correction(film: Film, url: str) -> None:
    """One of them is there by mistake: why, out, and back."""
    page = film.page
    _open(page, url)
    film.show(1.5)
    member = page.locator(MEMBER, has_text=LENS_COVERED)
    member.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    member.get_by_role("link").first.focus()
    film.said = SAID["stray"]
    film.show(1.5)
    page.keyboard.press("w")
    member.locator(f"{WHY_MORE}[open]").wait_for()
    film.show(2.5)
    page.keyboard.press("x")
    member.wait_for(state="detached")
    film.said = MOVED_OUT
    film.show(2.0)
    page.keyboard.press("u")
    page.get_by_text(TAKEN_BACK).first.wait_for()
    member.wait_for()
    film.said = UNDONE
    film.show(2.0)


def _storm(page: Page) -> Locator:
    """Return the row with the most alerts."""
    rows = page.locator("#rows > .row")
    rows.first.wait_for()
    counts = [_number(text) for text in rows.locator("[data-slot=count]").all_text_contents()]
    return rows.nth(counts.index(max(counts)))


def _alerts_in(row: Locator) -> int:
    return _number(row.locator("[data-slot=count]").text_content() or "")


def _number(text: str) -> int:
    return int(text.partition(" ")[0] or 0)


def _choose(row: Locator) -> None:
    """Show the row in the pane beside the list."""
    row.locator(".row-title").focus()
    row.page.locator("#preview-of[aria-busy=false]").wait_for()


def _open(page: Page, url: str) -> None:
    """Open the page of the storm's incident, from the list."""
    address = _storm(page).locator(".row-title").get_attribute("href")
    _visit(page, f"{url}{address}")


def _visit(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#live[data-status=live]").wait_for()


def _picture(
    page: Page, file: Path, *, size: tuple[int, int] = DESK, theme: Theme = "light"
) -> Path:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.screenshot(path=file)
    return file
