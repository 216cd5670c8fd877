"""What the desks work with, as files."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter, itemgetter

from watchfloor.console import findings, listing, words
from watchfloor.console.as_sent import ORDER, told
from watchfloor.console.filters import ALERT_STATES, INCIDENT_STATES, Filter
from watchfloor.console.ranges import TimeRange
from watchfloor.console.reading import Row
from watchfloor.console.tables.table import Asked, Columns, Table, in_parts, latest
from watchfloor.console.tables.writing import MOST
from watchfloor.noc.alerts.selectors import alert_rows, reports
from watchfloor.noc.findings import selectors as found
from watchfloor.noc.findings.models import AuditFinding
from watchfloor.noc.incidents import partial


def _incidents(asked: Asked) -> Iterator[Row]:
    wanted = Filter.read(asked.query, INCIDENT_STATES, asked.reader)
    found = listing.incidents_like(asked.viewer, wanted).order_by(*listing.INCIDENTS_BY)
    # All at once: what moves up in the list while its rows are read is in the file all the same.
    ids = list(found.values_list("id", flat=True)[: MOST + 1])
    return in_parts(ids, lambda part: partial.rows_for(asked.scope, part))


def _alerts(asked: Asked) -> Iterator[Row]:
    wanted = Filter.read(asked.query, ALERT_STATES, asked.reader)
    found = listing.alerts_like(asked.viewer, wanted).order_by(*listing.ALERTS_BY)
    return in_parts(list(found.values_list("id", flat=True)[: MOST + 1]), alert_rows)


def _reports(asked: Asked) -> Iterator[Row]:
    when = TimeRange.read(asked.query, asked.reader)
    came = reports(asked.scope).filter(when.rule("received_at"))
    return in_parts(latest(came, ORDER), lambda part: told(part, asked.scope))


def _findings(asked: Asked) -> Iterator[AuditFinding]:
    wanted = findings.Wanted.read(asked.query)
    return latest(wanted.found(asked.scope), found.ORDER)


def _turned_out(row: Row) -> str:
    if row["merged_into_id"]:
        return f"Merged into INC-{row['merged_into_number']}"
    return words.disposition(row["disposition"] or "", row["resolved_by_kind"] or "")


def _severity(row: Row) -> str:
    return words.severity(row["severity"]).name


def _state(row: Row) -> str:
    return words.STATES.get(row["state"], row["state"])


INCIDENT: Columns = {
    "incident": lambda row: f"INC-{row['number']}",
    "title": itemgetter("title"),
    "severity": _severity,
    "life_safety": itemgetter("is_life_safety"),
    "state": _state,
    "client": itemgetter("client_name"),
    "site": itemgetter("site_name"),
    "alerts": itemgetter("alert_count"),
    "reports": itemgetter("report_count"),
    "opened_at": itemgetter("opened_at"),
    "last_alert_at": itemgetter("last_alert_at"),
    "acknowledged_at": itemgetter("acknowledged_at"),
    "acknowledged_by": itemgetter("acknowledged_by_name"),
    "assigned_to": itemgetter("assigned_to_name"),
    "snoozed_until": itemgetter("snoozed_until"),
    "resolved_at": itemgetter("resolved_at"),
    "turned_out": _turned_out,
    "resolution": itemgetter("resolution"),
    "id": itemgetter("id"),
}
ALERT: Columns = {
    "alert": itemgetter("title"),
    "type": itemgetter("alert_type"),
    "severity": _severity,
    "life_safety": itemgetter("is_life_safety"),
    "signal": lambda row: words.SIGNALS.get(row["signal"], ""),
    "state": _state,
    "client": itemgetter("client_name"),
    "site": itemgetter("site_name"),
    "device": itemgetter("device_name"),
    "entity": itemgetter("entity_id"),
    "kept_quiet": lambda row: words.suppression(row["suppressed_by"]),
    "why": itemgetter("suppressed_why"),
    "times": itemgetter("occurrence_count"),
    "first_seen_at": itemgetter("first_seen_at"),
    "last_seen_at": itemgetter("last_seen_at"),
    "resolved_at": itemgetter("resolved_at"),
    "snoozed_until": itemgetter("snoozed_until"),
    "id": itemgetter("id"),
}
REPORT: Columns = {
    "received_at": lambda row: row["report"].received_at,
    "occurred_at": lambda row: row["report"].occurred_at,
    "severity": lambda row: words.severity(row["report"].severity).name,
    "says": lambda row: words.SIGNALS.get(row["report"].signal, ""),
    "type": lambda row: row["alert"] and row["alert"].alert_type,
    "message": lambda row: row["report"].message,
    "source": lambda row: row["report"].source,
    "did": itemgetter("did"),
    "incident": lambda row: row["incident"] and f"INC-{row['incident'].number}",
    "alert_id": lambda row: row["report"].alert_id,
    "id": lambda row: row["report"].event_id,
}
FINDING: Columns = {
    "last_seen_at": attrgetter("last_seen_at"),
    "first_seen_at": attrgetter("first_seen_at"),
    "severity": lambda row: words.severity(row.severity).name,
    "title": attrgetter("title"),
    "type": attrgetter("finding_type"),
    "category": lambda row: row.get_category_display(),
    "site": attrgetter("site"),
    "status": lambda row: row.get_status_display(),
    "found": attrgetter("found_count"),
    "note": attrgetter("note"),
    "id": attrgetter("id"),
}
TABLES = (
    Table("incidents", "incidents", "incident", _incidents, INCIDENT),
    Table("alerts", "alerts", "alert", _alerts, ALERT),
    Table("findings", "findings", "finding", _findings, FINDING),
    Table("reports", "reports", "report", _reports, REPORT),
)
