"""The past that is filled in ends where the company goes on living."""

from __future__ import annotations

from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import DAY, HOUR
from watchfloor.demo.company.work.rota import shift_begun
from watchfloor.demo.filling import past_of
from watchfloor.demo.world import make_world

NOW = 1_772_442_000.0
"""A Monday at ten by the clocks on the walls."""


def test_the_past_has_whole_shifts_only_and_nothing_of_the_one_that_is_on():
    world, ends = make_world(2, sites=3), shift_begun(NOW)
    assert (NOW - ends) / HOUR == 3
    company = run_company(world, 7, ends - 2 * DAY, measured_from=ends - DAY)
    told = list(past_of(company.advance(NOW), ends))

    rosters = [one.body for one in told if one.body.get("kind") == "roster"]
    assert max(row["start"] for row in rosters) == ends - 8 * HOUR
    assert all(one.at < ends for one in told if "shift" not in one.body)
    last = {row["shift"] for row in rosters if row["end"] == ends}
    assert len(last) == 3
    out = [one.at for one in told if one.body.get("kind") == "check_out"]
    assert max(out) > ends, "who is relieved checks out after the end"
