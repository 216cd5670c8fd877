"""What a learned link model needs to know of open clusters beyond what the rules keep.

Kept only while a model is asked: a tenant without one pays nothing for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from math import log

import msgspec

from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.correlation.vicinity import Position
from watchfloor.aiops.types import Seconds

_KEPT = 4
"""Alerts by which a cluster is known: the first one and the newest."""
_WORDS = 16
"""Words kept of a message."""
_KNOWN_WORDS = 4096
_WORD = re.compile(r"[^\W\d_]{2,}")


class Told(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One alert as it came into a cluster."""

    at: Seconds
    alert: str
    alert_type: str
    entity: str
    severity: int
    surprise: float
    words: tuple[str, ...] = ()
    position: Position | None = None


class Profiles(msgspec.Struct, array_like=True, gc=False):
    """Open clusters by what was told of late, and how common each word is."""

    sha: str = ""
    """Of the model that is asked; empty for none."""
    clusters: dict[int, list[Told]] = msgspec.field(default_factory=dict)
    words: dict[str, float] = msgspec.field(default_factory=dict)
    messages: float = 0.0

    def note(self, report: ReportView, surprise: float, cluster: int) -> None:
        """Take in that a bout begins in a cluster."""
        words = words_of(report.message)
        self._count(words)
        told = self.clusters.setdefault(cluster, [])
        told.append(
            Told(
                report.at,
                report.alert_id,
                report.alert_type,
                report.entity,
                int(report.severity),
                surprise,
                words,
                report.position,
            )
        )
        del told[1 : -_KEPT + 1]

    def merge(self, source: int, into: int) -> None:
        """Make one of two."""
        told = self.clusters.pop(source, None)
        if told is not None:
            both = sorted((*self.clusters.get(into, ()), *told), key=lambda one: one.at)
            self.clusters[into] = [both[0], *both[1:][-_KEPT + 1 :]]

    def keep(self, clusters: Collection[int]) -> None:
        """Let go of all clusters but these."""
        self.clusters = {n: told for n, told in self.clusters.items() if n in clusters}

    def forget(self, words: Collection[str]) -> None:
        """Be as if nobody had ever used these words."""
        self.words = {word: many for word, many in self.words.items() if word not in words}
        for told in self.clusters.values():
            told[:] = [
                msgspec.structs.replace(one, words=tuple(w for w in one.words if w not in words))
                for one in told
            ]

    def likeness(self, words: Collection[str], others: Collection[str]) -> float:
        """Return how alike two messages are, from 0 to 1; a rare word counts for more."""
        if not words or not others:
            return 0.0
        common = self._rarity(word for word in words if word in others)
        return common / (self._rarity(words) + self._rarity(others) - common)

    def _rarity(self, words: Iterable[str]) -> float:
        known = self.words
        return sum(log((self.messages + 2.0) / (known.get(word, 0.0) + 1.0)) for word in words)

    def _count(self, words: Iterable[str]) -> None:
        self.messages += 1.0
        for word in words:
            self.words[word] = self.words.get(word, 0.0) + 1.0
        if len(self.words) > _KNOWN_WORDS:
            self.messages /= 2.0
            self.words = _halved(self.words)


def _halved(counts: Mapping[str, float]) -> dict[str, float]:
    """Return the counts halved, without the rarest half of the words."""
    least = sorted(counts.values())[len(counts) // 2]
    return {word: count / 2.0 for word, count in counts.items() if count > least}


@lru_cache(maxsize=16_384)
def words_of(message: str) -> tuple[str, ...]:
    """Return the different words of a message in order, numbers left out.

    >>> words_of("Door 12 forced: door open")
    ('door', 'forced', 'open')
    """
    return tuple(dict.fromkeys(_WORD.findall(message.lower())))[:_WORDS]
