"""Work orders: planned upkeep of every site each month, and repairs of what has failed."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.chance import arrivals
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import DAY, HOUR, is_business
from watchfloor.demo.world import Site

ORDERS_PER_SITE = 0.12
DUE_AFTER: Seconds = 5 * DAY
LATE = 0.06
CATEGORIES = ("upkeep", "repair", "inspection")
VENDORS = ("Kestrel Services", "Nordlicht Technik", "Van der Meer")


class WorkOrders:
    def __init__(self, company: Company) -> None:
        self._company = company
        self._made = 0

    def begin(self) -> None:
        company = self._company
        for site in company.world.sites:
            rng = company.rng(f"orders:{site.code}")
            order = partial(self._order, site, rng)
            company.start(arrivals(company, rng, ORDERS_PER_SITE, order, _by_day, is_trouble=False))

    def _order(self, site: Site, rng: Random) -> Process:
        company = self._company
        self._made += 1
        asset = rng.choice(company.world.devices_of(site.code)).code
        category = rng.choice(CATEGORIES)
        order = {
            "work_order": company.code("WO", self._made), "site": site.code, "asset": asset,
            "category": category, "vendor": rng.choice(VENDORS),
            "title": f"{category.capitalize()} of {asset}",
            "created": company.now,
            "due": company.now + DUE_AFTER,
        }  # fmt: skip
        self._tell(order, "ASSIGNED")
        begins = rng.uniform(0.1, 0.8) * DUE_AFTER
        if rng.random() < LATE:
            begins = rng.uniform(1.02, 1.5) * DUE_AFTER
            row = {"work_order": order["work_order"], "site": site.code, "ts": order["due"]}
            company.truth.overdue.append(row)
        yield begins
        self._tell(order, "IN_PROGRESS")
        yield rng.uniform(0.5, 2) * HOUR
        self._tell(order, "COMPLETED")

    def _tell(self, order: dict[str, Any], state: str) -> None:
        self._company.tell("work_orders", {"ts": self._company.now, "state": state, **order})


def _by_day(at: Seconds) -> float:
    return 3.0 if is_business(at) else 0.05
