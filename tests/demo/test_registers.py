"""The company's registers name what its events name."""

from __future__ import annotations

from datetime import date

from watchfloor.demo.company.registers import registers
from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import DAY, local
from watchfloor.demo.world import make_world
from watchfloor.domain.contacts.specs import CallListRow

BEGINS = 1_772_409_600.0


def test_what_events_name_is_in_the_registers():
    world = make_world(2, sites=3)
    rows = registers(world, BEGINS)
    codes = {
        noun: {row["code"] for row in rows[noun]} for noun in ("posts", "checkpoints", "routes")
    }
    areas = {(row["site"], row["area"]) for row in rows["arming-schedules"]}
    ends = BEGINS + 2 * DAY
    told = list(run_company(world, 7, BEGINS, measured_from=ends).advance(ends))
    by_stream = {
        one: [t.body for t in told if t.stream == one]
        for one in ("roster", "tours", "arming", "tickets", "filings")
    }
    assert all(by_stream.values())

    assert {row["post"] for row in by_stream["roster"] if row["kind"] == "roster"} == codes["posts"]
    planned = [row for row in by_stream["tours"] if row["kind"] == "planned"]
    assert {row["route"] for row in planned} == codes["routes"]
    assert {code for row in planned for code in row["checkpoints"]} == codes["checkpoints"]
    assert {(row["site"], row["area"]) for row in by_stream["arming"]} == areas
    owed = {(row["site"], row["report"]) for row in rows["required-reports"]}
    assert {(row["site"], row["report"]) for row in by_stream["filings"]} <= owed
    promised = {row["priority"]: row["resolution_minutes"] for row in rows["sla-policies"]}
    assert all(
        promised[f"P{row['priority']}"] == row["sla_minutes"] for row in by_stream["tickets"]
    )


def test_each_guard_is_licensed_and_a_few_licences_end_in_any_month():
    world = make_world(2, sites=12)
    today, tomorrow = (registers(world, at)["licences"] for at in (BEGINS, BEGINS + DAY))
    day = local(BEGINS).date()
    ends = [date.fromisoformat(row["valid_until"]) for row in today]

    assert {row["person"] for row in today} == {guard.code for guard in world.guards}
    assert sum(end >= day for end in ends) == len(world.guards)
    assert 1 <= sum(0 <= (end - day).days < 30 for end in ends) <= 5
    assert len([row for row in tomorrow if row not in today]) <= 1, "but for who was renewed"


def test_each_site_has_somebody_to_be_called_at_any_hour():
    world = make_world(2, sites=3)
    rows = registers(world, BEGINS)["call-lists"]

    assert {row["site"] for row in rows if row["hours"] == ""} == set(world.by_code)
    assert len({row["phone"] for row in rows}) == len(rows)
    for row in rows:
        CallListRow.model_validate(row)
