from __future__ import annotations

import pytest

from tests.demo.company.conftest import BEGINS
from watchfloor.demo.company.acts import Hands, ordered
from watchfloor.demo.company.drills import DRILLS
from watchfloor.demo.company.seasons import DAY, HOUR
from watchfloor.demo.world import make_world

WORLD = make_world()


@pytest.mark.parametrize("name", DRILLS)
def test_a_drill_tells_of_one_cause_at_most_and_comes_to_an_end(name: str) -> None:
    company = DRILLS[name].open(WORLD, 3, BEGINS).company
    told = list(company.advance(BEGINS + 3 * DAY))
    alerts = [one.body for one in told if one.stream == "alerts"]

    assert company.is_idle
    assert len(company.truth.incidents) == (name != "false-alarm")
    assert alerts[-1]["status"] == "resolved"
    assert len({alert["id"] for alert in alerts}) == len(alerts)
    assert (alerts[0]["timestamp"] - BEGINS) / DRILLS[name].speed < 180


@pytest.mark.parametrize("kind", ["acknowledged", "assigned", "started"])
def test_whoever_takes_an_incident_up_tries_what_may_end_it(kind: str) -> None:
    company = DRILLS["dead-gateway"].open(WORLD, 3, BEGINS).company
    list(company.advance(BEGINS + 300))
    [incident] = company.open_incidents()

    Hands(company).do(incident, kind, "")
    list(company.advance(BEGINS + HOUR))

    assert "restart_service" in incident.tried


def test_what_a_comment_orders_is_tried_at_once_and_a_closed_row_ends_no_cause() -> None:
    company = DRILLS["dead-gateway"].open(WORLD, 3, BEGINS).company
    list(company.advance(BEGINS + 300))
    [incident] = company.open_incidents()
    hands = Hands(company)

    hands.do(incident, "resolved", "all well, restarted")
    assert incident.tried == []

    hands.do(incident, "commented", "Restart the gateway, please")
    assert incident.tried == ["restart_service"]


def test_a_comment_may_order_several_things_or_none() -> None:
    assert ordered("Send a patrol and call the client") == ["assign_resource", "send_notification"]
    assert ordered("Looks odd to me") == []
