"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from watchfloor.console.views import (
    alerts,
    design,
    desks,
    devices,
    finding,
    incident,
    incidents,
    lessons,
    names,
    noise,
    on_test,
    opening,
    people,
    quarantine,
    rehearsal,
    reports,
    sites,
    watching,
)

urlpatterns = [
    path("", incidents.incidents, name="incidents"),
    path("incidents.json", incidents.incidents_json, name="incidents-json"),
    path("alarms.json", incidents.alarms_json, name="alarms-json"),
    path("find.json", finding.find_json, name="find-json"),
    path("figures.html", incidents.figures, name="figures"),
    path("incidents/new", opening.new_incident, name="incident-new"),
    path("incidents/<uuid:incident_id>/calls", incident.calls, name="incident-calls"),
    path("incidents/<uuid:incident_id>", incident.incident, name="incident"),
    path("incidents/<uuid:incident_id>/preview", incident.preview, name="incident-preview"),
    path(
        "incidents/<uuid:incident_id>/merge-choices", incident.merge_choices, name="merge-choices"
    ),
    path("alerts", alerts.alerts, name="alerts"),
    path("alerts.json", alerts.alerts_json, name="alerts-json"),
    path("alerts/<uuid:alert_id>", alerts.alert, name="alert"),
    path("sites", sites.sites, name="sites"),
    path("sites.csv", sites.sites_csv, name="sites-csv"),
    path("call-lists.csv", sites.call_lists_csv, name="call-lists-csv"),
    path("sites/<uuid:site_id>", sites.site, name="site"),
    path("devices", devices.devices, name="devices"),
    path("devices.csv", devices.devices_csv, name="devices-csv"),
    path("devices/<uuid:device_id>", devices.device, name="device"),
    path("people", people.people, name="people"),
    path("people.csv", people.people_csv, name="people-csv"),
    path("people/<uuid:person_id>", people.person, name="person"),
    path("names", names.names, name="names"),
    path("design", design.design, name="design"),
    path("desks", desks.desks, name="desks"),
    path("reports", reports.reports, name="reports"),
    path("on-test", on_test.on_test, name="on-test"),
    path("noise", noise.noise, name="noise"),
    path("lessons", lessons.lessons, name="lessons"),
    path("quarantine", quarantine.quarantine, name="quarantine"),
    path("rehearsal", rehearsal.rehearsals, name="rehearsal"),
    path("watching", watching.watching, name="watching"),
    path("watching/<slug:day>", watching.day, name="watching-day"),
    path("rehearsal/<uuid:rehearsal_id>", rehearsal.rehearsal, name="rehearsal-one"),
]
