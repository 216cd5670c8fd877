"""The areas of a site: whether each is armed, and when it is to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.calendars.business import Between, Calendar
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import ArmingState, Event, Reading
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.types import Seconds

EXTRA = "arming_schedules"
"""Under this name the directory holds `Schedules`."""
Schedules = Mapping[tuple[str, str], Calendar]
"""By site and area, "" for all areas of a site: the hours in which it is open, not armed."""
_DAY: Seconds = 86_400
_LOOKED_BACK = 10 * _DAY
"""What has been closed for longer counts as closed since then."""
_LONGEST = 30 * _DAY
"""Open hours that go on for longer are cut, so that some that never end can be told."""


class Closed(msgspec.Struct, frozen=True):
    """A stretch in which an area is to be armed; `until` is its next opening."""

    since: Seconds
    until: Seconds


class Area(msgspec.Struct, frozen=True, array_like=True):
    """`state` holds since `since`, by what `person` did."""

    site: str
    name: str
    state: str
    since: Seconds
    person: str = ""

    @property
    def is_disarmed(self) -> bool:
        return self.state == "disarmed"

    def closed(self, at: Seconds, directory: Directory) -> Closed | None:
        """Return the closed hours that this moment lies in; None in open ones or without any."""
        schedule = schedule_of(self.site, self.name, directory)
        if schedule is None:
            return None
        since = at - _LOOKED_BACK
        for opens, closes in _stretches(schedule.open_from(since)):
            if at < opens:
                return Closed(since, opens)
            if at < closes:
                return None
            since = closes
        raise AssertionError("hours go on without an end")

    def next_change(self, at: Seconds, directory: Directory) -> Seconds | None:
        """Return when the hours change next between open and closed."""
        schedule = schedule_of(self.site, self.name, directory)
        if schedule is None:
            return None
        opens, closes = next(_stretches(schedule.open_from(at)))
        return closes if opens <= at else opens


class SiteAreasFacts(Facts):
    """The area "" is the whole site, as far as no area of its own says otherwise."""

    kind: ClassVar[str] = "site_areas"
    hears: ClassVar[tuple[type[Event], ...]] = (ArmingState, Reading)

    areas: dict[str, Area] = {}

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        if isinstance(event, ArmingState):
            return (event.site,)
        if isinstance(event, Reading):
            return (site_of(event, directory) or event.device,)
        return ()

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        if not isinstance(event, ArmingState):
            return self
        known = self.areas.get(event.area)
        if known is not None and (at < known.since or event.state == known.state):
            return self
        area = Area(event.site, event.area, event.state, at, event.person)
        return msgspec.structs.replace(self, areas={**self.areas, event.area: area})

    def state(self, area: str) -> str:
        """Return how an area is armed, empty if nobody has told it."""
        known = self.areas.get(area) or self.areas.get("")
        return known.state if known else ""

    def disarmed(self) -> list[Area]:
        return [area for area in self.areas.values() if area.is_disarmed]

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        return not self.areas


def schedule_of(site: str, area: str, directory: Directory) -> Calendar | None:
    schedules: Schedules = directory.extras.get(EXTRA, {})
    return schedules.get((site, area)) or schedules.get((site, ""))


def site_of(reading: Reading, directory: Directory) -> str:
    """Return where the sensor is: by the register of devices, else by its own word."""
    ref = directory.devices.get(reading.device)
    return (ref.site if ref else "") or reading.site


def _stretches(hours: Iterator[Between]) -> Iterator[Between]:
    """Yield open hours, those that adjoin as one: midnight closes nothing."""
    begin, end = next(hours)
    for opens, closes in hours:
        if opens > end or closes - begin > _LONGEST:
            yield begin, end
            begin = opens
        end = closes
