"""One fortnight of a small company, for the tests that only look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from watchfloor.demo.company.company import Company, Told
from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import DAY, HOUR
from watchfloor.demo.world import make_world

BEGINS = 1_774_224_000.0
"""Monday 23 March 2026: the clocks change on its Sunday."""
ENDS = BEGINS + 14 * DAY


@dataclass(frozen=True)
class Fortnight:
    company: Company
    told: list[Told]

    def of(self, stream: str) -> list[dict[str, Any]]:
        return [told.body for told in self.told if told.stream == stream]


@pytest.fixture(scope="package")
def fortnight() -> Fortnight:
    company = run_company(make_world(sites=6), 5, BEGINS, period=HOUR)
    return Fortnight(company, list(company.advance(ENDS)))
