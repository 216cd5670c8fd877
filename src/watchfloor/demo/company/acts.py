"""What people do on a floor, carried out in the company: it works, or it does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.chance import about
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.operators import work_on
from watchfloor.demo.company.truth import Incident

TAKEN_UP = frozenset({"acknowledged", "assigned", "started"})
"""Whoever does one of these sets to work, and tries within minutes what seems right."""
BEGINS_WITHIN = 2.0
"""Minutes, by the median."""
ORDERS = {
    "restart_service": re.compile(r"\b(restart|reboot|reset|power[- ]cycle)", re.IGNORECASE),
    "assign_resource": re.compile(r"\b(send|sent|dispatch|patrol|relief|cover|arm)", re.IGNORECASE),
    "send_notification": re.compile(r"\b(call|wake|message|notify|phone)", re.IGNORECASE),
    "update_configuration": re.compile(r"\b(roll|configur|disable|withdraw)", re.IGNORECASE),
    "create_ticket": re.compile(r"\b(ticket|technician|repair|replace)", re.IGNORECASE),
}
"""Words of a comment that order something."""
Alert = Mapping[str, Any]
Key = tuple[str, str]


class Hands:
    """Carries out acts on the causes that lie behind a floor's alerts."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._rng = company.rng("hands")
        self._busy: set[str] = set()
        self._causes: dict[Key, str] = {}

    def notes(self, alert: Alert) -> None:
        """Remember the cause of an alert, by which one that a rule raises of it is known too."""
        cause, _ = self._company.truth.alerts[alert["id"]]
        if cause is not None:
            self._causes[_key(alert)] = cause

    def behind(self, alert: Alert) -> list[Incident]:
        """Return the causes that still go on behind an alert of the floor, whoever raised it."""
        named = {self._causes.get(_key(alert)), self._company.plant.cause_of(alert["device"])}
        things = {alert["device"], alert["person"], *str(alert["entity_id"]).split(":")} - {
            "",
            None,
        }
        return [
            incident
            for incident in self._company.open_incidents()
            if incident.id in named or {incident.root, incident.person} & things
        ]

    def do(self, incident: Incident, kind: str, text: str) -> None:
        """Carry out an act of the kind, as a floor's timeline tells of it."""
        if kind == "commented":
            for action in ordered(text):
                self._company.attempt(incident, action, by="order")
        elif kind in TAKEN_UP and incident.id not in self._busy:
            self._busy.add(incident.id)
            self._company.start(self._takes_up(incident, self._rng))

    def _takes_up(self, incident: Incident, rng: Random) -> Process:
        yield about(rng, BEGINS_WITHIN, 0.4)
        yield from work_on(self._company, incident, rng, by="hands")


def ordered(text: str) -> list[str]:
    """Return the actions that a comment orders."""
    return [action for action, words in ORDERS.items() if words.search(text)]


def _key(alert: Alert) -> Key:
    return alert["alert_type"], alert.get("device") or alert.get("person") or alert["site"]
