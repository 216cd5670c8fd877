"""An evidence pack holds what is known, and anybody can check that it is whole."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from tests.noc.evidence.test_attachments import CLIP, JPEG, upload
from watchfloor.domain.org.models import Client as Customer
from watchfloor.domain.org.models import Site
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.files import keeping
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.fixture
def incident(tenant: Tenant) -> NOCIncident:
    with tenant_scope(tenant.id):
        flow.work(
            tenant,
            flow.make_report(0, person="Ann Lee"),
            flow.make_report(0.5, alert_type="POWER_LOSS"),
        )
        return NOCIncident.objects.get()


def packed(browser: Client, incident: NOCIncident) -> bytes:
    answer = browser.get(f"/api/v1/incidents/{incident.pk}/evidence")
    assert answer.status_code == 200, answer.content
    return answer.getvalue()


def unpacked(content: bytes, folder: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    return folder


def is_whole(folder: Path) -> bool:
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_a_pack_holds_all_of_it_and_its_hashes_are_right(tenant, incident, tmp_path) -> None:
    browser = signed_in(make_user(tenant, "admin"))
    upload(browser, incident, JPEG, name="gate at night.jpg", caption="The gate")
    path = f"/api/v1/incidents/{incident.pk}/acknowledge"
    browser.post(path, "{}", content_type="application/json")

    folder = unpacked(packed(browser, incident), tmp_path)

    assert is_whole(folder)
    read = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    assert read["incident"]["state"] == "ACKNOWLEDGED"
    assert {one["kind"] for one in read["timeline"]} == {"opened", "attached", "acknowledged"}
    assert {one["alert_type"] for one in read["alerts"]} == {"CAMERA_OFFLINE", "POWER_LOSS"}
    assert all(one["why"][0]["decided_by"] for one in read["alerts"])
    assert (folder / "attachments/001-gate at night.jpg").read_bytes() == JPEG
    assert {one["action"] for one in read["audit"]} >= {"attachment.added", "incident.acknowledged"}
    listed = (folder / "SHA256SUMS").read_text()
    assert {path.name for path in folder.iterdir()} - {"SHA256SUMS", "attachments"} <= {
        line.split("  ", 1)[1] for line in listed.splitlines()
    }


def test_a_pack_that_was_tampered_with_fails_the_check(tenant, incident, tmp_path) -> None:
    browser = signed_in(make_user(tenant, "admin"))
    folder = unpacked(packed(browser, incident), tmp_path)
    timeline = folder / "timeline.json"
    timeline.write_text(timeline.read_text().replace("opened", "closed"))

    assert not is_whole(folder)


def test_a_file_that_was_changed_on_the_floor_fails_the_check(tenant, incident, tmp_path) -> None:
    browser = signed_in(make_user(tenant, "admin"))
    made = upload(browser, incident, CLIP, name="clip.mp4").json()
    with tenant_scope(tenant.id):
        keeping.path_of(made["sha256"]).write_bytes(CLIP + b"more")
        assert not is_whole(unpacked(packed(browser, incident), tmp_path / "changed"))
        keeping.path_of(made["sha256"]).unlink()
        assert not is_whole(unpacked(packed(browser, incident), tmp_path / "gone"))


def test_the_hash_of_the_hashes_is_in_the_audit_trail(tenant, incident, tmp_path) -> None:
    folder = unpacked(packed(signed_in(make_user(tenant, "admin")), incident), tmp_path)

    with tenant_scope(tenant.id):
        told = AuditRow.objects.get(action="incident.packed")
    sums = subprocess.run(
        ["sha256sum", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert told.after["sha256sums"] == sums.stdout.split()[0]
    assert told.object_id == str(incident.pk)


def test_the_audit_trail_and_names_are_for_those_who_may_read_them(
    tenant, incident, tmp_path
) -> None:
    upload(signed_in(make_user(tenant)), incident, JPEG, name="Ann Lee.jpg", caption="Lee, Ann")
    with tenant_scope(tenant.id):
        NOCIncident.objects.update(title="Ann Lee is gone")
    roles = {"supervisor": (False, True), "auditor": (True, False), "admin": (True, True)}
    for role, (has_audit, has_names) in roles.items():
        content = packed(signed_in(make_user(tenant, role)), incident)
        folder = unpacked(content, tmp_path / role)
        assert is_whole(folder)
        assert (folder / "audit.json").exists() is has_audit
        texts = [path for path in folder.iterdir() if path.is_file()]
        told = {path.name for path in texts if re.search("Ann|Lee", path.read_text())}
        told |= {path.name for path in folder.glob("attachments/*Lee*")}
        named = {"alerts.json", "incident.json", "timeline.json", "attachments.json", "README.txt",
                 "SHA256SUMS", "001-Ann Lee.jpg"}  # fmt: skip
        assert told == (named if has_names else set())


def test_operators_strangers_and_who_sees_a_part_get_no_pack(tenant, incident) -> None:
    path = f"/api/v1/incidents/{incident.pk}/evidence"
    partly = make_user(tenant, "supervisor")
    with tenant_scope(tenant.id):
        client = Customer.objects.create(code="c", name="C", created_at=flow.at())
        site = Site.objects.create(code="s", name="S", client=client, created_at=flow.at())
        IncidentPlace.objects.create(incident=incident, site=site, client=client)
        RoleGrant.objects.filter(user=partly).update(site_id=site.pk)

    assert Client().get(path).status_code == 401
    assert signed_in(make_user(tenant)).get(path).status_code == 403
    assert signed_in(make_user(make_tenant(), "admin")).get(path).status_code == 404
    assert signed_in(partly).get(path).status_code == 403
    with tenant_scope(tenant.id):
        assert not AuditRow.objects.filter(action="incident.packed").exists()
