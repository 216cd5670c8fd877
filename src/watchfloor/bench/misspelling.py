"""Names as people and tools get them wrong."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

SHORT = {
    "Street": "St", "Square": "Sq", "Road": "Rd", "Lane": "Ln", "Court": "Ct", "Park": "Pk",
    "Warehouse": "Whse", "Terminal": "Term", "Workshop": "Wshop", "Laboratory": "Lab",
}  # fmt: skip
LEAST_LETTERS = 6
"""Shorter texts say too little once a letter is wrong."""


def misspelt(name: str, rng: Random) -> str:
    """Return the name with one ordinary mistake in it, never in a number."""
    return rng.choice(MISTAKES)(name, rng)


def _left_out(name: str, rng: Random) -> str:
    at = _letter(name, rng)
    return name[:at] + name[at + 1 :]


def _doubled(name: str, rng: Random) -> str:
    at = _letter(name, rng)
    return name[:at] + name[at] + name[at:]


def _swapped(name: str, rng: Random) -> str:
    at = _letter(name[:-1], rng)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _mistyped(name: str, rng: Random) -> str:
    at = _letter(name, rng)
    return name[:at] + rng.choice("aeinorst") + name[at + 1 :]


def _run_together(name: str, rng: Random) -> str:
    return name.replace(" ", rng.choice(("", "-", "_")))


def _other_case(name: str, rng: Random) -> str:
    return rng.choice((name.upper(), name.lower()))


def _shortened(name: str, rng: Random) -> str:
    words = [SHORT.get(word, word) for word in name.split()]
    return " ".join(words) if words != name.split() else _left_out(name, rng)


def _letter(name: str, rng: Random) -> int:
    """Return the place of some letter after the first."""
    return rng.choice([at for at, letter in enumerate(name) if letter.isalpha() and at > 0])


MISTAKES: tuple[Callable[[str, Random], str], ...] = (
    _left_out, _doubled, _swapped, _mistyped, _run_together, _other_case, _shortened,
)  # fmt: skip
