"""The seven pillars: how much of what was counted of a site's day was as it has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from watchfloor.aiops.scorecard.facts import Alarm, SiteDay
from watchfloor.aiops.scorecard.score import Card, Missed, Pillar
from watchfloor.aiops.types import Seconds, Severity

LATE: Seconds = 15 * 60
ANSWERED: Mapping[Severity, Seconds] = {Severity.CRITICAL: 15 * 60, Severity.HIGH: 30 * 60}
FOUND: Mapping[Severity, Seconds] = {Severity.CRITICAL: 15 * 60, Severity.HIGH: 2 * 3600}
"""How soon a finding is to be acknowledged; graver ones only are due within a day."""
EMERGENCY: Seconds = 2 * 60
FIELD_SUPPORT: Seconds = 72 * 3600
MINUTE: Seconds = 60
Limit = Callable[[Severity], Seconds | None]
"""How soon somebody has to answer; None: nobody has to."""


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
    """Of mandatory tours, guards on duty, and grave findings: tours walked as planned, guards who
    gave signs all along, findings acknowledged in time."""
    due = _due(day.findings, day.until, FOUND.get)
    missed = [Missed("tour", one.tour, one.said) for one in day.walks if not one.is_whole]
    missed += [
        Missed("person", one.person, "gave no sign for too long")
        for one in day.awake
        if one.is_inactive
    ]
    missed += _late("finding", due)
    untold = {
        "No mandatory tour was planned.": not day.walks,
        "No sign of anybody on duty was told of.": not day.awake,
        "The site was not inspected.": not day.was_inspected,
    }
    return Pillar.counted(len(day.walks) + len(day.awake) + len(due), missed, untold=untold)


def control_desk(day: SiteDay) -> Pillar:
    """Of critical and high incidents, those acknowledged in 15 and 30 minutes."""
    asked = [one for one in day.alarms if not one.is_life_safety]
    due = _due(asked, day.until, ANSWERED.get)
    return Pillar.counted(len(due), _late("incident", due))


def emergencies(day: SiteDay) -> Pillar:
    """Of emergencies, those acknowledged in two minutes."""
    asked = [one for one in day.alarms if one.is_life_safety]
    due = _due(asked, day.until, lambda _: EMERGENCY)
    return Pillar.counted(len(due), _late("incident", due))


def legal(day: SiteDay) -> Pillar:
    """Of those who worked and whose hours are known, the ones who kept to the law: in their hours
    and rest, employed, at a site where they may work, not on leave, with the skills of the post,
    and with licences that held to the end.

    Whose hours are not known counts where something else was broken.
    """
    worked = [one for one in day.stood if one.came_at is not None]
    judged = [one for one in worked if one.left_at is not None or one.broke]
    missed = [Missed("person", one.person, "; ".join(one.broke)) for one in judged if one.broke]
    hourless = sum(1 for one in worked if one.left_at is None)
    paperless = sum(1 for one in worked if not one.has_papers)
    endless = sum(1 for one in worked if not one.is_end_known)
    untold = {
        f"{hourless} did not check out: their hours are not known.": bool(hourless),
        f"{paperless} are in no register of employments.": bool(paperless),
        f"{endless} have no licence on record for a skill of their post: whether it had ended is"
        " not known.": bool(endless),
    }
    return Pillar.counted(len(judged), missed, untold=untold)


def field_support(day: SiteDay) -> Pillar:
    """Of tickets that were closed or ran out of time, those closed in 72 hours."""
    missed = [
        Missed("ticket", one.ticket, "not closed in 72 hours")
        for one in day.help
        if one.ended_at is None or one.ended_at - one.opened_at > FIELD_SUPPORT
    ]
    return Pillar.counted(len(day.help), missed)


def records(day: SiteDay) -> Pillar:
    """Of shifts that somebody worked and that are over, those with both a coming and a going; of
    reports that the site was to hand in, those that it did in time."""
    over = [one for one in day.stood if one.came_at is not None and one.ends_at <= day.until]
    missed = [
        Missed("shift", one.shift, f"{one.person} did not check out")
        for one in over
        if one.left_at is None
    ]
    missed += [Missed("report", one.report, one.said) for one in day.papers if not one.is_in_time]
    untold = {"No report of the site was due.": not day.papers}
    return Pillar.counted(len(over) + len(day.papers), missed, untold=untold)


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


def _due(asked: Sequence[Alarm], until: Seconds, limit: Limit) -> list[tuple[Alarm, Seconds]]:
    """Return what was to be answered by now, and how soon; what was over before asked nobody."""
    timed = [(one, limit(one.severity)) for one in asked]
    return [(one, soon) for one, soon in timed if soon is not None and _is_due(one, until, soon)]


def _is_due(one: Alarm, until: Seconds, limit: Seconds) -> bool:
    if one.acknowledged_at is not None:
        return True
    ended = one.ended_at if one.ended_at is not None else until
    return ended - one.opened_at >= limit


def _late(kind: str, due: Sequence[tuple[Alarm, Seconds]]) -> Iterator[Missed]:
    for one, soon in due:
        if one.acknowledged_at is None:
            yield Missed(kind, one.ref, "nobody acknowledged it")
        elif (took := one.acknowledged_at - one.opened_at) > soon:
            yield Missed(kind, one.ref, f"acknowledged after {took / MINUTE:.0f} min")
