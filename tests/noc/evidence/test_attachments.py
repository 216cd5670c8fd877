"""Pictures and clips beside an incident: who adds them, who gets them, and what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.console.making import make_incident, make_site
from tests.make import NOW, make_tenant, make_user, signed_in
from watchfloor.config import retention
from watchfloor.noc.evidence.models import Attachment
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident, TimelineEntry
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.jobs.tenants import each_tenant
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"picture" * 50
CLIP = b"\x00\x00\x00\x18ftypmp42" + b"clip" * 50
POLYGLOT = b"GIF89a/*<html><script>alert(1)</script>*/=1;alert(1)"


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.fixture
def incident(tenant: Tenant) -> NOCIncident:
    return make_incident(tenant)


def upload(browser: Client, incident: NOCIncident, body: bytes, **told: str):
    path = f"/api/v1/incidents/{incident.pk}/attachments"
    return browser.post(path, body, content_type="application/octet-stream", query_params=told)


def content_of(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return answer.getvalue()


def files(tenant: Tenant) -> list[Path]:
    folder = Path(settings.EVIDENCE_FOLDER) / str(tenant.id)
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_picture_is_kept_by_its_content_shown_and_fetched_again(tenant, incident) -> None:
    browser = signed_in(make_user(tenant))

    answer = upload(browser, incident, JPEG, name="gate.jpg", caption="The gate at 02:10")
    made = answer.json()

    assert (answer.status_code, made["media_type"]) == (201, "image/jpeg")
    assert made["sha256"] == hashlib.sha256(JPEG).hexdigest()
    [path] = files(tenant)
    assert (path.name, path.stat().st_mode & 0o777) == (made["sha256"], 0o600)
    assert content_of(browser.get(f"/api/v1/attachments/{made['id']}/content")) == JPEG
    with tenant_scope(tenant.id):
        entry = TimelineEntry.objects.get()
        acts = AuditRow.objects.filter(object_kind="incident").order_by("at")
        told = [(act.action, act.object_id, act.after["sha256"]) for act in acts]
    assert (entry.kind, entry.text) == ("attached", "gate.jpg: The gate at 02:10")
    assert told == [
        ("attachment.added", str(incident.pk), made["sha256"]),
        ("attachment.opened", str(incident.pk), made["sha256"]),
    ]


def test_the_same_content_twice_is_one_attachment_and_one_file(tenant, incident) -> None:
    browser = signed_in(make_user(tenant))

    first, second = (upload(browser, incident, CLIP, name=name).json() for name in ("a", "b"))

    assert first == second
    assert first["name"] == "a.mp4"
    assert len(files(tenant)) == 1


def test_what_else_reads_as_a_page_is_handed_out_as_the_picture_that_it_is(
    tenant, incident
) -> None:
    browser = signed_in(make_user(tenant))
    made = upload(browser, incident, POLYGLOT, name="page.html").json()

    answer = browser.get(f"/api/v1/attachments/{made['id']}/content")

    assert content_of(answer) == POLYGLOT
    assert made["name"] == "page.html.gif"
    assert answer["Content-Type"] == "image/gif"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="page.html.gif"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("body", [b"", b"<html><script>x</script>", b"<svg onload='x()'/>", b"PK"])
def test_what_is_no_picture_or_clip_is_refused_and_leaves_nothing(tenant, incident, body) -> None:
    answer = upload(signed_in(make_user(tenant)), incident, body, name="gate.jpg")

    assert (answer.status_code, "file" in answer.json()["fields"]) == (422, True)
    assert files(tenant) == []


def test_what_is_too_large_is_refused_and_leaves_nothing(tenant, incident, settings) -> None:
    settings.EVIDENCE_MOST_BYTES = 2**20
    browser = signed_in(make_user(tenant))

    assert upload(browser, incident, CLIP + bytes(2**20), name="clip.mp4").status_code == 422
    assert files(tenant) == []
    assert upload(browser, incident, CLIP, name="clip.mp4").status_code == 201


def test_a_name_that_climbs_out_of_the_folder_stays_in_it(tenant, incident) -> None:
    made = upload(signed_in(make_user(tenant)), incident, JPEG, name="../../../tmp/owned.jpg")

    assert made.json()["name"] == "owned.jpg"
    [path] = files(tenant)
    assert path.name == made.json()["sha256"]


def test_a_stranger_a_viewer_and_nobody_add_nothing_and_get_nothing(tenant, incident) -> None:
    made = upload(signed_in(make_user(tenant)), incident, JPEG, name="gate.jpg").json()
    stranger = signed_in(make_user(make_tenant(), "admin"))
    viewer = signed_in(make_user(tenant, "viewer"))
    paths = [f"/api/v1/attachments/{made['id']}{end}" for end in ("", "/content")]

    assert upload(stranger, incident, CLIP).status_code == 404
    assert upload(viewer, incident, CLIP).status_code == 403
    assert upload(Client(), incident, CLIP).status_code == 401
    assert {stranger.get(path).status_code for path in paths} == {404}
    assert {Client().get(path).status_code for path in paths} == {401}
    assert content_of(viewer.get(paths[1])) == JPEG
    assert stranger.get("/api/v1/attachments").json()["items"] == []


def test_a_page_of_somebody_else_cannot_add_one(tenant, incident) -> None:
    browser = signed_in(make_user(tenant), enforce_csrf_checks=True)

    assert upload(browser, incident, JPEG).status_code == 403


def test_who_sees_a_part_of_an_incident_sees_what_they_added_and_no_others(
    tenant, incident
) -> None:
    mine, other = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=mine.pk)
        for site in (mine, other):
            IncidentPlace.objects.create(incident=incident, site=site, client_id=site.client_id)
    hidden = upload(signed_in(make_user(tenant)), incident, JPEG, name="runway.jpg").json()
    browser = signed_in(user)
    own = upload(browser, incident, CLIP, name="harbour.mp4").json()

    listed = browser.get("/api/v1/attachments", {"incident": str(incident.pk)}).json()["items"]

    assert [one["id"] for one in listed] == [own["id"]]
    assert browser.get(f"/api/v1/attachments/{hidden['id']}/content").status_code == 404


def test_a_file_goes_with_the_last_incident_that_refers_to_it(tenant, incident) -> None:
    browser = signed_in(make_user(tenant))
    other = make_incident(tenant, "Again")
    for one in (incident, other):
        upload(browser, one, JPEG, name="gate.jpg")
    later = NOW + timedelta(days=100_000)

    with tenant_scope(tenant.id):
        Attachment.objects.filter(incident=incident).delete()
    retention.forget_files(later)
    assert len(files(tenant)) == 1

    with tenant_scope(tenant.id):
        Attachment.objects.all().delete()
    retention.forget_files(NOW)  # a row may be about to be written
    assert len(files(tenant)) == 1
    retention.forget_files(later)
    assert files(tenant) == []


def test_files_of_a_tenant_that_is_no_more_go_and_of_one_that_comes_meanwhile_stay(
    tenant, incident, monkeypatch
) -> None:
    nobody = Path(settings.EVIDENCE_FOLDER) / "999999" / "ab"
    nobody.mkdir(parents=True)

    def while_one_comes() -> Iterator[Tenant]:
        yield from (one for one in each_tenant() if one.pk != tenant.pk)
        upload(signed_in(make_user(tenant)), incident, JPEG, name="gate.jpg")

    monkeypatch.setattr(retention, "each_tenant", while_one_comes)
    retention.forget_files(NOW)

    assert not nobody.exists()
    assert len(files(tenant)) == 1
