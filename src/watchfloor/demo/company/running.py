"""A company with all that happens in it: read this first."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.alarms import KEYLESS, Alarms
from watchfloor.demo.company.beats import Beats
from watchfloor.demo.company.causes.darkness import Darkness
from watchfloor.demo.company.causes.faults import Faults
from watchfloor.demo.company.causes.intruders import Intruders
from watchfloor.demo.company.causes.releases import Releases
from watchfloor.demo.company.causes.supply import Supply
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.operators import Operators
from watchfloor.demo.company.seasons import MINUTE
from watchfloor.demo.company.work.arming import Arming
from watchfloor.demo.company.work.duty import Duties
from watchfloor.demo.company.work.fraud import Fraud
from watchfloor.demo.company.work.helpdesk import Helpdesk
from watchfloor.demo.company.work.logs import Logs
from watchfloor.demo.company.work.orders import WorkOrders
from watchfloor.demo.company.work.punches import Punches
from watchfloor.demo.company.work.shifts import Shifts
from watchfloor.demo.company.work.tours import Tours
from watchfloor.demo.company.work.watch import Watch
from watchfloor.demo.world import World

BEAT_PERIOD: Seconds = 15 * MINUTE
DESKS = 3


@dataclass(frozen=True)
class Parts:
    """What can be told to do something at a chosen moment."""

    company: Company
    alarms: Alarms
    supply: Supply
    faults: Faults
    releases: Releases
    intruders: Intruders
    shifts: Shifts
    watch: Watch
    fraud: Fraud
    arming: Arming
    duties: Duties


def assemble(
    world: World,
    seed: int,
    begins: Seconds,
    measured_from: Seconds | None = None,
    pace: float = 1.0,
    keyless: float = KEYLESS,
    cheating: float = 1.0,
) -> Parts:
    """Return a company in which nothing happens until it is begun."""
    company = Company(world, seed, begins, measured_from, pace)
    alarms = Alarms(company, keyless)
    darkness, duties, punches = Darkness(company, alarms), Duties(company), Punches(company)
    fraud = Fraud(company, duties, punches, cheating)
    return Parts(
        company,
        alarms,
        Supply(company, alarms, darkness),
        Faults(company, alarms, darkness),
        Releases(company, alarms),
        Intruders(company, alarms),
        Shifts(company, alarms, duties, punches, fraud),
        Watch(company, alarms, duties),
        fraud,
        Arming(company, alarms),
        duties,
    )


def run_company(
    world: World,
    seed: int,
    begins: Seconds,
    *,
    period: Seconds = BEAT_PERIOD,
    desks: int = DESKS,
    measured_from: Seconds | None = None,
    pace: float = 1.0,
    cheating: float = 1.0,
) -> Company:
    """Return a company at work. With no desks, incidents end by themselves or by acts from
    outside. `cheating`: how many times more often than in life somebody cheats."""
    parts = assemble(world, seed, begins, measured_from, pace, cheating=cheating)
    company, alarms = parts.company, parts.alarms
    for part in (
        parts.supply, parts.faults, parts.releases, parts.intruders, parts.duties, parts.shifts,
        parts.watch, parts.arming, Tours(company, parts.duties), Helpdesk(company, alarms),
        WorkOrders(company), Logs(company, parts.duties),
        Beats(company, period, parts.releases.behind), Operators(company, desks),
    ):  # fmt: skip
        part.begin()
    return company
