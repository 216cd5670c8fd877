"""Merge, split, move and undo, as the pages and the pipeline live with them."""

from uuid import UUID

import pytest

from tests.noc import flow
from tests.noc.outage import outage
from tests.noc.teaching.conftest import alert, two_sites
from watchfloor.cli.exporting import KINDS
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.models import Report as ReportRow
from watchfloor.noc.clustering import state
from watchfloor.noc.clustering.models import AlertCluster, ClusterMembership
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.noc.teaching import selectors, services
from watchfloor.noc.teaching.models import Correction
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, NotFound
from watchfloor.platform.events.models import OutboxEvent


@pytest.fixture(params=["same process", "another process"])
def restart(request, monkeypatch):
    """Have every act met by a worker that remembers, and by one that does not."""

    def forget():
        if request.param == "another process":
            monkeypatch.setattr(state, "memories", state.Memories())

    return forget


def counts(*incidents):
    for one in incidents:
        one.refresh_from_db()
    return [(one.alert_count, one.report_count) for one in incidents]


def kinds(incident):
    return list(
        TimelineEntry.objects.filter(incident=incident).order_by("at", "id").values_list(
            "kind", flat=True
        )
    )  # fmt: skip


def test_a_merge_closes_one_and_gives_its_alerts_to_the_other(tenant, alice, restart):
    first, second = two_sites(tenant)
    restart()

    done = services.merge(first.pk, second.pk, note="one feeder", by=alice, now=flow.at(1))

    assert counts(first, second) == [(0, 0), (3, 3)]
    assert (first.state, second.state) == ("CLOSED", "NEW")
    assert first.resolution == f"Merged into INC-{second.number}: one feeder"
    assert first.cluster.merged_into_id == second.cluster_id
    assert "merged" in kinds(first)
    assert "merged" in kinds(second)
    moved = ClusterMembership.objects.get(alert=alert("cam-1"))
    assert (moved.cluster_id, moved.decided_by, moved.score) == (
        second.cluster_id, "operator", 1.0,
    )  # fmt: skip
    assert moved.features == [[f"correction:{done.pk.hex}", 1.0]]
    assert ReportRow.objects.get(alert_id=alert("cam-1").pk).cluster_id == first.cluster_id
    row = AuditRow.objects.get(action="correction.merge")
    assert (row.actor_id, row.after["note"]) == (alice.id, "one feeder")


def test_later_reports_of_both_go_to_the_one_that_is_left(tenant, alice, restart):
    first, second = two_sites(tenant)
    restart()
    services.merge(first.pk, second.pk, by=alice, now=flow.at(1))
    restart()

    flow.work(tenant, flow.make_report(2))
    flow.work(tenant, flow.make_report(2.1, alert_type="TAMPER"))

    assert counts(first, second) == [(0, 0), (4, 5)]
    assert first.state == "CLOSED"


def test_an_alert_that_follows_its_rows_begins_no_bout_of_its_own(tenant, alice):
    first, second = two_sites(tenant)
    services.merge(first.pk, second.pk, by=alice, now=flow.at(1))
    flow.work(tenant, flow.make_report(2))

    [membership] = ClusterMembership.objects.filter(alert=alert("cam-1"))

    assert (membership.bout, membership.report_count) == (1, 2)


def test_a_merge_is_undone_with_what_came_since(tenant, alice, restart):
    first, second = two_sites(tenant)
    was = ClusterMembership.objects.get(alert=alert("cam-1"))
    done = services.merge(first.pk, second.pk, by=alice, now=flow.at(1))
    flow.work(tenant, flow.make_report(2))
    restart()

    services.undo(done.pk, by=alice, now=flow.at(3))

    assert counts(first, second) == [(1, 2), (2, 2)]
    assert (first.state, first.resolution, first.resolved_at) == ("NEW", "", None)
    assert AlertCluster.objects.get(pk=first.cluster_id).merged_into_id is None
    back = ClusterMembership.objects.get(alert=alert("cam-1"))
    assert (back.cluster_id, back.features, back.score, back.opened_cluster) == (
        first.cluster_id, was.features, was.score, was.opened_cluster,
    )  # fmt: skip
    restart()
    flow.work(tenant, flow.make_report(4))
    assert counts(first, second) == [(1, 3), (2, 2)]
    assert services.undo(done.pk, by=alice, now=flow.at(5)).undone_at == flow.at(3)


def test_what_is_split_off_gets_an_incident_of_its_own_and_stays_there(tenant, alice, restart):
    _, second = two_sites(tenant)
    restart()

    services.split(second.pk, [alert("door-1").pk], note="a guard", by=alice, now=flow.at(1))

    third = NOCIncident.objects.get(number=3)
    assert counts(second, third) == [(1, 1), (1, 1)]
    assert (third.severity, second.severity) == (4, 5)
    assert third.cluster.primary_alert_id == alert("door-1").pk
    assert second.cluster.primary_alert_id == alert("lamp-1").pk
    restart()
    door = {"site": "S2", "device": "door-1", "alert_type": "DOOR_FORCED"}
    flow.work(tenant, flow.make_report(2, **door))
    flow.work(tenant, flow.make_report(40, **door))
    memberships = ClusterMembership.objects.filter(alert=alert("door-1"))
    assert second.cluster_id not in {one.cluster_id for one in memberships}
    assert counts(third)[0][1] >= 2


def test_a_split_is_undone(tenant, alice, restart):
    _, second = two_sites(tenant)
    done = services.split(second.pk, [alert("door-1").pk], by=alice, now=flow.at(1))
    restart()

    services.undo(done.pk, by=alice, now=flow.at(2))

    third = NOCIncident.objects.get(number=3)
    assert counts(second, third) == [(2, 2), (0, 0)]
    assert third.state == "CLOSED"
    restart()
    flow.work(tenant, flow.make_report(3, site="S2", device="door-1", alert_type="DOOR_FORCED"))
    assert counts(second, third) == [(2, 3), (0, 0)]


def test_one_alert_moves_out(tenant, alice):
    _, second = two_sites(tenant)

    done = services.move_out(alert("lamp-1").pk, by=alice, now=flow.at(1))

    assert done.kind == "move_out"
    assert NOCIncident.objects.get(cluster_id=done.target_id).alert_count == 1
    assert counts(second) == [(1, 1)]


def test_an_alert_is_put_to_another_and_back(tenant, alice, restart):
    first, second = two_sites(tenant)
    restart()

    done = services.belongs_together(
        alert("door-1").pk, alert("cam-1").pk, by=alice, now=flow.at(1)
    )

    assert counts(first, second) == [(2, 2), (1, 1)]
    restart()
    services.undo(done.pk, by=alice, now=flow.at(2))
    assert counts(first, second) == [(1, 1), (2, 2)]
    flow.work(tenant, flow.make_report(3, site="S2", device="door-1", alert_type="DOOR_FORCED"))
    assert counts(first, second) == [(1, 1), (2, 3)]


def test_the_last_alert_of_an_incident_takes_it_along(tenant, alice):
    first, second = two_sites(tenant)

    services.belongs_together(alert("cam-1").pk, alert("door-1").pk, by=alice, now=flow.at(1))

    assert counts(first, second) == [(0, 0), (3, 3)]
    assert first.state == "CLOSED"


def test_that_the_grouping_is_right_can_be_said_too(tenant, alice):
    _, second = two_sites(tenant)

    services.belongs_together(alert("lamp-1").pk, alert("door-1").pk, by=alice, now=flow.at(1))

    assert counts(second) == [(2, 2)]
    [pair] = selectors.labelled_pairs()
    assert (pair.one, pair.other, pair.links) == (alert("lamp-1").pk, alert("door-1").pk, True)


def test_what_was_done_on_top_comes_off_first(tenant, alice):
    first, second = two_sites(tenant)
    merged = services.merge(first.pk, second.pk, by=alice, now=flow.at(1))
    moved = services.move_out(alert("cam-1").pk, by=alice, now=flow.at(2))

    with pytest.raises(Conflict, match="undo that one first"):
        services.undo(merged.pk, by=alice, now=flow.at(3))
    services.undo(moved.pk, by=alice, now=flow.at(4))
    services.undo(merged.pk, by=alice, now=flow.at(5))

    assert counts(first, second) == [(1, 1), (2, 2)]


def test_life_safety_is_never_merged_split_or_moved(tenant, alice):
    first, _ = two_sites(tenant)
    flow.work(tenant, flow.make_report(1, alert_type="PANIC", person="guard-7", device=""))
    panic = NOCIncident.objects.get(is_life_safety=True)
    panicked = NOCAlertEvent.objects.get(is_life_safety=True)
    before = panic.version

    for act in (
        lambda: services.merge(panic.pk, first.pk, by=alice, now=flow.at(2)),
        lambda: services.merge(first.pk, panic.pk, by=alice, now=flow.at(2)),
        lambda: services.belongs_together(panicked.pk, alert("cam-1").pk, by=alice, now=flow.at(2)),
        lambda: services.belongs_together(alert("cam-1").pk, panicked.pk, by=alice, now=flow.at(2)),
    ):
        with pytest.raises(Conflict, match="Life safety stands alone"):
            act()

    panic.refresh_from_db()
    assert (panic.version, panic.alert_count, Correction.objects.count()) == (before, 1, 0)


def test_refusals_say_why(tenant, alice):
    first, second = two_sites(tenant)
    now = flow.at(1)
    with pytest.raises(Conflict, match="with itself"):
        services.merge(first.pk, first.pk, by=alice, now=now)
    with pytest.raises(Conflict, match="Leave something behind"):
        services.split(first.pk, [alert("cam-1").pk], by=alice, now=now)
    with pytest.raises(NotFound, match="Not all of these"):
        services.split(second.pk, [alert("cam-1").pk], by=alice, now=now)
    services.merge(first.pk, second.pk, by=alice, now=now)
    with pytest.raises(Conflict, match="merged into INC-2 already"):
        services.merge(first.pk, second.pk, by=alice, now=now)
    with pytest.raises(Conflict, match="INC-1 is over"):
        services.merge(second.pk, first.pk, by=alice, now=now)


def test_open_pages_hear_of_both_incidents_and_the_alerts(tenant, alice):
    first, second = two_sites(tenant)
    before = OutboxEvent.objects.count()

    services.merge(first.pk, second.pk, by=alice, now=flow.at(1))

    [event] = OutboxEvent.objects.order_by("number")[before:]
    assert set(event.payload["incident_ids"]) == {str(first.pk), str(second.pk)}
    assert event.payload["alert_ids"] == [str(alert("cam-1").pk)]


def test_a_merge_by_machine_is_shown_and_undone_alike(tenant, alice, restart):
    outage(tenant)
    merges = list(Correction.objects.filter(actor_kind="system").order_by("id"))
    assert merges, "the stream brings a merge about"
    merged = merges[-1]
    source = NOCIncident.objects.get(cluster_id=merged.source_id)
    target = NOCIncident.objects.get(cluster_id=merged.target_id)
    assert (source.state, source.alert_count) == ("CLOSED", 0)
    assert source.cluster.merged_into_id is not None
    assert source.resolution.startswith(f"Merged into INC-{target.number}: they turned out")
    held = {UUID(one["alert_id"]) for one in merged.record["memberships"]}
    restart()

    services.undo(merged.pk, by=alice, now=flow.at(1005))

    source.refresh_from_db()
    assert (source.state, source.alert_count) == ("NEW", len(held))
    assert not list(selectors.labelled_pairs())


def test_the_log_and_a_checkpoint_bring_back_what_was_taught(tenant, alice, monkeypatch):
    first, second = two_sites(tenant)
    monkeypatch.setattr(state, "CHECKPOINT_ENTRIES", 1)
    services.merge(first.pk, second.pk, by=alice, now=flow.at(1))
    monkeypatch.setattr(state, "memories", state.Memories())

    flow.work(tenant, flow.make_report(2))

    assert counts(first, second) == [(0, 0), (3, 4)]


def test_a_file_of_clusters_names_the_one_that_everything_ended_in(tenant, alice):
    first, second = two_sites(tenant)
    flow.work(tenant, flow.make_report(0.3, site="S3", device="gate-1"))
    third = NOCIncident.objects.get(number=3)
    services.merge(first.pk, second.pk, by=alice, now=flow.at(1))
    services.merge(second.pk, third.pk, by=alice, now=flow.at(2))

    rows = [(row["cluster_id"], row["merged_into"]) for row in KINDS["clusters"].rows(flow.at(3))]

    assert rows == [
        (first.cluster_id, third.cluster_id),
        (second.cluster_id, third.cluster_id),
        (second.cluster_id, third.cluster_id),
        (third.cluster_id, ""),
    ]


def test_what_people_said_is_a_label_for_rehearsals(tenant, alice):
    _, second = two_sites(tenant)
    services.split(second.pk, [alert("door-1").pk], by=alice, now=flow.at(1))

    labels = selectors.labels(flow.at(0), flow.at(60))

    assert set(labels) == {alert("door-1").pk, alert("lamp-1").pk}
    assert len(set(labels.values())) == 2
