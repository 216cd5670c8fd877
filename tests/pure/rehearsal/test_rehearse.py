"""A rehearsal says what a candidate would have made of a period, beside what was."""

from __future__ import annotations

import msgspec
import pytest

from tests.noc import flow, storm
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.configuration import SHIPPED, Configuration, decode
from watchfloor.aiops.rehearsal.compare import told
from watchfloor.aiops.rehearsal.figures import load
from watchfloor.aiops.rehearsal.outcome import Outcome
from watchfloor.aiops.rehearsal.rehearse import Rehearsal, rehearse
from watchfloor.aiops.rehearsal.side import Side
from watchfloor.aiops.stream import AlertStream

START, END = flow.at(0).timestamp(), flow.at(600).timestamp() + 1
TIGHT = decode({"clustering": {"idle_gap": 60, "span_cap": 600}})


@pytest.fixture(scope="module")
def night() -> list[Report]:
    return list(storm.night(600))


def test_a_candidate_that_changes_nothing_differs_in_nothing(night: list[Report]) -> None:
    outcome = rehearse(night, SHIPPED, start=START, end=END)

    assert outcome.current == outcome.candidate
    assert (outcome.agreement, outcome.joined, outcome.parted) == (1.0, 0, 0)
    assert outcome.differences == []
    assert (outcome.current.late, outcome.current.swallowed) == (0, 0)


@pytest.mark.parametrize(
    "candidate",
    [TIGHT, decode({"noise": {"pause_bound": 0.5}}), decode({"alerts": {"silence": 60}})],
)
def test_each_side_is_what_the_stream_alone_makes_of_it(
    night: list[Report], candidate: Configuration
) -> None:
    rehearsal = Rehearsal(candidate, start=START - 1e6, end=END + 1e6)
    for report in night:
        rehearsal.hear(report)

    for side, configuration in zip(rehearsal.sides, (SHIPPED, candidate), strict=True):
        expected = alone(night, configuration)
        assert (side.clusters, side.tallies) == (expected.clusters, expected.tallies)


def alone(night: list[Report], configuration: Configuration) -> Side:
    stream = AlertStream(
        policy=configuration.alerts,
        noise=configuration.noise,
        clusterer=OnlineClusterer(configuration.clustering),
    )
    side = Side()
    for report in night:
        heard = stream.stage.hear(report)
        side.follow(stream, heard, stream.weigh(heard))
    return side


def test_a_tighter_candidate_takes_incidents_apart_and_says_why(night: list[Report]) -> None:
    outcome = rehearse(night, TIGHT, start=START, end=END, operators=2)

    assert outcome.candidate.figures.incidents > outcome.current.figures.incidents
    assert outcome.candidate.figures.cut < outcome.current.figures.cut
    assert outcome.agreement < 1.0
    assert outcome.parted > 0
    assert 0 < len(outcome.differences) <= 10
    for one in outcome.differences:
        assert (one.current.opened, one.candidate.opened) == (
            (True, False) if one.kind == "joined" else (False, True)
        )
        joins = one.candidate if one.kind == "joined" else one.current
        assert joins.features
        assert joins.incident


def test_an_outcome_is_json_and_comes_back(night: list[Report]) -> None:
    outcome = rehearse(night, TIGHT, start=START, end=END)

    assert msgspec.json.decode(msgspec.json.encode(outcome), type=Outcome) == outcome


def test_what_warms_up_is_heard_and_not_counted(night: list[Report]) -> None:
    middle = flow.at(300).timestamp()

    outcome = rehearse(night, SHIPPED, start=middle, end=END)

    assert 0 < outcome.reports < len(night)
    assert sum(outcome.reports_per_day) == outcome.reports


def test_an_empty_period_has_figures_as_well() -> None:
    outcome = rehearse([], TIGHT, start=START, end=END)

    assert (outcome.reports, outcome.current.figures.incidents, outcome.agreement) == (0, 0, 1.0)


def test_labels_are_told_by_pairs() -> None:
    perfect = told([("a", 1), ("a", 1), ("b", 2)])
    lumped = told([("a", 1), ("a", 1), ("b", 1)])
    torn = told([("a", 1), ("a", 2), ("b", 3)])

    assert perfect is not None
    assert (perfect.f1, perfect.over_merged, perfect.split) == (1, 0, 0)
    assert lumped is not None
    assert (round(lumped.precision, 2), lumped.over_merged) == (0.33, 1)
    assert torn is not None
    assert (torn.recall, torn.split) == (0, 1)
    assert told([]) is None


def test_labels_of_operators_score_both_sides(night: list[Report]) -> None:
    rehearsal = Rehearsal(TIGHT, start=START, end=END)
    for report in night:
        rehearsal.hear(report, label=report.site)

    outcome = rehearsal.outcome()

    assert outcome.labelled > 0
    assert outcome.current.told is not None
    assert outcome.candidate.told is not None
    assert outcome.current.told.recall >= outcome.candidate.told.recall


def test_load_counts_ten_minutes_of_the_whole_period_for_each_operator() -> None:
    found = load([0.0, 1.0, 2.0, 3.0, 700.0], 0.0, 6000.0, 2)

    assert (found.mean, found.worst, found.over_accepted) == (0.25, 2.0, 0.1)


def test_an_incident_that_begins_inside_another_is_late_or_swallowed() -> None:
    """The wide side puts all of one thing together; the tight one begins anew each ten minutes."""
    calm = [flow.make_report(n * 2.0, device="cam-1", site="", alert_type=f"T{n % 5}")
            for n in range(30)]  # fmt: skip

    outcome = rehearse(calm, TIGHT, start=START, end=END)

    assert outcome.current.swallowed + outcome.current.late > 0
    assert outcome.candidate.swallowed + outcome.candidate.late == 0
