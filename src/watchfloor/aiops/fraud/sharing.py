"""One device, or one face, for several persons.

Which devices are shared by right is learnt from what they are used for: a terminal at a gate has
many users and none that owns it; a phone has one. Only where a device is somebody's own does
another's punch on it mean something.
"""

from __future__ import annotations

from collections.abc import Mapping

from watchfloor.aiops.fraud.suspicion import MOST, Suspicion
from watchfloor.aiops.types import Seconds

ENOUGH_USES = 10
"""Of a device that was used less, nobody knows yet whose it is."""
OWNED = 0.8
"""Share of the uses from which on a device is somebody's own."""
TOGETHER: Seconds = 600.0
SURE_FACE, SURE_LIVENESS = 0.85, 0.7
_SEEN_HERSELF = 0.3
"""What is left of a suspicion if a live face was recognised: a colleague's phone was lent."""


def owner(uses: Mapping[str, float]) -> str:
    """Return whose device it is by its uses; empty for one that is shared, or little used.

    >>> owner({"P1": 19.0, "P2": 1.0}), owner({"P1": 9.0, "P2": 8.0, "P3": 9.0}), owner({"P1": 3.0})
    ('P1', '', '')
    """
    total = sum(uses.values())
    if total < ENOUGH_USES:
        return ""
    most = max(uses, key=lambda person: (uses[person], person))
    return most if uses[most] >= OWNED * total else ""


def for_another(
    person: str,
    owned_by: str,
    since_owner: Seconds,
    *,
    uses: Mapping[str, float],
    face: float | None = None,
    liveness: float | None = None,
) -> Suspicion | None:
    """Return a suspicion if somebody's own device checks another in, just when it did its owner.

    The confidence is how sure it is that the device is the owner's own (Laplace's rule on its
    uses); hours apart it is a phone that was handed on, and no suspicion.
    """
    if person == owned_by or not owned_by or since_owner > TOGETHER:
        return None
    sure = (uses.get(owned_by, 0.0) + 1.0) / (sum(uses.values()) + 2.0)
    confidence = min(MOST, max(sure, OWNED))
    if (face or 0.0) >= SURE_FACE and (liveness or 0.0) >= SURE_LIVENESS:
        confidence *= _SEEN_HERSELF
    minutes = since_owner / 60
    says = f"Used the own device of {owned_by}, {minutes:.0f} min from that person's punch."
    return Suspicion("shared_device", confidence, says)


def same_face(person: str, known_as: str, confidence: float | None) -> Suspicion | None:
    """Return a suspicion if a face that was enrolled for one person checks another in.

    It is worth what the match was worth: a poor one mistakes brothers for each other.
    """
    if not known_as or known_as == person:
        return None
    match = 0.9 if confidence is None else confidence
    return Suspicion("shared_face", min(MOST, match), f"Was checked in by the face of {known_as}.")
