"""What the company's own systems report: panels, recorders, monitors, time clocks, helpdesk.

They are no better than such systems are: some repeat themselves, some grade in their own way, some
send late.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.truth import Incident, Role

LATE_SHARE, LATE_SECONDS = 0.02, 240.0
USUAL_DELAY = 3.0
OTHER_GRADE = 0.08
"""Share of alerts that a system grades a step higher or lower than it usually does."""
GRADES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
KEYLESS = 0.05


@dataclass(frozen=True, slots=True)
class Sign:
    """How a system tells of something.

    `{what}` in the wordings is the name of the device or site, or the code of the person.
    """

    source: str
    alert_type: str
    severity: str
    wordings: tuple[str, ...]


@dataclass(slots=True)
class Alarm:
    """An alert that fires."""

    sign: Sign
    incident: Incident | None
    about: dict[str, Any]
    what: str
    key: str


class Alarms:
    """`keyless`: share of alerts whose key is made anew each time."""

    def __init__(self, company: Company, keyless: float = KEYLESS) -> None:
        self._company = company
        self._keyless = keyless
        self._rng = company.rng("alarms")
        self._clients = {site.code: site.client for site in company.world.sites}
        world = company.world
        self._names = {site.code: site.name for site in world.sites}
        self._names |= {device.code: device.name for device in world.devices}

    def fires(
        self,
        sign: Sign,
        site: str,
        incident: Incident | None,
        role: Role = "root",
        **about: str,
    ) -> Alarm:
        """Report something at a site. `about`: device, person, zone ..., by their codes."""
        what = about.get("device") or about.get("person") or site
        told = {"client": self._clients[site], "site": site, **about}
        key = ":".join((sign.alert_type, what, *about.values()))
        named = self._names.get(what, what)
        alarm = Alarm(sign, incident, told, named, key)
        self._send(alarm, role, "firing", self._rng.choice(sign.wordings).format(what=named))
        if incident is not None:
            self._company.is_heard(incident)
        return alarm

    def again(self, alarm: Alarm) -> None:
        role: Role = "noise" if alarm.incident is None else "duplicate"
        self._send(alarm, role, "firing", alarm.sign.wordings[0].format(what=alarm.what))

    def ends(self, alarm: Alarm, message: str = "back to normal") -> None:
        role: Role = "noise" if alarm.incident is None else "resolve"
        self._send(alarm, role, "resolved", message)

    def repeats(self, alarm: Alarm, every: Seconds, is_over: Callable[[], bool]) -> Process:
        """Report the alarm again and again, and its end when it is over."""
        while not is_over():
            yield every * self._rng.uniform(0.8, 1.2)
            if not is_over():
                self.again(alarm)

    def _send(self, alarm: Alarm, role: Role, status: str, message: str) -> None:
        company, truth = self._company, self._company.truth
        number = f"{company.seed}-{len(truth.alerts):06}"
        truth.alerts[number] = (alarm.incident.id if alarm.incident else None, role)
        is_late = self._rng.random() < LATE_SHARE
        delay = self._rng.expovariate(1 / (LATE_SECONDS if is_late else USUAL_DELAY))
        key = number if self._rng.random() < self._keyless else alarm.key
        body = {
            "id": number,
            "source": alarm.sign.source,
            "alert_type": alarm.sign.alert_type,
            "severity": self._grade(alarm.sign.severity),
            **alarm.about,
            "status": status,
            "message": message,
            "timestamp": company.now,
            "dedup_key": key,
        }
        company.tell("alerts", body, company.now + delay)

    def _grade(self, usual: str) -> str:
        if self._rng.random() >= OTHER_GRADE:
            return usual
        place = GRADES.index(usual) + self._rng.choice((-1, 1))
        return GRADES[min(max(place, 0), len(GRADES) - 1)]
