"""How alike two names of places or things are, as people type them.

Numbers are never guessed at: names that differ in a number, a single letter or a compass word are
not alike at all. Words may carry a typing error or be abbreviated, stand in another order, be
run together, or lack what comes last ("Harbor Logistics" for "Harbor Logistics Park").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set
from functools import lru_cache
from typing import NamedTuple

_EXPANSIONS = {
    "st": "street", "saint": "street", "str": "street", "rd": "road", "ave": "avenue",
    "av": "avenue", "blvd": "boulevard", "ln": "lane", "hwy": "highway", "sq": "square",
    "bldg": "building", "ctr": "centre", "cntr": "centre", "center": "centre", "hosp": "hospital",
    "whse": "warehouse", "wh": "warehouse", "hq": "headquarters", "intl": "international",
    "apt": "apartment", "apts": "apartments", "stn": "station",
    "mt": "mount", "ft": "fort", "pk": "park", "pl": "place", "plz": "plaza", "twr": "tower",
    "trm": "terminal", "mkt": "market", "univ": "university", "sch": "school", "ofc": "office",
    "ind": "industrial", "est": "estate", "gdn": "garden", "gdns": "gardens", "flr": "floor",
    "n": "north", "s": "south", "e": "east", "w": "west", "cam": "camera", "gw": "gateway",
    "sw": "switch", "harbour": "harbor",
}  # fmt: skip
"""One spelling for each; applied to both sides, so that it is the same word that counts."""

_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "one": "1", "two": "2",
    "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_AS_NUMBER = {**_ROMAN, **_ORDINALS}

_COMPASS = frozenset(
    {"north", "south", "east", "west", "northern", "southern", "eastern", "western", "northeast",
     "northwest", "southeast", "southwest", "upper", "lower", "inner", "outer", "old", "new",
     "left", "right", "front", "rear"}
)  # fmt: skip

GENERIC = frozenset(
    {"the", "of", "and", "at", "in", "site", "sites", "building", "office", "branch", "facility",
     "complex", "campus", "premises", "location", "ltd", "pvt", "limited", "inc", "llc", "gmbh",
     "co", "company", "group"}
)  # fmt: skip
"""Words that people add or leave out without meaning another place."""

_PARTS = re.compile(r"[^\W\d_]+|\d+")
_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})

ABBREVIATED = 0.88
"""Likeness of a word and its abbreviation; of words run together or apart: `JOINED`."""
JOINED = 0.96
MISSING_END = 0.1
"""Cost of each last word left out."""
MISSING_GENERIC = 0.02
FIRST_LETTER = 0.2
"""Cost of another first letter, where people seldom err (but for swapping it with the second)
and names often differ."""
ERROR = 0.6
"""Cost of errors as a share of the word's letters: one in four letters leaves 0.85."""


class Name(NamedTuple):
    """A name taken apart: its words in order, its numbers in order."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join((*self.words, *self.numbers))


@lru_cache(maxsize=65_536)
def take_apart(text: str) -> Name:
    """Return the name's words, in one spelling, and its numbers without leading zeros.

    >>> take_apart("St. Mary's  Gate-02")
    Name(words=('street', 'marys', 'gate'), numbers=('2',))
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = plain.replace("'", "").replace("\u2019", "").replace("&", " and ")
    words: list[str] = []
    numbers: list[str] = []
    for part in _PARTS.finditer(plain):
        word = part.group()
        if word.isdigit():
            numbers.append(word.lstrip("0") or "0")
        elif word in _AS_NUMBER:
            numbers.append(_AS_NUMBER[word])
        elif not _ends_ordinal(word, plain, part.start()):
            word = _EXPANSIONS.get(word, word)
            (numbers if len(word) == 1 else words).append(word)
    return Name(tuple(words), tuple(numbers))


def _ends_ordinal(word: str, plain: str, start: int) -> bool:
    return word in _ORDINAL_ENDINGS and start > 0 and plain[start - 1].isdigit()


def likeness(given: Name, known: Name, meant: Set[str]) -> float:
    """Return how alike they are, 0 (another thing) to 1 (the same words and numbers).

    `meant` has those given words that occur in the inventory: they are taken as meant, not as
    errors for another word.
    """
    if given.numbers != known.numbers:
        return 0.0
    if not given.words or not known.words:
        return 0.0
    by_words = _by_words(given, known, meant)
    return max(by_words, _run_together(given, known, meant))


def _by_words(given: Name, known: Name, meant: Set[str]) -> float:
    pairs, left = _align(given.words, known.words, meant)
    if pairs is None:
        return 0.0
    missing = _missing_cost(known.words, left)
    if missing is None or not pairs:
        return 0.0
    weight = sum(len(word) for word, _ in pairs) + 3 * len(given.numbers)
    agreed = sum(len(word) * like for word, like in pairs) + 3 * len(given.numbers)
    return max(0.0, agreed / weight - missing)


def _align(
    given: tuple[str, ...], known: tuple[str, ...], meant: Set[str]
) -> tuple[list[tuple[str, float]] | None, list[int]]:
    """Pair each given word with the likest known one; None if one that matters finds none."""
    left = list(range(len(known)))
    pairs: list[tuple[str, float]] = []
    for word in sorted(given, key=lambda word: word not in known):
        best, like = -1, 0.0
        for place in left:
            this = word_likeness(word, known[place])
            if this < 1.0 and word in meant:
                this = 0.0
            if this > like:
                best, like = place, this
        if best >= 0:
            left.remove(best)
            pairs.append((word, like))
        elif word not in GENERIC:
            return None, left
    return pairs, left


def _missing_cost(known: tuple[str, ...], left: Iterable[int]) -> float | None:
    """Return the cost of known words that were not given; None if that makes another name."""
    cost = 0.0
    end = len(known)
    for place in sorted(left, reverse=True):
        word = known[place]
        if word in GENERIC:
            cost += MISSING_GENERIC
        elif place == end - 1 and word not in _COMPASS:
            cost += MISSING_END
        else:
            return None
        end = place
    return cost


def _run_together(given: Name, known: Name, meant: Set[str]) -> float:
    if len(given.words) == len(known.words) or not meant.isdisjoint(given.words):
        return 0.0
    one, other = "".join(given.words), "".join(known.words)
    return JOINED if one == other else JOINED * word_likeness(one, other)


@lru_cache(maxsize=65_536)
def word_likeness(given: str, known: str) -> float:
    """Return how well a word passes for another: same, abbreviated, or with few typing errors."""
    if given == known:
        return 1.0
    if given in _COMPASS or len(given) < 3:
        return 0.0
    if _abbreviates(given, known):
        return ABBREVIATED
    longest = max(len(given), len(known))
    allowed = 0 if longest < 3 else 1 if longest < 7 else 2 if longest < 12 else 3
    errors = typing_errors(given, known, allowed)
    if errors is None:
        return 0.0
    like = 1.0 - ERROR * errors / longest
    begins_alike = given[0] == known[0] or given[1::-1] == known[:2]
    return like if begins_alike else like - FIRST_LETTER


def _abbreviates(given: str, known: str) -> bool:
    """True for a beginning of three letters or more, well short of the whole, or its consonants."""
    if len(known) - len(given) < 2 or given[0] != known[0]:
        return False
    if known.startswith(given):
        return True
    consonants = known[0] + "".join(sign for sign in known[1:] if sign not in "aeiouy")
    return given == consonants[: len(given)]


def typing_errors(one: str, other: str, most: int) -> int | None:
    """Return the fewest letters dropped, added, changed or swapped; None if over `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        earlier, before, row = before, row, [i] * (len(other) + 1)
        for j, against in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != against))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == against:
                row[j] = min(row[j], earlier[j - 2] + 1)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
