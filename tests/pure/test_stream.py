import gzip
import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.lives import Verdict
from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.alerts.reading import parse_severity, parse_timestamp
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.alerts.suppression import Kind, MaintenanceWindow, Suppressions
from watchfloor.aiops.alerts.windows import Schedule
from watchfloor.aiops.correlation.fingerprint import fingerprint
from watchfloor.aiops.correlation.topology import load_inventory
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Signal

DAWN = 1_767_600_000.0
HOUR = 3600.0


def report(number, second, alert_type="DEVICE_OFFLINE", status=Signal.FIRING, **fields):
    at = DAWN + second
    received_at = fields.pop("received_at", at + 1)
    named = {"site": "S1", **fields}
    return Report(f"{number:032x}", 1, received_at, alert_type, status, timestamp=at, **named)


def applied(reports, **settings):
    return list(AlertStream(**settings).replay(reports))


def test_each_report_gets_an_alert_a_verdict_and_a_cluster():
    first, second, third = applied(
        [
            report(1, 0, device="cam-1"),
            report(2, 30, device="cam-1"),
            report(3, 60, device="cam-1", status=Signal.RESOLVED),
        ]
    )

    assert [one.verdict.name for one in (first, second, third)] == ["OPENED", "COUNTED", "RESOLVED"]
    assert first.alert_id == second.alert_id == third.alert_id == first.report.event_id
    assert first.membership.cluster == third.membership.cluster == 1


def test_a_touch_stays_where_its_alert_is():
    opened, touched = applied([report(1, 0), report(2, 0, is_touch=True)])

    assert (touched.verdict, touched.alert_id) == (Verdict.TOUCHED, opened.alert_id)
    assert touched.membership.cluster == opened.membership.cluster
    assert not touched.membership.opened_bout


def test_touches_keep_an_alert_alive_for_the_clusterer_and_add_nothing_to_its_cluster():
    stream = AlertStream()
    opened = stream.apply(report(0, 0, device="switch-1", silence=300.0))
    for n in range(1, 25):
        repeat = report(
            n, 0, device="switch-1", silence=300.0, is_touch=True, received_at=DAWN + 60 * n
        )
        touched = stream.apply(repeat)
        assert touched.membership.cluster == opened.membership.cluster
        assert not touched.membership.opened_bout

    assert stream.clusterer.alerts[opened.alert_id].until == DAWN + 24 * 60 + 300


def test_a_panic_has_a_cluster_of_its_own_inside_a_storm():
    storm = [report(n, n, device=f"cam-{n}") for n in range(40)]
    panic = report(99, 41, "PANIC", person="P1")

    *others, last = applied([*storm, panic])

    assert last.membership.cluster not in {one.membership.cluster for one in others}
    assert last.suppressed_by is None


def test_maintenance_is_recorded_and_hides_nothing_from_the_count():
    schedule = Schedule(starts_at=DAWN, ends_at=DAWN + HOUR)
    window = MaintenanceWindow(id="w", schedule=schedule, sites=frozenset({"S1"}))
    [inside, after] = applied(
        [report(1, 0), report(2, 2 * HOUR)], suppressions=Suppressions(windows=(window,))
    )

    assert inside.suppressed_by.kind is Kind.MAINTENANCE
    assert after.suppressed_by is None
    assert after.step.life.count == 2


def test_flapping_is_folded_but_not_for_life_safety():
    signals = (Signal.FIRING, Signal.RESOLVED)

    def flap(alert_type):
        return applied(report(n, n * 60, alert_type, signals[n % 2]) for n in range(12))

    assert flap("DOOR_OPEN")[-1].suppressed_by.kind is Kind.FLAPPING
    assert {one.suppressed_by for one in flap("MAN_DOWN")} == {None}


def test_names_are_matched_before_domains_are_looked_up():
    inventory = load_inventory({"sites": [{"id": "S1", "name": "Harbor Point", "feeder": "F1"}]})
    [one] = applied([report(1, 0, site="Habor Point")], inventory=inventory)

    assert one.place.site == "S1"
    assert "feeder:F1" in one.place.domains


MOVES = st.lists(
    st.tuples(
        st.floats(0, 20 * HOUR), st.sampled_from("abc"), st.sampled_from([1, 1, 2]), st.booleans()
    ),
    max_size=60,
)


@given(MOVES)
def test_letting_go_of_finished_lives_changes_nothing(moves):
    reports, second = [], 0.0
    for number, (passed, device, status, is_touch) in enumerate(moves):
        second += passed
        reports.append(
            report(number, second, status=Signal(status), device=device, is_touch=is_touch)
        )
    forgetful, keeping = AlertStream(), AlertStream()
    keeping._sweep = lambda now: None

    def told(stream):
        return [(one.alert_id, one.verdict, one.at) for one in stream.replay(reports)]

    assert told(forgetful) == told(keeping)


@given(MOVES, st.floats(0, 1e6))
def test_in_a_replay_of_history_it_does_not_matter_when_it_is_replayed(moves, later):
    history, second = [], 0.0
    for number, (passed, device, status, is_touch) in enumerate(moves):
        second += passed
        history.append(
            report(number, second, status=Signal(status), device=device, is_touch=is_touch)
        )
    end = DAWN + second + 7 * HOUR

    def told(arrives):
        arrived = [msgspec.structs.replace(one, received_at=arrives(n)) for n, one in history_of]
        return [
            (one.alert_id, one.verdict, one.at, one.step.life.expires_at, one.membership)
            for one in AlertStream().replay(arrived)
        ]

    history_of = list(enumerate(history))
    assert told(lambda n: end) == told(lambda n: end + later + n)


def test_a_long_quiet_tail_leaves_no_life_behind():
    stream = AlertStream()
    for number in range(500):
        stream.apply(report(number, number, device=f"cam-{number}"))
    for day in range(1, 6):
        stream.apply(report(1000 + day, day * 24 * HOUR, device="last"))

    assert len(stream.lives) == 1


def test_a_tenants_own_life_safety_type_is_protected():
    policy = AlertPolicy(life_safety_types=frozenset({"gas-leak"}))
    window = MaintenanceWindow(id="w", schedule=Schedule(starts_at=DAWN, ends_at=DAWN + HOUR))

    [one] = applied(
        [report(1, 0, "GAS LEAK")], policy=policy, suppressions=Suppressions(windows=(window,))
    )

    assert one.suppressed_by is None


RUNS = Path(__file__).parents[3] / "shared/data/facility_runs"


def facility_reports(run="run101"):
    with gzip.open(RUNS / run / "alerts.jsonl.gz", "rt") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            yield (
                row["tenant"],
                Report(
                    f"{number:032x}",
                    1,
                    parse_timestamp(row["received_at"]),
                    row["alert_type"],
                    Signal.FIRING if row["status"] == "firing" else Signal.RESOLVED,
                    parse_severity(row["severity"])[0],
                    timestamp=parse_timestamp(row["timestamp"]),
                    client=row["client"],
                    site=row["site"],
                    device=row.get("device", ""),
                    person=row.get("person", ""),
                    message=row["message"],
                    dedup_key=row["dedup_key"],
                ),
            )


@pytest.mark.data
@pytest.mark.skipif(not RUNS.exists(), reason="needs ../shared/data/facility_runs")
def test_a_month_of_a_guarding_operation_loses_nothing_and_no_key_is_unstable():
    streams = {"T0": AlertStream(), "T1": AlertStream()}
    told = [streams[tenant].apply(one) for tenant, one in facility_reports()]

    assert not any(one.clock_suspect for one in told)
    unstable = [one for one in told if re.search(r":\d{5,}$", one.report.dedup_key)]
    assert len(unstable) > 300
    for one in unstable:
        stable = msgspec.structs.replace(
            one.report, dedup_key=one.report.dedup_key.rpartition(":")[0]
        )
        assert one.step.life.fingerprint == fingerprint(stable)
    counted = {one.alert_id: one.step.life for one in told}
    fired = sum(one.report.status is Signal.FIRING for one in told)
    assert sum(life.count for life in counted.values()) == fired
    assert all(msgspec.msgpack.encode(life) for life in counted.values())


@pytest.mark.data
@pytest.mark.skipif(not RUNS.exists(), reason="needs ../shared/data/facility_runs")
@pytest.mark.parametrize("run", ["run101", "run102"])
def test_a_month_replayed_a_year_later_is_decided_as_it_was_live(run):
    def told(arrival_of):
        streams = {"T0": AlertStream(), "T1": AlertStream()}
        for tenant, one in sorted(facility_reports(run), key=lambda row: row[1].received_at):
            arrived = msgspec.structs.replace(one, received_at=arrival_of(one))
            applied = streams[tenant].apply(arrived)
            yield applied.alert_id, applied.verdict, applied.membership

    live, replayed = (
        list(told(lambda one: one.received_at)),
        list(told(lambda one: DAWN + 365 * 24 * HOUR)),
    )
    assert replayed == live
