"""A handover as a table for a spreadsheet: a line for each thing it tells, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from watchfloor.console import words
from watchfloor.console.handover import ENDINGS, Shown
from watchfloor.noc.handover.contents import Contents, Desk


class Line(NamedTuple):
    section: str
    incident: str = ""
    severity: str = ""
    what: str = ""
    place: str = ""
    who: str = ""
    at: datetime | None = None
    until: datetime | None = None
    words: str = ""


COLUMNS = Line._fields


def lines(shown: Shown) -> list[Line]:
    said = shown.contents
    return list(chain(_work(said), _figures(shown), _acts(shown), map(_desk, said.desks)))


def _work(said: Contents) -> Iterator[Line]:
    for one in said.work:
        yield Line(
            "open", f"INC-{one.number}", words.severity(one.severity).name, one.title, one.place,
            one.owner, one.opened_at, one.snoozed_until, one.note or one.next_step,
        )  # fmt: skip
    for alarm in said.alarms:
        yield Line(
            "life safety", f"INC-{alarm.number}", what=alarm.title, place=alarm.place,
            who=alarm.acknowledged_by, at=alarm.opened_at, until=alarm.acknowledged_at,
        )  # fmt: skip
    for ending in said.endings:
        yield Line("ends", what=ENDINGS[ending.kind], place=ending.about, until=ending.ends_at,
                   words=ending.why)  # fmt: skip


def _figures(shown: Shown) -> Iterator[Line]:
    for came in shown.contents.came:
        level = words.severity(came.severity).name
        yield Line("came", severity=level, what=str(came.number), words=f"{came.open} still open")
    for name, number in shown.ended:
        yield Line("ended", what=str(number), words=name)
    for quiet in shown.contents.quiet:
        why = words.suppression(quiet.reason)
        yield Line("kept quiet", what=str(quiet.number), words=why)


def _acts(shown: Shown) -> Iterable[Line]:
    for call, contact in shown.calls:
        yield Line("call", f"INC-{call.incident}", what=call.said, who=call.by, at=call.at,
                   words=contact)  # fmt: skip
    for step in shown.contents.skipped:
        what = f"{step.order}, {step.step}. {step.text}"
        yield Line("step skipped", f"INC-{step.incident}", what=what, who=step.by, at=step.at,
                   words=step.reason)  # fmt: skip


def _desk(desk: Desk) -> Line:
    did = (
        f"{desk.acknowledged} acknowledged, {desk.resolved} resolved, {desk.calls} calls,"
        f" {desk.notes} notes"
    )
    return Line("desk", what=did, who=desk.name, words=f"holds {desk.holds}")
