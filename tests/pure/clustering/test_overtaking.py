"""Life safety goes ahead of what waits; what it overtakes is grouped as if it had not."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from tests.pure.clustering.streams import cluster_all, reports
from watchfloor.aiops.clustering.features import ReportView


def partition(stream: list[ReportView]) -> set[frozenset[str]]:
    """Return the groups of reports that are no life safety; each named after its place."""
    members = defaultdict(set)
    for report, membership in zip(stream, cluster_all(list(stream)), strict=True):
        assert membership is not None
        if not report.is_life_safety:
            members[membership.cluster].add(report.report_id)
    return {frozenset(group) for group in members.values()}


@given(st.lists(reports(), max_size=40), st.integers(1, 12))
def test_life_safety_first_in_each_batch_groups_the_others_alike(
    stream: list[ReportView], size: int
) -> None:
    batches = [stream[start : start + size] for start in range(0, len(stream), size)]
    overtaken = [
        report
        for batch in batches
        for report in sorted(batch, key=lambda one: not one.is_life_safety)
    ]

    assert partition(overtaken) == partition(stream)
