"""The seven pillars: how much of what was counted of a site's day was as it has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from watchfloor.aiops.scorecard.facts import Alarm, SiteDay
from watchfloor.aiops.scorecard.score import Card, Missed, Pillar
from watchfloor.aiops.types import Seconds, Severity

LATE: Seconds = 15 * 60
ANSWERED: Mapping[Severity, Seconds] = {Severity.CRITICAL: 15 * 60, Severity.HIGH: 30 * 60}
EMERGENCY: Seconds = 2 * 60
FIELD_SUPPORT: Seconds = 72 * 3600
MINUTE: Seconds = 60


def right_guard(day: SiteDay) -> Pillar:
    """Of the places that shifts need filled, those to which a rostered guard came in time."""
    missed, lost = [], 0
    for shift in day.planned:
        in_time = sum(1 for at in shift.came if at <= shift.starts_at + LATE)
        short = max(0, shift.required - in_time)
        if short:
            lost += short
            said = f"{shift.required - short} of {shift.required} in time"
            missed.append(Missed("shift", shift.shift, said))
    return Pillar.counted(sum(one.required for one in day.planned), missed, lost=lost)


def supervision(day: SiteDay) -> Pillar:
    """Of the mandatory tours, those walked as planned."""
    missed = [Missed("tour", one.tour, one.said) for one in day.walks if not one.is_whole]
    return Pillar.counted(len(day.walks), missed)


def control_desk(day: SiteDay) -> Pillar:
    """Of critical and high incidents, those acknowledged in 15 and 30 minutes."""
    asked = [one for one in day.alarms if one.severity in ANSWERED and not one.is_life_safety]
    return _answered(asked, day.until, lambda one: ANSWERED[one.severity])


def emergencies(day: SiteDay) -> Pillar:
    """Of emergencies, those acknowledged in two minutes."""
    asked = [one for one in day.alarms if one.is_life_safety]
    return _answered(asked, day.until, lambda _: EMERGENCY)


def legal(day: SiteDay) -> Pillar:
    """Of those who worked, the ones whose hours kept to the law."""
    worked = [one for one in day.stood if one.came_at is not None]
    missed = [Missed("person", one.person, one.broke) for one in worked if one.broke]
    return Pillar.counted(len(worked), missed)


def field_support(day: SiteDay) -> Pillar:
    """Of tickets that were closed or ran out of time, those closed in 72 hours."""
    missed = [
        Missed("ticket", one.ticket, "not closed in 72 hours")
        for one in day.help
        if one.ended_at is None or one.ended_at - one.opened_at > FIELD_SUPPORT
    ]
    return Pillar.counted(len(day.help), missed)


def records(day: SiteDay) -> Pillar:
    """Of shifts that somebody worked and that are over, those with both a coming and a going."""
    over = [one for one in day.stood if one.came_at is not None and one.ends_at <= day.until]
    missed = [
        Missed("shift", one.shift, f"{one.person} did not check out")
        for one in over
        if one.left_at is None
    ]
    return Pillar.counted(len(over), missed)


PILLARS: Mapping[str, Callable[[SiteDay], Pillar]] = {
    "right_guard": right_guard,
    "supervision": supervision,
    "control_desk": control_desk,
    "legal": legal,
    "field_support": field_support,
    "records": records,
    "emergencies": emergencies,
}


def card(day: SiteDay) -> Card:
    return {code: pillar(day) for code, pillar in PILLARS.items()}


def _answered(asked: Sequence[Alarm], until: Seconds, limit: Callable[[Alarm], Seconds]) -> Pillar:
    """Count what was to be answered by now; what was over before its time asked for nobody."""
    due = [one for one in asked if _is_due(one, until, limit(one))]
    return Pillar.counted(len(due), _late(due, limit))


def _is_due(one: Alarm, until: Seconds, limit: Seconds) -> bool:
    if one.acknowledged_at is not None:
        return True
    ended = one.ended_at if one.ended_at is not None else until
    return ended - one.opened_at >= limit


def _late(due: Sequence[Alarm], limit: Callable[[Alarm], Seconds]) -> Iterator[Missed]:
    for one in due:
        if one.acknowledged_at is None:
            yield Missed("incident", one.incident, "nobody acknowledged it")
        elif (took := one.acknowledged_at - one.opened_at) > limit(one):
            yield Missed("incident", one.incident, f"acknowledged after {took / MINUTE:.0f} min")
