"""What keeps an alert from notifying people, by rule; by what was learnt, see `aiops.noise`.

The answer always carries its reason and its end; at that end, ask again. Never suppressed are
life-safety alerts, unconfirmed intrusions (but for their flapping), and a report whose severity
tops the last half hour (DESIGN 4.4, 4.8). What is on test is kept quiet whatever it says, but for
life safety: whoever works there sets off all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fnmatch import translate
from functools import lru_cache

import msgspec

from watchfloor.aiops.alerts.protection import Protection
from watchfloor.aiops.alerts.windows import Schedule
from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Seconds, Severity, canonical_type


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What rules look at: an alert by its names, inventory codes where they are known."""

    alert_type: str
    client: str = ""
    site: str = ""
    device: str = ""
    person: str = ""
    entity_id: str = ""
    source: str = ""
    message: str = ""
    severity: Severity = Severity.MEDIUM
    labels: Mapping[str, str] = {}
    protection: Protection = Protection.NONE
    severity_rose: bool = False
    is_flapping: bool = False


class Kind(StrEnum):
    MAINTENANCE = "maintenance"
    TEST = "test"
    """Somebody works there and has told us: what it says is a test."""
    SILENCE = "silence"
    FLAPPING = "flapping"
    TRANSIENT = "transient"
    """Its like resolve by themselves: a pause."""
    LONE = "lone"
    """Its like are told once, alone, and come to nothing."""
    INHIBITED = "inhibited"
    """An alarm above it, whose alert is the rule's id, explains it."""


BY_RULE = frozenset({Kind.MAINTENANCE, Kind.TEST, Kind.SILENCE})
"""What people set up, and end themselves."""
FOREVER: Seconds = 221_845_392_000.0
"""The year 9000: the end of what kept an alert quiet that is over. None was told; none need be."""


class Suppression(msgspec.Struct, frozen=True):
    """Why somebody is not told, and until when."""

    kind: Kind
    rule_id: str
    reason: str
    until: Seconds | None
    """When to ask again; None: with the next report."""


class MaintenanceWindow(msgspec.Struct, frozen=True, kw_only=True):
    """Announced work. A list that is empty means all; the lists that are not must all agree."""

    id: str
    schedule: Schedule
    reason: str = ""
    clients: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    alert_types: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    """As panels name them: the label `zone`, or the entity."""
    is_test: bool = False

    def __post_init__(self) -> None:
        types = frozenset(map(canonical_type, self.alert_types))
        msgspec.structs.force_setattr(self, "alert_types", types)

    def concerns(self, subject: Subject) -> bool:
        return (
            (not self.clients or subject.client in self.clients)
            and (not self.sites or subject.site in self.sites)
            and (not self.devices or subject.device in self.devices)
            and (not self.alert_types or canonical_type(subject.alert_type) in self.alert_types)
        )

    def is_of_zone(self, subject: Subject) -> bool:
        named = {subject.labels.get("zone", ""), subject.entity_id}
        return not self.zones or not self.zones.isdisjoint(named)

    @property
    def kind(self) -> Kind:
        return Kind.TEST if self.is_test else Kind.MAINTENANCE


class Comparison(StrEnum):
    """How a matcher compares. `like` knows * and ?, and ignores case."""

    IS = "is"
    ONE_OF = "one_of"
    LIKE = "like"


_NAMES = ("alert_type", "client", "site", "device", "person", "entity_id", "source")
_FIELDS = frozenset({*_NAMES, "message", "severity"})
_REMEMBERED = 16_384


class Matcher(msgspec.Struct, frozen=True):
    """One condition on one field; `labels.NAME` for a label."""

    field: str
    test: Comparison
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.field not in _FIELDS and not self.field.startswith("labels."):
            known = ", ".join(sorted(_FIELDS))
            raise ConfigError(f"{self.field!r} is no field: use {known} or labels.NAME")
        if not self.values or (self.test is not Comparison.ONE_OF and len(self.values) > 1):
            raise ConfigError(f"{self.field} {self.test}: give one value, or several with one_of")

    def matches(self, subject: Subject) -> bool:
        value = self._value(subject)
        if self.test is Comparison.LIKE:
            return _glob(self.values[0]).match(value) is not None
        if self.field == "alert_type":
            return canonical_type(value) in map(canonical_type, self.values)
        return value in self.values

    def _value(self, subject: Subject) -> str:
        if self.field == "severity":
            return subject.severity.name
        if self.field in _FIELDS:
            return str(getattr(subject, self.field))
        return subject.labels.get(self.field.removeprefix("labels."), "")


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asked not to be told of these for a while. All matchers must agree."""

    id: str
    matchers: tuple[Matcher, ...]
    starts_at: Seconds
    until: Seconds
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.matchers:
            raise ConfigError("a silence of everything is refused: name at least one field")
        if not self.starts_at < self.until:
            raise ConfigError("a silence ends after it starts: set its end later than its start")

    def may_cover(self, subject: Subject) -> bool:
        """False if its names alone rule it out."""
        return all(matcher.matches(subject) for matcher in self.matchers if matcher.field in _NAMES)

    def covers(self, subject: Subject, at: Seconds) -> bool:
        if not self.starts_at <= at < self.until:
            return False
        return all(matcher.matches(subject) for matcher in self.matchers)


class Suppressions:
    """A tenant's rules. Which of them concern which names is worked out once."""

    def __init__(
        self, windows: Iterable[MaintenanceWindow] = (), silences: Iterable[Silence] = ()
    ) -> None:
        self.windows = tuple(windows)
        self.silences = tuple(silences)
        self._concerning: dict[tuple[str, ...], tuple[list[MaintenanceWindow], list[Silence]]] = {}

    @property
    def is_empty(self) -> bool:
        return not self.windows and not self.silences

    def applying(self, subject: Subject, at: Seconds) -> Suppression | None:
        """Return what keeps the subject quiet at `at`, the reason that lasts longest first."""
        if subject.protection is Protection.LIFE_SAFETY:
            return None
        found = [] if self.is_empty else list(self._holding(subject, at))
        if tests := [one for one in found if one.kind is Kind.TEST]:
            return _longest(tests)
        if subject.severity_rose:
            return None
        if found and subject.protection is Protection.NONE:
            return _longest(found)
        if subject.is_flapping:
            return Suppression(Kind.FLAPPING, "", "state keeps changing", None)
        return None

    def _holding(self, subject: Subject, at: Seconds) -> Iterable[Suppression]:
        windows, silences = self._concerned(subject)
        for window in windows:
            span = window.schedule.open_at(at)
            if span is not None and window.is_of_zone(subject):
                yield Suppression(window.kind, window.id, window.reason, span.ends_at)
        for silence in silences:
            if silence.covers(subject, at):
                yield Suppression(Kind.SILENCE, silence.id, silence.reason, silence.until)

    def _concerned(self, subject: Subject) -> tuple[list[MaintenanceWindow], list[Silence]]:
        """Return the rules that may hold for something of these names, whatever it says."""
        names = tuple(getattr(subject, name) for name in _NAMES)
        found = self._concerning.get(names)
        if found is None:
            if len(self._concerning) >= _REMEMBERED:
                self._concerning.clear()
            found = (
                [window for window in self.windows if window.concerns(subject)],
                [silence for silence in self.silences if silence.may_cover(subject)],
            )
            self._concerning[names] = found
        return found


def _longest(found: Iterable[Suppression]) -> Suppression:
    return max(found, key=lambda one: (one.until or 0.0, one.rule_id))


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern), re.IGNORECASE)
