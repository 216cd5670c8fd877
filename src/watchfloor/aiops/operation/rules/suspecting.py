"""What the rules about fraud have in common: a suspicion comes to stand of a person."""

from __future__ import annotations

from watchfloor.aiops.fraud.suspicion import Suspicion
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing
from watchfloor.aiops.operation.wording import at_site
from watchfloor.aiops.types import Severity

LEAST_SURE = Limit(
    name="fraud_least_confidence",
    default=0.5,
    unit="",
    low=0.2,
    high=0.99,
    says="How sure a detector has to be before it is told of a person.",
)


def of_person(
    suspicion: Suspicion,
    person: str,
    severity: Severity,
    directory: Directory,
    *,
    site: str,
    key: str,
    device: str = "",
    beside: str = "",
) -> Standing:
    """Return the suspicion as it stands of a person, with what a score needs to know of it.

    `beside` is the other site, where it is about two.
    """
    other = f" and{at_site(beside, directory)}" if beside else ""
    return Standing(
        entity_type="person",
        entity_id=person,
        message=f"{person}{at_site(site, directory)}{other}: {suspicion.says}",
        severity=severity,
        key=key,
        site=site,
        person=person,
        device=device,
        evidence={
            "detector": suspicion.detector,
            "confidence": round(suspicion.confidence, 4),
            "says": suspicion.says,
        },
    )
