from __future__ import annotations

from itertools import count

import pytest

from tests.demo.company.conftest import BEGINS
from watchfloor.demo.company.odds import CURES
from watchfloor.demo.company.running import Parts, assemble
from watchfloor.demo.company.seasons import DAY, HOUR
from watchfloor.demo.company.truth import Incident
from watchfloor.demo.world import make_world

WORLD = make_world(sites=4)
GATEWAY = "WB001-GW"


def dead_gateway(seed: int) -> tuple[Parts, Incident]:
    """Return a company in which nothing is wrong but one gateway."""
    parts = assemble(WORLD, seed, BEGINS)
    company = parts.company
    company.start(parts.faults.fault(company.plant.devices[GATEWAY], company.rng("test")))
    list(company.advance(BEGINS + 600))
    return parts, company.truth.incidents[0]


def seed_whose_act(works: bool) -> int:
    for seed in count():
        parts, incident = dead_gateway(seed)
        if parts.company.attempt(incident, "restart_service", by="somebody") == works:
            return seed
    raise AssertionError


def test_the_right_act_ends_a_cause_and_all_that_hangs_on_it_comes_back() -> None:
    parts, incident = dead_gateway(seed_whose_act(works=True))
    company = parts.company
    assert company.plant.is_dark("WB001-CAM-03")

    company.attempt(incident, "restart_service", by="somebody")
    list(company.advance(BEGINS + HOUR))

    assert incident.is_fixed
    assert company.open_incidents() == []
    assert not any(map(company.plant.is_dark, company.plant.devices))


def test_an_act_that_fails_changes_nothing_and_is_not_tried_twice() -> None:
    parts, incident = dead_gateway(seed_whose_act(works=False))
    company, ends_at = parts.company, incident.ends_at
    company.attempt(incident, "restart_service", by="somebody")

    assert not any(company.attempt(incident, "restart_service", by="other") for _ in range(50))
    assert incident.ends_at == ends_at
    assert company.plant.is_dark(GATEWAY)


def test_another_act_than_the_right_one_never_works() -> None:
    for seed in range(10):
        parts, incident = dead_gateway(seed)
        assert not parts.company.attempt(incident, "send_notification", by="somebody")
        list(parts.company.advance(BEGINS + 3 * DAY))
        assert not incident.is_fixed


def test_the_odds_differ_from_run_to_run_within_their_bounds() -> None:
    odds = {
        remedy.odds for seed in range(8) if (remedy := dead_gateway(seed)[1].remedy) is not None
    }
    cure = CURES["GATEWAY_FAULT"]
    assert cure is not None

    assert len(odds) == 8
    assert all(cure.low <= one <= cure.high for one in odds)


@pytest.mark.parametrize("seed", range(3))
def test_power_and_carriers_come_back_when_they_do(seed: int) -> None:
    parts = assemble(WORLD, seed, BEGINS)
    company = parts.company
    company.start(parts.supply.power_cut("Feeder 1", company.rng("test")))
    list(company.advance(BEGINS + 1))
    [cut] = company.open_incidents()

    assert cut.remedy is None
    assert not any(company.attempt(cut, cure.action, by="x") for cure in CURES.values() if cure)
