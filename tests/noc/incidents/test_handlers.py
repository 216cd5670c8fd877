from datetime import UTC, datetime

from tests.make import make_user, signed_in
from tests.noc import flow
from watchfloor.noc.alerts.models import NOCAlertEvent, Silence
from watchfloor.noc.incidents.handlers import show_changes
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.schemas import IncidentOut
from watchfloor.platform.events.bus import Event
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.live.models import LiveFrame


def told(tenant):
    """Return the changes of the frames that the newest event brings about."""
    row = OutboxEvent.objects.order_by("-number").first()
    show_changes(Event(row.kind, row.payload, tenant.id, row.created_at))
    return LiveFrame.objects.order_by("-number").first().changes


def test_open_pages_get_the_rows_of_what_changed_with_the_bounds_they_are_in(tenant):
    flow.work(tenant, flow.make_report(0))

    changes = told(tenant)

    incident, alert = NOCIncident.objects.get(), NOCAlertEvent.objects.get()
    assert [change["kind"] for change in changes] == ["incident", "alert"]
    assert [change["id"] for change in changes] == [str(incident.pk), str(alert.pk)]
    assert changes[0]["row"]["number"] == incident.number
    assert changes[1]["row"]["occurrence_count"] == 1
    assert changes[1]["site_id"] == str(alert.site_id)


def test_a_row_of_a_frame_is_spelt_as_the_same_row_of_the_api(tenant):
    flow.work(tenant, flow.make_report(0.0333339, severity=5))
    rows = {change["kind"]: change["row"] for change in told(tenant)}
    browser = signed_in(make_user(tenant, "admin"))

    for kind, row in rows.items():
        shown = browser.get(f"/api/v1/{kind}s/{row['id']}").json()
        shared = row.keys() & shown.keys()
        assert {name: row[name] for name in shared} == {name: shown[name] for name in shared}
        assert shared >= {"id", "severity", "state", "client_id", "site_id", "version"}
    assert rows["incident"].keys() <= IncidentOut.model_fields.keys()
    assert (rows["alert"]["severity"], rows["alert"]["signal"]) == ("CRITICAL", "firing")


def test_an_incident_that_is_not_listed_is_taken_off_the_pages(tenant):
    Silence.objects.create(
        reason="known",
        matchers=[{"field": "site", "op": "eq", "value": "S1"}],
        ends_at=datetime(2099, 1, 1, tzinfo=UTC),
        created_at=flow.at(-1),
    )
    flow.work(tenant, flow.make_report(0))

    incident_change = told(tenant)[0]

    assert (incident_change["kind"], incident_change["row"]) == ("incident", None)
