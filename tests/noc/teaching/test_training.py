"""What people do to incidents teaches the tenant's adviser."""

from collections import defaultdict

from tests.noc import flow
from tests.pure.training.streams import BEGIN, estate
from watchfloor.cli import train
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.handled import handled_alerts
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.teaching import services as teaching
from watchfloor.platform.modelstore import services as modelstore
from watchfloor.platform.modelstore.models import Stage

DAY = 24 * 60.0


def days(count):
    """Return reports by day with what each is of. No type comes twice: no lesson can be drawn."""
    views, labels = estate(days=count, chatty=0.3)
    found = defaultdict(list)
    for number, view in enumerate(views):
        minute = (view.at - BEGIN) / 60.0
        report = flow.make_report(
            minute, alert_type=f"{view.alert_type}_{number}", site=view.site, device=view.entity,
            message=view.message, silence=3 * 3600.0,
        )  # fmt: skip
        found[int(minute // DAY)].append((report, labels[view.report_id]))
    return found


def work_day(tenant, told, by):
    """Work a day's reports; then somebody merges what belongs together and resolves it all."""
    flow.work(tenant, *[report for report, _ in told])
    now = flow.moment(told[-1][0].received_at)
    first = {}
    for report, label in told:
        incident = NOCIncident.objects.get(
            cluster_id=NOCAlertEvent.objects.get(pk=report.event_id).cluster_id
        )
        into = first.setdefault(label, incident) if label else incident
        if into.pk != incident.pk:
            teaching.merge(incident.pk, into.pk, by=by, now=now)
    for incident in NOCIncident.objects.exclude(state__in=["RESOLVED", "CLOSED"]):
        incidents.resolve(incident.pk, by=by, now=now)


def test_merging_and_resolving_day_by_day_teaches_what_the_rules_leave_apart(tenant, alice):
    for _, told in sorted(days(4).items()):
        work_day(tenant, told, alice)

    trained = train.on_stored(flow.at(-60), flow.at(5 * DAY))

    assert trained.artifact.card.trained["fitted"]["together"] > 25
    assert trained.gate.measure == "f1_tol"
    assert trained.gate.adviser.f1 > trained.gate.rules.f1 + 0.3
    row = modelstore.version(trained.artifact.sha256)
    assert (row.stage == Stage.LIVE) is trained.gate.passes
    assert row.card["gate"]["adviser"]["f1"] == trained.gate.adviser.f1


def test_only_what_a_person_resolved_stands_as_their_word(tenant, alice):
    flow.work(tenant, flow.make_report(0), flow.make_report(0.1, site="S2", device="door-1"))
    one, _ = NOCIncident.objects.order_by("number")

    assert handled_alerts(flow.at(-1), flow.at(9)) == {}
    incidents.resolve(one.pk, by=alice, now=flow.at(1))

    known = handled_alerts(flow.at(-1), flow.at(9))
    assert list(known.values()) == [one.cluster_id.hex]
    assert handled_alerts(flow.at(2), flow.at(9)) == {}
