from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from msgspec.structs import replace

from tests.pure.clustering.streams import cluster_all, logs, make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.log import Entry
from watchfloor.aiops.types import Signal


def answered(entries: list[Entry]) -> list[tuple[ReportView, Membership]]:
    return [
        (entry, answer)
        for entry, answer in zip(entries, cluster_all(entries), strict=True)
        if isinstance(entry, ReportView) and answer is not None
    ]


def _renamed(entry: Entry) -> Entry:
    def other(name: str) -> str:
        return f"~{name[::-1]}" if name else name

    if not isinstance(entry, ReportView):
        return entry
    return replace(
        entry,
        alert_id=other(entry.alert_id),
        alert_type=other(entry.alert_type),
        entity=other(entry.entity),
        site=other(entry.site),
        domains=tuple(other(domain) for domain in entry.domains),
    )


@given(logs())
def test_clusters_do_not_depend_on_how_anything_is_named(entries: list[Entry]) -> None:
    assert cluster_all([_renamed(entry) for entry in entries]) == cluster_all(entries)


@given(logs())
def test_every_report_is_answered_and_numbers_count_up_from_one(entries: list[Entry]) -> None:
    answers = answered(entries)
    opened = [answer.cluster for _, answer in answers if answer.opened_cluster]

    assert len(answers) == sum(isinstance(entry, ReportView) for entry in entries)
    assert opened == list(range(1, len(opened) + 1))
    assert all(answer.cluster <= len(opened) for _, answer in answers)


@given(logs())
def test_an_alert_changes_its_cluster_only_by_a_new_bout(entries: list[Entry]) -> None:
    present: dict[str, tuple[int, int]] = {}
    for report, answer in answered(entries):
        if not answer.opened_bout:
            assert present[report.alert_id] == (answer.cluster, answer.bout)
        present[report.alert_id] = (answer.cluster, answer.bout)


@given(logs())
def test_a_merge_names_two_that_were_open_and_nothing_goes_to_the_first_any_more(
    entries: list[Entry],
) -> None:
    opened: set[int] = set()
    gone: set[int] = set()
    for report, answer in answered(entries):
        opened.add(answer.cluster)
        assert answer.cluster not in gone
        for source, into in answer.merges:
            assert source in opened
            assert into == answer.cluster != source
            assert not report.is_life_safety
            gone.add(source)


@given(logs())
def test_life_safety_is_always_alone(entries: list[Entry]) -> None:
    members: defaultdict[int, set[str]] = defaultdict(set)
    protected = set()
    for report, answer in answered(entries):
        members[answer.cluster].add(report.alert_id)
        if report.is_life_safety:
            protected.add(answer.cluster)

    assert all(len(members[cluster]) == 1 for cluster in protected)


@given(logs())
def test_the_weights_add_up_to_the_score_and_joining_needs_the_threshold(
    entries: list[Entry],
) -> None:
    for _, answer in answered(entries):
        if not answer.opened_bout:
            continue
        assert sum(weight for _, weight in answer.features) == pytest.approx(answer.score)
        if not answer.opened_cluster:
            assert answer.score >= answer.threshold
        if answer.runner_up is not None and not answer.opened_cluster:
            assert answer.runner_up != answer.cluster


@given(logs())
def test_no_cluster_outlives_its_caps(entries: list[Entry]) -> None:
    reached: dict[int, list[float]] = defaultdict(list)
    for report, answer in answered(entries):
        if report.signal is Signal.FIRING and not report.is_touch:
            reached[answer.cluster].append(report.at)

    longest = ClusteringConfig().reentry_cap
    assert all(max(times) - min(times) <= longest for times in reached.values())


@pytest.mark.parametrize("open_clusters", [100, 3000])
def test_what_a_report_costs_does_not_grow_with_what_is_open(open_clusters: int) -> None:
    clusterer = OnlineClusterer()
    for n in range(open_clusters):
        site = f"site-{n % 20}"
        clusterer.apply(
            make_report(n / 300, site=site, entity=f"{site}-{n}", alert_id=f"a{n}", domains=())
        )
    before = clusterer.looked_at
    for n in range(50):
        clusterer.apply(make_report(11, site=f"site-{n % 20}", entity="new", alert_id=f"b{n}"))

    assert clusterer.looked_at - before <= 50 * 3 * clusterer.config.candidates


def test_what_nothing_can_come_back_to_is_forgotten() -> None:
    clusterer = OnlineClusterer()
    for n in range(20_000):
        at = n * 2.0
        clusterer.apply(
            make_report(
                at,
                site=f"site-{n % 400}",
                entity=f"device-{n}",
                expires_at=make_report(at).at + 300,
            )
        )

    assert len(clusterer.alerts) < 600
    assert len(clusterer.clusters) < 600
    assert len(clusterer.snapshot()) < 1_500_000
