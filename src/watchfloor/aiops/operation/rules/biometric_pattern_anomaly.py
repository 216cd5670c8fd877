"""The biometric checks of a person look like nobody stood there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.fraud.biometric import LEAST_MEAN, pattern
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.person import DAY, PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.rules.suspecting import of_person
from watchfloor.aiops.types import Seconds, Severity

MEAN = Limit(
    name="biometric_least_mean",
    default=LEAST_MEAN,
    unit="",
    low=0.3,
    high=0.99,
    says="What the matches of a person come to on the whole, at the least.",
)
_WINDOW: Seconds = 30 * DAY


class BiometricPatternAnomaly(StateRule[PersonFacts]):
    """Of the checks of 30 days. Resolved when they look well again."""

    code: ClassVar[str] = "BIOMETRIC_PATTERN_ANOMALY"
    subject: ClassVar[type[Facts]] = PersonFacts
    limits: ClassVar[tuple[Limit, ...]] = (MEAN,)

    def holds(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        if not facts.checks or not directory.is_one_person(facts.code):
            return
        site = facts.punches[-1].site
        latest = [check for check in facts.checks if check.at > at - _WINDOW]
        for suspicion in pattern(latest, least_mean=directory.limit(MEAN.name, site)):
            yield of_person(
                suspicion, facts.code, Severity.MEDIUM, directory, site=site, key=suspicion.detector
            )

    def due(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Seconds | None:
        """When the oldest check of the window leaves it."""
        leaves = (check.at + _WINDOW for check in facts.checks)
        return next((moment for moment in leaves if moment > at), None)
