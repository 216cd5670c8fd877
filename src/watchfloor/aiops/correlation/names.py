"""Which inventory entry a sender's name means: by code, by alias, by likeness, or a person decides.

An answer by likeness needs a score of `ACCEPT` and a lead of `LEAD` over the next one; else the
name goes to the review queue, whose answers become aliases. Names that differ in a number are
never alike (`likeness`), so that camera 7 is never taken for camera 1.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from watchfloor.aiops.correlation.likeness import Name, likeness, take_apart

ACCEPT = 0.8
"""Score from which one clear candidate is taken. Measured on 500 sites and 20,000 alarms with 15 %
misspelt: see tests/pure/correlation/test_names.py."""
REVIEW = 0.4
"""Score from which a candidate is shown to the person who decides."""
REVIEW_CAP = ACCEPT - 0.01
"""Shared trigrams alone never take a name, however many."""
LEAD = 0.12
"""Less than this before the next candidate, and a person decides."""
SHOWN = 5
_NEAREST = 48
"""So many candidates are compared one by one at most."""
_REMEMBERED = 65_536
_MIN_WORD = 4
"""A code with a word of so many letters may be misspelt; S005 is right or wrong."""


_Key = tuple[str, str | None, tuple[str, ...]]
"""Kind, parent, numbers."""


class NameEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of the inventory. `parent` is the id of the entry it lies in (a device's site)."""

    id: str
    kind: str
    code: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    parent: str | None = None


class How(StrEnum):
    """What the answer rests on."""

    CODE = "code"
    ALIAS = "alias"
    """The name or an alias, word for word."""
    LIKENESS = "likeness"
    REVIEW = "review"
    """Nothing is taken; the candidates are for a person."""
    NONE = "none"


class Match(msgspec.Struct, frozen=True):
    """The answer: `id` is None unless it was taken. Candidates are (id, score), best first."""

    id: str | None
    score: float
    how: How
    candidates: tuple[tuple[str, float], ...] = ()


NO_MATCH = Match(None, 0.0, How.NONE)


class _Form(msgspec.Struct, frozen=True):
    """One way in which an entry may be called."""

    entry: NameEntry
    name: Name
    trigrams: frozenset[str]


class _Block:
    """Forms with the same numbers, found by the trigrams of their words."""

    def __init__(self) -> None:
        self.forms: list[_Form] = []
        self._having: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, form: _Form) -> None:
        for trigram in form.trigrams:
            self._having[trigram].append(len(self.forms))
        self.forms.append(form)

    def nearest(self, trigrams: frozenset[str]) -> list[_Form]:
        """Return all forms of a small block; of a large one those that share most trigrams."""
        if len(self.forms) <= _NEAREST:
            return self.forms
        shared = Counter(
            place for trigram in sorted(trigrams) for place in self._having.get(trigram, ())
        )
        return [self.forms[place] for place, _ in shared.most_common(_NEAREST)]


class NameIndex:
    """Answers for one state of the inventory; build a new one when that changes."""

    def __init__(self, entries: Iterable[NameEntry]) -> None:
        self._codes: defaultdict[tuple[str, str], list[NameEntry]] = defaultdict(list)
        self._exact: defaultdict[tuple[str, Name], list[NameEntry]] = defaultdict(list)
        self._blocks: defaultdict[_Key, _Block] = defaultdict(_Block)
        self._words: set[tuple[str, str]] = set()
        self._answers: dict[tuple[str, str, str | None], Match] = {}
        for entry in entries:
            self._add(entry)

    def match(self, text: str, kind: str, within: str | None = None) -> Match:
        """Return what `text` means among entries of `kind` (inside the entry `within`, if given).

        Cost: 0.3 us for a name met before; for a new one about 10 us if exact, 0.2 ms by likeness.
        """
        key = (text, kind, within)
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            answer = self._answers[key] = self._match(text.strip(), kind, within)
        return answer

    def _add(self, entry: NameEntry) -> None:
        self._codes[entry.kind, entry.code.casefold()].append(entry)
        for text in (entry.code, entry.name):
            self._words.update((entry.kind, word) for word in take_apart(text).words)
        for text in dict.fromkeys((entry.code, entry.name, *entry.aliases)):
            name = take_apart(text)
            if not name.words and not name.numbers:
                continue
            self._exact[entry.kind, name].append(entry)
            if text != entry.code or any(len(word) >= _MIN_WORD for word in name.words):
                self._add_form(entry, name)

    def _add_form(self, entry: NameEntry, name: Name) -> None:
        form = _Form(entry, name, _trigrams(name))
        for parent in {None, entry.parent}:
            self._blocks[entry.kind, parent, name.numbers].add(form)

    def _match(self, text: str, kind: str, within: str | None) -> Match:
        if not text:
            return NO_MATCH
        by_code = self._codes.get((kind, text.casefold()), ())
        if answer := _exactly(by_code, within, How.CODE):
            return answer
        name = take_apart(text)
        if answer := _exactly(self._exact.get((kind, name), ()), within, How.ALIAS):
            return answer
        return _decide(self._ranked(name, kind, within))

    def _ranked(self, name: Name, kind: str, within: str | None) -> list[tuple[str, float, bool]]:
        """Return (id, score, whether likeness says so) of the candidates, best first."""
        block = self._blocks.get((kind, within, name.numbers))
        if block is None:
            return []
        trigrams = _trigrams(name)
        meant = frozenset(word for word in name.words if (kind, word) in self._words)
        best: dict[str, tuple[float, bool]] = {}
        for form in block.nearest(trigrams):
            score = likeness(name, form.name, meant)
            rough = _roughly(name, trigrams, form)
            found = (
                (score, True) if score >= ACCEPT else (max(min(score, REVIEW_CAP), rough), False)
            )
            best[form.entry.id] = max(found, best.get(form.entry.id, (0.0, False)))
        ranked = [(id_, score, sure) for id_, (score, sure) in best.items() if score >= REVIEW]
        return sorted(ranked, key=lambda one: (-one[1], one[0]))


def _exactly(found: Iterable[NameEntry], within: str | None, how: How) -> Match | None:
    """Return the one that lies within; several, or one elsewhere, are for a person."""
    ids = sorted({entry.id for entry in found})
    if not ids:
        return None
    inside = sorted({entry.id for entry in found if within in (None, entry.parent)})
    if len(inside) == 1:
        return Match(inside[0], 1.0, how, ((inside[0], 1.0),))
    return Match(None, 1.0, How.REVIEW, tuple((id_, 1.0) for id_ in (inside or ids)[:SHOWN]))


def _decide(ranked: list[tuple[str, float, bool]]) -> Match:
    if not ranked:
        return NO_MATCH
    candidates = tuple((id_, round(score, 3)) for id_, score, _ in ranked[:SHOWN])
    id_, score, is_alike = ranked[0]
    has_lead = len(ranked) == 1 or score - ranked[1][1] >= LEAD
    if is_alike and has_lead:
        return Match(id_, round(score, 3), How.LIKENESS, candidates)
    return Match(None, round(score, 3), How.REVIEW, candidates)


def _trigrams(name: Name) -> frozenset[str]:
    text = "".join(f" {word} " for word in name.words)
    return frozenset(text[i : i + 3] for i in range(len(text) - 2))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


def _roughly(name: Name, trigrams: frozenset[str], form: _Form) -> float:
    """Return a score for the review queue: shared trigrams, where equal numbers are half of it."""
    shared = _dice(trigrams, form.trigrams)
    return REVIEW_CAP * ((1.0 + shared) / 2 if name.numbers else shared)
