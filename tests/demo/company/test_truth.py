"""The truth agrees with what the streams say, told again by other means."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from math import hypot
from typing import Any

from tests.demo.company.conftest import BEGINS, ENDS, Fortnight
from watchfloor.demo.company.seasons import HOUR, MINUTE
from watchfloor.demo.company.work.helpdesk import SLA_MINUTES


def test_a_device_is_silent_exactly_while_it_is_down(fortnight: Fortnight) -> None:
    beats: dict[str, list[float]] = defaultdict(list)
    for beat in fortnight.of("heartbeats"):
        beats[beat["device"]].append(beat["ts"])
    down = [(f.device, f.start, f.end or ENDS) for f in fortnight.company.truth.failures]

    assert len(beats) == len(fortnight.company.world.devices)
    assert not [1 for device, start, end in down for at in beats[device] if start <= at < end]
    long_silence = [
        (device, before, after)
        for device, times in beats.items()
        for before, after in pairwise(times)
        if after - before > 2.5 * HOUR
    ]
    assert long_silence
    for device, before, after in long_silence:
        assert any(one == device and start < after and end > before for one, start, end in down)


def test_a_shift_has_a_gap_where_too_few_have_checked_in(fortnight: Fortnight) -> None:
    doubtful = {fraud["shift"] for fraud in fortnight.company.truth.frauds}
    came: dict[str, int] = defaultdict(int)
    shifts: dict[str, dict[str, Any]] = {}
    for row in fortnight.of("roster"):
        if row["kind"] == "roster" and row["start"] < ENDS - HOUR:
            shifts[row["shift"]] = row
    for punch in fortnight.of("attendance"):
        shift = shifts.get(punch["shift"])
        if punch["kind"] == "check_in" and shift and punch["ts"] <= shift["start"] + 10 * MINUTE:
            came[punch["shift"]] += 1
    short = {code for code, row in shifts.items() if came[code] < row["required"]} - doubtful
    gaps = {gap["shift"] for gap in fortnight.company.truth.gaps if gap["start"] < ENDS - HOUR}

    assert short
    assert short == gaps - doubtful


def test_a_breach_is_a_ticket_whose_running_time_is_over(fortnight: Fortnight) -> None:
    states: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in fortnight.of("tickets"):
        states[row["ticket"]].append(row)
    late = {ticket for ticket, rows in states.items() if _running(rows) > _allowed(rows) + 1}

    assert late == {row["ticket"] for row in fortnight.company.truth.breaches}


def test_a_cut_of_power_reaches_its_feeder_and_no_other_site(fortnight: Fortnight) -> None:
    company = fortnight.company
    cuts = [one for one in company.truth.incidents if one.kind == "POWER_CUT"]
    assert cuts
    for cut in cuts:
        reached = {f.site for f in company.truth.failures if f.incident is cut}
        assert reached
        assert reached <= {site.code for site in company.world.on_feeder(cut.root or "")}


def test_guards_on_duty_are_near_their_site_unless_they_walk_away(fortnight: Fortnight) -> None:
    company = fortnight.company
    strolls = [(s["person"], s["start"], s["end"]) for s in company.truth.strolls]
    far = 0
    for fix in fortnight.of("positions"):
        site = company.world.by_code[fix["site"]]
        north, east = fix["lat"] - site.latitude, (fix["lon"] - site.longitude) * 0.615
        if hypot(north, east) * 111_320 > 250:
            far += 1
            assert any(p == fix["person"] and a <= fix["ts"] <= b for p, a, b in strolls)

    assert (far > 0) == bool(strolls)


def test_whoever_cheats_is_known_with_the_shift_and_the_kind(fortnight: Fortnight) -> None:
    frauds = fortnight.company.truth.frauds
    people = {guard.code for guard in fortnight.company.world.guards}

    assert frauds
    assert {fraud["person"] for fraud in frauds} <= people
    assert all(BEGINS <= fraud["ts"] <= fraud["end"] for fraud in frauds)


def _running(rows: list[dict[str, Any]]) -> float:
    """Return how long the clock of a ticket ran, until it was resolved or all was over."""
    ended = next((row["ts"] for row in rows if row["state"] == "RESOLVED"), ENDS)
    held, since = 0.0, None
    for row in rows:
        if row["state"] == "ON_HOLD":
            since = row["ts"]
        elif since is not None:
            held, since = held + row["ts"] - since, None
    held += ENDS - since if since is not None else 0.0
    return float(ended - rows[0]["created"] - held)


def _allowed(rows: list[dict[str, Any]]) -> float:
    return SLA_MINUTES[rows[0]["priority"]] * MINUTE


def test_a_log_of_each_site_and_day_is_handed_in_or_forgotten(fortnight: Fortnight) -> None:
    def named(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
        return [(row["site"], row["day"]) for row in rows]

    filed, forgotten = named(fortnight.of("filings")), named(fortnight.company.truth.unfiled)
    days = {day for _, day in filed}
    wanted = [(site.code, day) for site in fortnight.company.world.sites for day in days]

    assert forgotten
    assert sorted(filed + forgotten) == sorted(wanted)
