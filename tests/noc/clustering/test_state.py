import pytest

from tests.make import make_tenant
from tests.noc import flow, storm
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.clustering import state
from watchfloor.noc.clustering.models import AlertCluster, ClusterCheckpoint, ClusterLog
from watchfloor.platform.tenancy.context import tenant_scope


@pytest.fixture
def memories(monkeypatch):
    fresh = state.Memories()
    monkeypatch.setattr(state, "memories", fresh)
    return fresh


def work_batches(tenant, count, *, size=10):
    reports = list(storm.night(count * size))
    for start in range(0, len(reports), size):
        flow.work(tenant, *reports[start : start + size])


def test_a_batch_that_is_rolled_back_leaves_no_trace_in_memory(memories, monkeypatch):
    tenant = make_tenant()
    flow.work(tenant, flow.make_report(0))
    [held] = memories._held.values()
    before = held.clusterer.snapshot()
    monkeypatch.setattr("watchfloor.noc.pipeline.write_reports", lambda worked: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        flow.work(tenant, flow.make_report(1, device="cam-2"))
    monkeypatch.undo()

    with tenant_scope(tenant.id):
        memory = state.open_memory(streams.load())

    assert memory.clusterer.snapshot() == before


def test_the_two_newest_checkpoints_are_kept_and_the_log_behind_the_older(memories, monkeypatch):
    tenant = make_tenant()
    monkeypatch.setattr(state, "CHECKPOINT_ENTRIES", 30)
    monkeypatch.setattr(state, "CHECKPOINT_SECONDS", 1e9)

    work_batches(tenant, 11)

    with tenant_scope(tenant.id):
        seqs = ClusterCheckpoint.objects.order_by("seq").values_list("seq", flat=True)
        assert list(seqs) == [60, 90]
        log = ClusterLog.objects.order_by("last_seq").values_list("first_seq", "last_seq")
        assert list(log) == [(61, 70), (71, 80), (81, 90), (91, 100), (101, 110)]


def test_a_checkpoint_is_due_after_a_minute_however_little_came(memories):
    tenant = make_tenant()
    flow.work(tenant, flow.make_report(0))
    flow.work(tenant, flow.make_report(0.5))
    with tenant_scope(tenant.id):
        assert not ClusterCheckpoint.objects.exists()

    flow.work(tenant, flow.make_report(1.1))

    with tenant_scope(tenant.id):
        assert ClusterCheckpoint.objects.get().seq == 3


def test_a_copy_from_before_the_kept_log_begins_at_the_checkpoint(monkeypatch):
    tenant = make_tenant()
    monkeypatch.setattr(state, "CHECKPOINT_ENTRIES", 10)
    stale, busy = state.Memories(), state.Memories()
    monkeypatch.setattr(state, "memories", stale)
    reports = list(storm.night(60))
    flow.work(tenant, *reports[:10])
    monkeypatch.setattr(state, "memories", busy)
    for start in range(10, 60, 10):
        flow.work(tenant, *reports[start : start + 10])
    [expected] = (one.clusterer.snapshot() for one in busy._held.values())

    monkeypatch.setattr(state, "memories", stale)
    with tenant_scope(tenant.id):
        memory = state.open_memory(streams.load())

    assert memory.clusterer.snapshot() == expected


@pytest.mark.parametrize("harm", ["hole", "damage", "another version"])
def test_what_cannot_be_read_lets_grouping_begin_anew_and_no_tenant_stand_still(memories, harm):
    tenant = make_tenant()
    work_batches(tenant, 2)
    memories.take(tenant.id)
    with tenant_scope(tenant.id):
        opened = AlertCluster.objects.count()
        if harm == "another version":
            ClusterCheckpoint.objects.update(state=b"of tomorrow")
            ClusterLog.objects.all().delete()
        else:
            first = ClusterLog.objects.order_by("last_seq").first()
            ClusterCheckpoint.objects.all().delete()
            first.delete() if harm == "hole" else ClusterLog.objects.update(body=b"dust")

    flow.work(tenant, flow.make_report(600, site="S77", device="S77-new"))

    with tenant_scope(tenant.id):
        assert AlertCluster.objects.count() == opened + 1
        assert AlertCluster.objects.order_by("number").last().number > opened


def test_an_older_checkpoint_serves_where_the_newest_is_damaged(memories, monkeypatch):
    tenant = make_tenant()
    monkeypatch.setattr(state, "CHECKPOINT_ENTRIES", 30)
    monkeypatch.setattr(state, "CHECKPOINT_SECONDS", 1e9)
    work_batches(tenant, 11)
    expected = memories.take(tenant.id).clusterer.snapshot()
    with tenant_scope(tenant.id):
        ClusterCheckpoint.objects.filter(seq=90).update(state=b"dust")

        assert state.open_memory(streams.load()).clusterer.snapshot() == expected


def test_the_least_lately_used_tenants_are_let_go():
    memories = state.Memories(tenants=2)
    for tenant_id in (1, 2, 3):
        memories.give(tenant_id, state.Memory(OnlineClusterer()))

    assert memories.take(1) is None
    assert memories.take(2) is not None
    assert memories.take(3) is not None
