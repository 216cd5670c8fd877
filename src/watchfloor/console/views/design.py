"""The parts that pages are made of, each once, from the templates that pages use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import words
from watchfloor.console.chart import Chart
from watchfloor.console.explaining import Explanation, Reason
from watchfloor.console.filters import INCIDENT_STATES, Filter
from watchfloor.console.looks import LOOKS
from watchfloor.console.ranges import TimeRange
from watchfloor.console.views.door import PageRequest, page, reader_of
from watchfloor.platform.accounts.capabilities import VIEW

COLOURS = (
    "ground", "surface", "raised", "sunken", "line", "line-strong", "ink", "muted", "accent",
    "on-accent", "focus", "good", "shadow", "critical", "high", "medium", "low", "info",
    "on-severity", "panic", "on-panic", "panic-wash",
)  # fmt: skip
SPACES = ("s1", "s2", "s3", "s4", "s5", "s6")
TYPES = ("t-title", "t-lead", "t-body", "t-small")
WHY = Explanation(
    sentence="It is here because it is like what was here already.",
    reasons=(Reason("same gateway above it", 2.31), Reason("4 min after the last one", 0.87)),
    runner_up="INC-12, Camera blind at North Gate, with 0.41",
    score=0.93,
    threshold=0.5,
    decided_by="The rules",
    turns=("Had it come 40 min later, it would have begun an incident of its own.",),
)
WEEK = ((0, 2, 4), (0, 1, 3), (1, 4, 6), (0, 0, 2), (0, 0, 0), (0, 1, 5), (0, 2, 3))
"""Incidents of a week: critical, high and medium ones of each day."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the rows of the page differ in."""

    severity: int
    state: str
    title: str
    minutes: int
    is_life_safety: bool = False
    who: str = ""


SAMPLES = (
    Sample(5, "NEW", "Panic button at reception", 1, is_life_safety=True),
    Sample(4, "NEW", "Mains failure at 12 sites", 4),
    Sample(3, "ACKNOWLEDGED", "Disk of a recorder nearly full", 50, who="Mia Ito"),
    Sample(2, "ASSIGNED", "Camera out of focus", 90, who="Leo Okafor"),
    Sample(1, "RESOLVED", "Motion in the car park at night, as every night about this time", 240),
)


@require_safe
@page(VIEW)
def design(request: PageRequest) -> HttpResponse:
    reader = reader_of(request)
    context = {
        "colours": COLOURS,
        "spaces": SPACES,
        "types": TYPES,
        "severities": words.SEVERITIES.items(),
        "states": words.STATES.items(),
        "filter": Filter.read(request.GET, INCIDENT_STATES, reader),
        "filter_states": INCIDENT_STATES.items(),
        "looks": [look for look in LOOKS.values() if not look.severity],
        "samples": [_row(number, sample) for number, sample in enumerate(SAMPLES, 1)],
        "why": WHY,
        "chart": _chart(),
        "when": TimeRange.read(request.GET, reader, usual="24h"),
    }
    return render(request, "console/design.html", context)


def _chart() -> Chart:
    counted = enumerate(zip((5, 4, 3), counts, strict=True) for counts in WEEK)
    said = "Incidents of each day, the worst on the ground"
    return Chart.of(len(WEEK), counted, full=max(map(sum, WEEK)), said=said)


def _row(number: int, sample: Sample) -> dict[str, Any]:
    return {
        "id": UUID(int=number),
        "number": number,
        "title": sample.title,
        "severity": sample.severity,
        "state": sample.state,
        "is_life_safety": sample.is_life_safety,
        "assigned_to_name": sample.who,
        "alert_count": sample.minutes,
        "site_name": "North Tower",
        "client_name": "Acme",
        "opened_at": timezone.now() - timedelta(minutes=sample.minutes),
        "is_whole": True,
    }
