from __future__ import annotations

from tests.demo.company.conftest import BEGINS, Fortnight
from watchfloor.demo.company.seasons import DAY, HOUR
from watchfloor.demo.company.standing import MEASURED, part

NOW = BEGINS + 5.4 * DAY


def test_what_stands_is_what_a_floor_must_know_of_now(fortnight: Fortnight) -> None:
    told = [one for one in fortnight.told if one.at < NOW and one.stream != "alerts"]
    past, standing = part(told, NOW)
    of = {stream: [one.body for one in standing if one.stream == stream] for stream in (
        "attendance", "roster", "tours", "tickets", "arming",
    )}  # fmt: skip

    assert len(past) + len(standing) == len(told)
    assert all(row["end"] > NOW for row in of["roster"] if row["kind"] == "roster")
    assert {row["kind"] for row in of["attendance"]} == {"check_in"}
    assert len({row["person"] for row in of["attendance"]}) == len(of["attendance"])
    assert len(of["arming"]) == len(fortnight.company.world.sites)
    assert not {"RESOLVED", "CLOSED"} & {row["state"] for row in of["tickets"]}


def test_who_came_is_told_before_who_should_have(fortnight: Fortnight) -> None:
    told = [one for one in fortnight.told if one.at < NOW and one.stream != "alerts"]
    streams = [one.stream for one in part(told, NOW).standing]

    assert streams.index("attendance") < streams.index("roster")
    assert streams[: streams.index("roster")] == ["attendance"] * streams.index("roster")


def test_of_what_is_measured_the_last_hour_stands(fortnight: Fortnight) -> None:
    told = [one for one in fortnight.told if one.at < NOW and one.stream in MEASURED]
    past, standing = part(told, NOW)

    assert {one.stream for one in standing} == set(MEASURED)
    assert min(one.at for one in standing) > NOW - HOUR >= max(one.at for one in past)
