"""Finds names of persons among the words of a text.

The words of all names are one tree, so that the cost is of the text and not of how many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from unicodedata import normalize

from watchfloor.aiops.privacy.surnames import Parts, is_called, is_telling, particles_of, take_apart
from watchfloor.aiops.privacy.words import WORD, Words, folded, is_capital, spellings, words_of

_BETWEEN = re.compile("[ \\t\N{NO-BREAK SPACE}'\N{RIGHT SINGLE QUOTATION MARK}.,\\-&;#\\\\]{1,4}")
"""Between two words of a name; an apostrophe is `&#x27;` in markup, an é `\\u00e9` in JSON."""
_INITIAL_AFTER = re.compile(", ?")
SHORTEST = 3
"""Letters of a name of one word; shorter ones are found everywhere."""


# When words are a name; a node of the tree has the sum of its ways, and the highest goes first.
_CALLED = 1
"""After a title, or beside an initial."""
_ALONE = 2
"""With a capital."""
_SPELT = 4
"""As it is spelt."""
_SPARED = 8
"""Always, of somebody who is left as is."""
_TURNED = 16
"""With the surname first, unless a name in its own order begins within: in a list of names."""
_WHOLE = 32
"""Always, in whichever case."""


class _Node:
    __slots__ = ("how", "then")

    def __init__(self) -> None:
        self.then: dict[str, _Node] = {}
        self.how = 0


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    words: list[re.Match[str]]
    keys: list[str]
    """The words, folded."""

    def said(self, place: int) -> str:
        return self.words[place][0]

    def are_joined(self, place: int) -> bool:
        """Return whether a word may belong to the same name as the one before."""
        words = self.words
        return bool(_BETWEEN.fullmatch(self.text, words[place - 1].end(), words[place].start()))

    def between(self, place: int) -> str:
        """Return what stands between a word and the one before."""
        return self.text[self.words[place - 1].end() : self.words[place].start()]


class Finder:
    """Knows names by what people write of them: in full, and surnames alone.

    `heard`: those that may be no names of persons, and are found in full or after a title.
    `spared`: of persons who may be read; a surname that they bear too is left, unless it is beside
    the rest of the name. `places`: names of places and things, whose words are theirs.
    """

    def __init__(
        self,
        names: Iterable[str],
        heard: Iterable[str] = (),
        spared: Iterable[str] = (),
        places: Iterable[str] = (),
    ) -> None:
        self._tree: dict[str, _Node] = {}
        self._spelt: set[str] = set()
        known = {name: take_apart(name) for name in names}
        others = {name: take_apart(name) for name in heard if name not in known}
        left = {name: take_apart(name) for name in spared if name not in known}
        for name, parts in left.items():
            self._learn_whole(name, parts, _SPARED)
        for name, parts in chain(known.items(), others.items()):
            self._learn_whole(name, parts, _WHOLE)
        borne = {folded(word) for parts in left.values() for word in parts.core}
        given = {folded(word) for parts in left.values() for word in parts.given}
        surnames = {folded(word) for parts in known.values() for word in parts.core}
        taken = frozenset(given.union(self._words_of_places(places, surnames)))
        for parts in known.values():
            self._learn_parts(parts, borne, taken, may_be_alone=True)
        for parts in others.values():
            self._learn_parts(parts, borne, taken, may_be_alone=False)

    def spans(self, text: str, *, alone: bool) -> Iterator[list[re.Match[str]]]:
        """Yield the words of each name.

        `alone`: names of one word too, though nothing beside tells that they are names.
        """
        fold = str.casefold if text.isascii() else folded
        keys = list(map(fold, WORD.findall(text)))
        if self._tree.keys().isdisjoint(keys):
            return
        told = _Text(text, list(WORD.finditer(text)), keys)
        done = 0
        for place, key in enumerate(keys):
            if place < done or key not in self._tree:
                continue
            end, how = self._longest(told, place, alone=alone)
            if how and how != _SPARED:
                yield told.words[place:end]
            done = end

    def _longest(self, told: _Text, place: int, *, alone: bool) -> tuple[int, int]:
        """Return where the longest name from here on ends, and how it is one."""
        best = place, 0
        for end, node in self._nodes(told, place):
            if node.how and (how := self._holds(node.how, told, place, end, alone=alone)):
                best = end, how
        return best

    def _nodes(self, told: _Text, place: int) -> Iterator[tuple[int, _Node]]:
        """Yield what the tree knows of the words from here on, and where they end."""
        after = self._tree
        for at in range(place, len(told.keys)):
            node = after.get(told.keys[at])
            if node is None or (at > place and not told.are_joined(at)):
                return
            yield at + 1, node
            after = node.then

    def _begins_within(self, told: _Text, start: int, end: int) -> bool:
        return any(
            node.how & (_WHOLE | _SPARED) and last > end
            for place in range(start + 1, end)
            for last, node in self._nodes(told, place)
        )

    def _holds(self, how: int, told: _Text, start: int, end: int, *, alone: bool) -> int:
        """Return the way in which these words are a name here, 0 where they are none."""
        if how & (_WHOLE | _SPARED):
            return how & _WHOLE or _SPARED
        if how & _TURNED and not self._begins_within(told, start, end):
            return _TURNED
        if alone and how & _SPELT and normalize("NFC", told.said(start)) in self._spelt:
            return _SPELT
        if alone and how & _ALONE and _stands_alone(told, start, end):
            return _ALONE
        return _CALLED if how & (_CALLED | _ALONE) and _has_title(told, start, end) else 0

    def _learn_whole(self, name: str, parts: Parts, how: int) -> None:
        names = {name}
        if parts.given and parts.surname:
            names.add(f"{parts.given[0]} {parts.surname}")
        for spelling in chain.from_iterable(map(spellings, names)):
            words = words_of(spelling)
            for at in range(len(words) if len(words) > 1 else 0):
                turned = _TURNED if at and how == _WHOLE else how
                self._add((*words[at:], *words[:at]), turned)
            if len(words) == 1 and len(words[0]) >= SHORTEST and how == _WHOLE:
                self._spelt.add(normalize("NFC", words[0]))
                self._add(words, _SPELT)

    def _learn_parts(
        self, parts: Parts, borne: set[str], taken: frozenset[str], *, may_be_alone: bool
    ) -> None:
        """Learn the words of a name that may stand without the others.

        `borne`: surnames that mean somebody else as well. `taken`: words that do where they
        stand alone.
        """
        for surname in {parts.surname, *parts.core}:
            words = words_of(surname)
            if borne.issuperset(map(folded, words[particles_of(words) :])):
                continue
            how = _ALONE if may_be_alone and is_telling(words, taken) else _CALLED
            for spelling in spellings(surname):
                self._add(words_of(spelling), how)
        for word in map(folded, parts.given):
            if len(word) > 1 and word not in borne and word not in taken:
                self._add((word,), _CALLED)

    def _add(self, words: Words, how: int) -> None:
        node = None
        after = self._tree
        for key in map(folded, words):
            if (node := after.get(key)) is None:
                node = after[key] = _Node()
            after = node.then
        if node is not None:
            node.how |= how

    def _words_of_places(self, places: Iterable[str], surnames: set[str]) -> Iterator[str]:
        """Yield the words of places, but for persons named in full: a thing may be somebody's."""
        for place in places:
            keys = surnames.intersection(map(folded, words_of(place)))
            if keys:
                named = chain.from_iterable(self.spans(place, alone=False))
                yield from keys.difference(folded(word[0]) for word in named)


def _core(told: _Text, start: int, end: int) -> str:
    said = tuple(map(told.said, range(start, end)))
    return said[particles_of(said)]


def _stands_alone(told: _Text, start: int, end: int) -> bool:
    core, first = _core(told, start, end), told.words[start]
    is_constant = core.isupper() and "_" in told.text[max(first.start() - 1, 0) : first.end() + 1]
    return is_capital(core) and not is_constant


def _has_title(told: _Text, start: int, end: int) -> bool:
    """Return whether a title or an initial stands before, or an initial after a comma."""
    core = _core(told, start, end)
    before = start
    while before > 0:
        word = told.said(before - 1)
        if is_called(word, told.between(before), core):
            return True
        if len(word) > 1 or not word.isupper():
            break
        before -= 1  # Mr G Hill
    return is_capital(core) and _has_initial_after(told, end)


def _has_initial_after(told: _Text, end: int) -> bool:
    if end >= len(told.words) or not _INITIAL_AFTER.fullmatch(told.between(end)):
        return False
    after = told.words[end]
    return len(after[0]) == 1 and told.text[after.end() : after.end() + 1] == "."
