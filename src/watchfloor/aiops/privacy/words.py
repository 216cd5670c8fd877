"""Words of a text, and when two spellings are of the same word."""

from __future__ import annotations

import html
import json
import re
from unicodedata import category, normalize

_MARKS = "".join(
    chr(point) for point in range(0x0300, 0x1_0000) if category(chr(point)).startswith("M")
)
"""They belong to the letter before: an é may be two characters, and so are most vowels of Hindi."""
_LINE_END = r"(?!(?<=\\[bfnrt])[^\W_a-z])"
"""In JSON a line ends by two characters, of which the second is no letter of the name behind."""
WORD = re.compile(rf"[^\W_]{_LINE_END}[^\W_]*(?:[{_MARKS}]+[^\W_]*)*")
_ESCAPED = re.compile("u[0-9a-f]{4}")

Words = tuple[str, ...]


def words_of(name: str) -> Words:
    return tuple(WORD.findall(name))


def set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


def folded(word: str) -> str:
    """Return what all spellings of a word have in common.

    >>> folded("\N{LATIN CAPITAL LETTER E WITH ACUTE}") == folded("e\N{COMBINING ACUTE ACCENT}")
    True
    """
    return (word if word.isascii() else normalize("NFC", word)).casefold()


def spellings(text: str) -> set[str]:
    """Return how a text is written: as it is, in markup, and in JSON within either."""
    return {text, html.escape(text), json.dumps(normalize("NFC", text))[1:-1]}


def is_capital(word: str) -> bool:
    """Return whether a word may begin a name; where letters have no case, each may."""
    return not word[0].islower() or _ESCAPED.match(word) is not None
