"""The past that is filled in ends where the company goes on living."""

from __future__ import annotations

from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import DAY, HOUR
from watchfloor.demo.company.work.rota import shift_begun
from watchfloor.demo.filling import LATELY, SUSPECTED, is_of, past_of
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


def test_of_who_cheated_lately_all_punches_are_told_as_news_and_of_nobody_else():
    world, ends = make_world(2, sites=12), shift_begun(NOW)
    company = run_company(world, 7, ends - 8 * DAY, measured_from=ends, cheating=20)
    past = [one for one in past_of(company.advance(NOW), ends) if one.stream == "attendance"]
    news = [one for one in past if is_of(one, company.truth.frauds, ends)]
    frauds = [
        fraud for fraud in company.truth.frauds
        if fraud["kind"] in SUSPECTED and ends - LATELY < fraud["ts"] and fraud["end"] <= ends
    ]  # fmt: skip

    assert {fraud["kind"] for fraud in frauds} == SUSPECTED
    for fraud in frauds:
        mine = [one.body for one in news if one.body["person"] == fraud["person"]]
        assert {"check_in", "check_out"} <= {row["kind"] for row in mine}
    cheats = {fraud[who] for fraud in frauds for who in ("person", "by")}
    assert {one.body["person"] for one in news} <= cheats
    assert len(news) < 8 * len(frauds)
