"""A configuration is drafted, enabled through the tenant's log, and rolled back."""

from __future__ import annotations

import pytest

from tests.noc import flow, storm
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import SetConfig
from watchfloor.aiops.configuration import SHIPPED, decode
from watchfloor.aiops.stream import AlertStream
from watchfloor.noc.alerts.models import Report
from watchfloor.noc.clustering import state
from watchfloor.noc.clustering.models import AlertCluster, ClusterCheckpoint, ClusterLog
from watchfloor.noc.rehearsal import selectors, services
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.models import Tenant

ALICE = Actor("user", "alice")
TIGHT = {"clustering": {"idle_gap": 60.0, "span_cap": 600.0}}


def clusters_of(tenant: Tenant) -> list[int]:
    """Return the cluster's number of each report, in order of arrival."""
    numbers = dict(AlertCluster.objects.values_list("id", "number"))
    rows = Report.objects.filter(tenant_id=tenant.id).order_by("event_id")
    return [numbers[row.cluster_id] for row in rows]


def work_all(tenant: Tenant, reports: list) -> None:
    for start in range(0, len(reports), 37):
        flow.work(tenant, *reports[start : start + 37])


def test_live_and_backtest_stay_equal_when_the_configuration_changes_in_the_middle(tenant):
    night = list(storm.night(400))
    clusterer = OnlineClusterer()
    alone = AlertStream(clusterer=clusterer)
    expected = [one.membership.cluster for one in alone.replay(night[:222])]
    clusterer.apply(SetConfig(decode(TIGHT).clustering))
    expected += [one.membership.cluster for one in alone.replay(night[222:])]

    work_all(tenant, night[:222])
    drafted = services.draft(TIGHT, by=ALICE, now=flow.at(300))
    services.enable(drafted.pk, by=ALICE, now=flow.at(300))
    work_all(tenant, night[222:])

    assert clusters_of(tenant) == expected
    unchanged = [one.membership.cluster for one in AlertStream().replay(night)]
    assert expected != unchanged


def test_a_worker_that_comes_later_decides_by_the_same_configuration(tenant, monkeypatch):
    work_all(tenant, list(storm.night(60)))
    services.enable(services.draft(TIGHT, by=ALICE, now=flow.at()).pk, by=ALICE, now=flow.at())
    flow.work(tenant, flow.make_report(700))
    monkeypatch.setattr(state, "memories", state.Memories())

    assert state._restored(flow_seq(tenant)).clusterer.config == decode(TIGHT).clustering


def test_grouping_that_begins_anew_begins_with_what_is_enabled(tenant, monkeypatch):
    work_all(tenant, list(storm.night(60)))
    services.enable(services.draft(TIGHT, by=ALICE, now=flow.at()).pk, by=ALICE, now=flow.at())
    flow.work(tenant, flow.make_report(700))
    seq = flow_seq(tenant)
    ClusterCheckpoint.objects.all().delete()
    ClusterLog.objects.all().delete()
    monkeypatch.setattr(state, "memories", state.Memories())

    assert state._restored(seq).clusterer.config == decode(TIGHT).clustering


def flow_seq(tenant: Tenant) -> int:
    return max(ClusterLog.objects.values_list("last_seq", flat=True))


def test_versions_count_up_and_one_at_most_is_enabled(tenant):
    one = services.draft(TIGHT, note=" try ", by=ALICE, now=flow.at())
    two = services.draft({}, by=ALICE, now=flow.at(1))

    services.enable(one.pk, by=ALICE, now=flow.at(2))
    services.enable(two.pk, by=ALICE, now=flow.at(3))
    services.enable(two.pk, by=ALICE, now=flow.at(4))

    assert (one.version, two.version, one.note) == (1, 2, "try")
    assert selectors.enabled() == two
    assert selectors.configuration(one.pk).superseded_at == flow.at(3)


def test_rolling_back_enables_the_older_version_and_then_what_is_shipped(tenant):
    one, two = (services.draft(TIGHT, by=ALICE, now=flow.at(n)) for n in range(2))
    services.enable(one.pk, by=ALICE, now=flow.at(2))
    services.enable(two.pk, by=ALICE, now=flow.at(3))

    assert services.roll_back(by=ALICE, now=flow.at(4)) == one
    assert services.roll_back(by=ALICE, now=flow.at(5)) is None
    assert selectors.enabled_clustering() == SHIPPED.clustering
    with pytest.raises(Conflict, match="nothing to roll back to"):
        services.roll_back(by=ALICE, now=flow.at(6))
    acts = AuditRow.objects.filter(object_kind="configuration").order_by("at", "id")
    assert [row.action.partition(".")[2] for row in acts] == [
        "drafted", "drafted", "enabled", "enabled", "rolled_back", "rolled_back",
    ]  # fmt: skip


def test_noise_settings_follow_what_is_enabled(tenant):
    calm = {"noise": {"pause_medium": 600.0}}
    services.enable(services.draft(calm, by=ALICE, now=flow.at()).pk, by=ALICE, now=flow.at())
    assert selectors.enabled_configuration().noise.pause_medium == 600

    services.roll_back(by=ALICE, now=flow.at(1))
    assert selectors.enabled_configuration().noise == SHIPPED.noise


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"clustering": {"idle_gap": -1}}, r"clustering\.idle_gap"),
        ({"nonsense": {}}, "no part 'nonsense'"),
        ({"alerts": {}}, "a setting of the tenant"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused_by_name(tenant, document, told):
    with pytest.raises(Invalid, match=told):
        services.draft(document, by=ALICE, now=flow.at())
