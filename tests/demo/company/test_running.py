from __future__ import annotations

from collections import Counter

import msgspec

from tests.demo.company.conftest import BEGINS, Fortnight
from watchfloor.aiops.operation.events import STREAMS
from watchfloor.aiops.operation.stored import read
from watchfloor.demo.company.company import Company, Told
from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import DAY, HOUR
from watchfloor.demo.world import make_world

WORLD = make_world(sites=3)


def small(seed: int = 1) -> Company:
    return run_company(WORLD, seed, BEGINS, period=HOUR)


def in_order(told: list[Told]) -> list[tuple[float, str, str]]:
    return sorted((one.at, one.stream, str(one.body)) for one in told)


def test_the_same_seed_makes_the_same_days_however_they_are_cut() -> None:
    whole, cut, other = small(), small(), small(seed=2)
    until = BEGINS + DAY
    pieces = [told for hours in (0.1, 3, 3.01, 24) for told in cut.advance(BEGINS + hours * HOUR)]

    assert in_order(pieces) == in_order(list(whole.advance(until)))
    assert in_order(pieces) != in_order(list(other.advance(until)))


def test_what_is_measured_is_told_from_a_chosen_moment_on_and_changes_nothing_else() -> None:
    whole, since = small(), BEGINS + DAY / 2
    late = run_company(WORLD, 1, BEGINS, period=HOUR, measured_from=since)
    told = [list(company.advance(BEGINS + DAY)) for company in (whole, late)]
    measured = ("heartbeats", "positions", "activity", "sensors")
    [all_else, same] = [[one for one in some if one.stream not in measured] for some in told]

    assert in_order(all_else) == in_order(same)
    assert min(one.at for one in told[1] if one.stream in measured) >= since


def test_everything_is_told_in_order_of_time(fortnight: Fortnight) -> None:
    times = [told.at for told in fortnight.told]

    assert times == sorted(times)


def test_every_stream_speaks_and_is_read_as_senders_events_are(fortnight: Fortnight) -> None:
    first: dict[tuple[str, object], Told] = {}
    for told in fortnight.told:
        first.setdefault((told.stream, told.body.get("kind") or told.body.get("state")), told)
    streams = {stream for stream, _ in first} - {"alerts"}

    assert streams == set(STREAMS)
    for told in first.values():
        if told.stream != "alerts":
            event = read(told.stream, msgspec.json.encode(told.body))
            assert event.ts == told.body["ts"]


def test_nearly_all_alarms_of_breaking_in_are_false(fortnight: Fortnight) -> None:
    kinds = ("SECURITY_ANOMALY", "INTRUSION")
    roles = fortnight.company.truth.alerts
    alarms = [a for a in fortnight.of("alerts") if a["alert_type"] in kinds]
    firing = Counter(roles[a["id"]][1] == "noise" for a in alarms if a["status"] == "firing")

    assert firing[True] > 5 * firing[False]


def test_every_alert_has_a_part_to_play(fortnight: Fortnight) -> None:
    truth = fortnight.company.truth
    known = {incident.id for incident in truth.incidents}

    assert {alert["id"] for alert in fortnight.of("alerts")} <= set(truth.alerts)
    assert {of for of, role in truth.alerts.values() if role != "noise"} <= known
    assert {of for of, role in truth.alerts.values() if role == "noise"} <= {None}
