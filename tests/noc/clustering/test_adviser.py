"""A tenant's adviser is trained, gated, promoted, heard and rolled back; live equals the core."""

from functools import lru_cache

import pytest

from tests.make import make_tenant
from tests.noc import flow
from tests.pure.training.streams import BEGIN, estate
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import SetAdviser
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.log import decode_entries
from watchfloor.noc.clustering import advising, state, training
from watchfloor.noc.clustering.models import ClusterCheckpoint, ClusterLog, ClusterMembership
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.errors import Conflict
from watchfloor.platform.modelstore import services as modelstore
from watchfloor.platform.modelstore.models import Stage
from watchfloor.platform.tenancy.context import tenant_scope

HOURS = 60.0


@pytest.fixture
def tenant(monkeypatch):
    monkeypatch.setattr(state, "memories", state.Memories())
    advising._found.clear()
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        yield tenant


@lru_cache(maxsize=1)
def lessons():
    return estate(chatty=0.1)


def train():
    views, labels = lessons()
    return training.train_adviser(
        views, labels=labels, said=[], config=ClusteringConfig(), by=CLI, now=flow.at(0)
    )


def night():
    """Reports as the estate's reports of a later day, in the words of the pipeline."""
    views, _ = estate(days=2, seed=9, chatty=0.1)
    for view in views:
        minute = (view.at - BEGIN) / 60.0
        yield flow.make_report(
            minute, alert_type=view.alert_type, site=view.site, device=view.entity,
            message=view.message, silence=3 * 3600.0,
        )  # fmt: skip


def work(tenant, reports, size=20):
    reports = list(reports)
    for start in range(0, len(reports), size):
        flow.work(tenant, *reports[start : start + size])


def advised():
    return ClusterMembership.objects.filter(decided_by="adviser").count()


def test_a_model_that_passed_advises_and_every_membership_says_who_decided(tenant):
    row, trained = train()
    assert trained.gate.passes
    assert row.stage == Stage.LIVE

    work(tenant, night())

    assert advised() > 10
    one = ClusterMembership.objects.filter(decided_by="adviser").first()
    assert one.score >= one.threshold == 0.9
    assert sum(weight for _, weight in one.features) == pytest.approx(one.score, abs=2e-3)
    assert not one.opened_cluster


def test_live_equals_the_core_over_the_same_log_and_a_checkpoint_holds_the_checksum_alone(
    tenant, monkeypatch
):
    monkeypatch.setattr(state, "CHECKPOINT_ENTRIES", 10_000)
    monkeypatch.setattr(state, "CHECKPOINT_SECONDS", 1e9)
    row, _ = train()
    reports = list(night())
    half = len(reports) // 2
    work(tenant, reports[:half])
    state.memories.take(tenant.id)  # as a process that begins anew
    work(tenant, reports[half:])

    entries = [
        entry
        for body in ClusterLog.objects.order_by("first_seq").values_list("body", flat=True)
        for entry in decode_entries(bytes(body))
    ]
    clusterer = OnlineClusterer(advisers=advising.find)
    told = [(e, clusterer.apply(e)) for e in entries]

    assert entries[0] == SetAdviser(row.sha256)
    rows = ClusterMembership.objects.filter(decided_by="adviser")
    live = sorted((r.score, r.cluster.number) for r in rows.select_related("cluster"))
    core = sorted(
        (answer.score, answer.cluster)
        for entry, answer in told
        if isinstance(entry, ReportView) and answer.opened_bout and answer.decided_by == "adviser"
    )
    assert live == core
    assert len(clusterer.snapshot()) < 60_000


def test_a_restored_checkpoint_finds_its_adviser_again(tenant, monkeypatch):
    monkeypatch.setattr(state, "CHECKPOINT_ENTRIES", 10)
    train()
    reports = list(night())
    work(tenant, reports[:60])
    assert ClusterCheckpoint.objects.exists()
    before = advised()
    state.memories.take(tenant.id)
    advising._found.clear()

    work(tenant, reports[60:])

    assert advised() > before


def test_rolling_back_lets_the_rules_decide_alone(tenant):
    train()
    reports = list(night())
    work(tenant, reports[:100])
    before = advised()
    assert before

    assert advising.rollback(by=CLI, now=flow.at(1)) is None
    work(tenant, reports[100:])

    assert advised() == before
    assert modelstore.live(advising.KIND) is None


def test_a_model_that_did_not_pass_is_kept_and_not_heard(tenant, monkeypatch):
    views, labels = estate(seed=3, chatty=1.5)

    row, trained = training.train_adviser(
        views, labels=labels, said=[], config=ClusteringConfig(), by=CLI, now=flow.at(0)
    )

    assert not trained.gate.passes
    assert row.stage == Stage.CANDIDATE
    assert row.card["gate"]["reasons"]
    with pytest.raises(Conflict):
        advising.promote(row.pk, by=CLI, now=flow.at(1))
    work(tenant, night())
    assert advised() == 0


def test_grouping_goes_on_by_rules_where_the_model_is_damaged(tenant, monkeypatch):
    train()
    advising._found.clear()
    monkeypatch.setattr(modelstore, "load", lambda kind, sha256: b"dust")

    work(tenant, night())

    assert advised() == 0
    assert ClusterMembership.objects.exists()


def test_another_tenants_model_advises_nobody_else(tenant):
    train()
    other = make_tenant()

    with tenant_scope(other.id):
        work(other, night())
        assert advised() == 0
