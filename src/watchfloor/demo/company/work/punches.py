"""Checks in and out, as terminals and phones report them."""

from __future__ import annotations

from typing import Any, Literal

from watchfloor.demo.company.company import Company
from watchfloor.demo.company.work.duty import USUAL_ACCURACY, near
from watchfloor.demo.company.work.rota import Shift

Kind = Literal["check_in", "check_out"]
POOR_CHECK = 0.02
"""Share of honest biometric checks with a poor score."""


class Punches:
    def __init__(self, company: Company) -> None:
        self._company = company
        self._rng = company.rng("punches")

    def at_terminal(self, kind: Kind, person: str, shift: Shift, **other: Any) -> None:
        """Tell a biometric check at the site's terminal; `other` stands in place of what is
        usual."""
        rng, is_poor = self._rng, self._rng.random() < POOR_CHECK
        confidence = rng.uniform(0.6, 0.75) if is_poor else rng.betavariate(30, 2)
        face = {"face": person} if kind == "check_in" else {}
        self._tell(kind, person, shift, {
            "method": "biometric",
            "device": f"{shift.site}-TRM",
            "gps_m": round(abs(rng.gauss(0, 9)), 1),
            "confidence": round(confidence, 3),
            "liveness": round(rng.betavariate(25, 2), 3),
            **face,
            **other,
        })  # fmt: skip

    def by_phone(
        self, kind: Kind, person: str, shift: Shift, phone: str, metres: float, **other: Any
    ) -> None:
        """Tell a check by phone, so many metres from the site."""
        site = self._company.world.by_code[shift.site]
        latitude, longitude = near(site, metres, self._rng)
        accuracy = round(USUAL_ACCURACY * self._rng.lognormvariate(0, 0.4), 1)
        self._tell(kind, person, shift, {
            "method": "gps",
            "device": phone,
            "lat": latitude,
            "lon": longitude,
            "accuracy": accuracy,
            "gps_m": round(metres, 1),
            **other,
        })  # fmt: skip

    def _tell(self, kind: Kind, person: str, shift: Shift, how: dict[str, Any]) -> None:
        now = self._company.now
        who = {"kind": kind, "shift": shift.code, "site": shift.site, "person": person}
        self._company.tell("attendance", {"ts": now, **who, **how})
