"""`watchfloor test`: the whole suite, on what this machine has or can install."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from watchfloor.embedded.errors import Misuse

ROOT = Path(__file__).resolve().parents[3]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHOICE = "WATCHFLOOR_TEST_BROWSER"
# Tests wait for a quarter of their time: for a lease to end, a process to start, a page to load.
WORKERS = (os.cpu_count() or 2) + 1
# Tests of one file share what is slow to start (a floor, a browser), so files stay together.
TOGETHER = ("--dist", "loadfile")


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> int:
    """Run the whole test suite; arguments go to pytest."""
    if importlib.util.find_spec("pytest") is None:
        raise Misuse("the test extras are not installed: run `./watchfloor test` in a checkout")
    given = list(arguments)
    choice = os.environ.get(CHOICE, "auto")
    if choice not in {"auto", "require", "skip"}:
        raise Misuse(f"{CHOICE}={choice} must be auto, require or skip")
    if choice == "skip":
        click.echo(f"tests with a browser are left out, as {CHOICE}=skip says", err=True)
        given = ["-m", "not browser", *given]
    elif not _provide_browser():
        _without_browser(choice)
    if not any(word == "-n" or word.startswith(("-n", "--numprocesses")) for word in given):
        given = ["-n", str(WORKERS), *TOGETHER, *given]
    pytest = [sys.executable, "-m", "pytest", "-rs", *given]
    return subprocess.run(pytest, cwd=ROOT, check=False).returncode  # noqa: S603


def _without_browser(choice: str) -> None:
    if choice == "require":
        raise Misuse(f"{CHOICE}=require and no Chromium can be had: install one")
    click.echo("no Chromium can be had here: tests with a browser will be skipped", err=True)


def _provide_browser() -> bool:
    """Find a Chromium, or install one: Debian's as root, else Playwright's own."""
    if any(map(shutil.which, BROWSERS)) or _playwright_has_one():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        click.echo("installing chromium", err=True)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        _try(["apt-get", "update", "-qq"], quiet)
        _try(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet)
    if shutil.which("chromium"):
        return True
    _try([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))
    return _playwright_has_one()


def _playwright_has_one() -> bool:
    where = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    return any(Path(where).glob("chromium*"))


def _try(command: list[str], env: dict[str, str]) -> None:
    subprocess.run(  # noqa: S603
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
