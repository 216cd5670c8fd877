import csv
import io
import json
from pathlib import Path

import pytest

from tests.noc import flow
from watchfloor.cli.explaining import alert_named, explained, told
from watchfloor.cli.exporting import KINDS, write_csv, write_lines, writer_for
from watchfloor.embedded.errors import Misuse
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident


def as_csv(what):
    file = io.StringIO()
    kind = KINDS[what]
    count = write_csv(file, kind.columns, kind.rows(flow.at(0)))
    rows = list(csv.DictReader(file.getvalue().splitlines()))
    assert len(rows) == count
    return rows


def test_clusters_are_one_line_per_report_by_the_senders_id(tenant):
    flow.work(
        tenant,
        flow.make_report(0, sender_id="a"),
        flow.make_report(0, sender_id="a", is_touch=True),
        flow.make_report(0, sender_id="b"),
    )
    nameless = flow.make_report(1, alert_type="DOOR_FORCED", site="S9", device="d")
    flow.work(tenant, nameless)
    poison = flow.make_report(2, sender_id="bad", message="\x00")
    flow.store(tenant, [poison])
    flow.drain(2)

    rows = as_csv("clusters")

    assert [row["alert_id"].replace("-", "") for row in rows] == [
        "a",
        "b",
        nameless.event_id,
        "bad",
    ]
    assert rows[0]["cluster_id"] == rows[1]["cluster_id"] != rows[2]["cluster_id"]
    assert rows[3] == {
        "alert_id": "bad",
        "cluster_id": "",
        "suppressed": "0",
        "merged_into": "",
    }


@pytest.mark.parametrize("what", sorted(KINDS))
def test_every_kind_is_written_in_both_forms_with_its_columns(tenant, what):
    flow.work(tenant, flow.make_report(0, labels={"rack": "7"}))
    kind, file = KINDS[what], io.StringIO()

    count = write_lines(file, kind.columns, kind.rows(flow.at(0)))

    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert len(lines) == count
    assert all(tuple(line) == kind.columns for line in lines)
    assert len(as_csv(what)) == count


def test_reports_and_alerts_are_written_with_words_for_numbers(tenant):
    flow.work(tenant, flow.make_report(0, labels={"rack": "7"}))

    [report], [alert] = as_csv("reports"), as_csv("alerts")

    assert (report["verdict"], report["severity"], report["signal"]) == ("opened", "HIGH", "firing")
    assert json.loads(alert["labels"]) == {"rack": "7"}


def test_a_file_with_another_ending_is_refused_with_the_cure():
    with pytest.raises(Misuse, match=r"\.csv or \.jsonl"):
        writer_for(Path("alerts.xlsx"))
    assert writer_for(Path("alerts.csv.gz")) is write_csv


def test_an_alert_is_explained_by_any_of_its_names(tenant):
    first = flow.make_report(0, sender_id="a", dedup_key="cam-1/offline")
    again = flow.make_report(1, sender_id="b", dedup_key="cam-1/offline")
    flow.work(tenant, first, again, flow.make_report(1, alert_type="POWER_LOSS"))
    alert = NOCAlertEvent.objects.get(alert_type="CAMERA_OFFLINE")
    for name in (str(alert.pk), again.event_id, "b", "cam-1/offline"):
        assert alert_named(name) == alert
    with pytest.raises(Misuse, match="no alert, report or key"):
        alert_named("nobody")

    joined = NOCAlertEvent.objects.get(alert_type="POWER_LOSS")
    found = explained(joined)

    [bout] = found["bouts"]
    incident = NOCIncident.objects.get()
    assert bout["incident"]["number"] == incident.number
    assert f"INC-{incident.number}" in told(found)
    assert f"score {bout['score']:.2f}" in told(found)
    assert "It began this incident: nothing that was open was near it." in told(explained(alert))
    assert "Without “same thing” it would have gone" in told(found)
    assert bout["would_have_split"][-1]["feature"] == "same_thing"
