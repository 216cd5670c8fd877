"""Lists as files: who may have which, what stands in them, and that none of it calculates."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from tests.architecture.filling import fill
from tests.console.making import make_alert, make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.console.pages import SECTIONS
from watchfloor.console.tables.all import TABLES
from watchfloor.console.tables.writing import written
from watchfloor.domain.naming.models import NameReview
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent, Silence
from watchfloor.noc.findings.models import AuditFinding
from watchfloor.noc.handover.models import Handover
from watchfloor.noc.intake.models import Capture
from watchfloor.noc.integrations.models import Delivery
from watchfloor.noc.teaching.models import Lesson
from watchfloor.noc.walls.models import Wall
from watchfloor.platform.accounts.models import ApiKey, Integration, RoleGrant, User
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

MINUTE = timedelta(minutes=1)
FORMULA = "=cmd|'/c calc'!A0"
OTHERWISE = {"sites", "devices", "people", "orders", "heat"}
"""Pages whose files are what the import reads, or a table of their own shape."""
HARMLESS = {"rehearsals", "quarantine", "mappings", "desks", "false-alarms", "access", "audit"}
"""Files in which nothing of what `furnish` wrote is told."""
NO_LIST = {
    "fraud": "suspicions of people stay on the floor",
    "site-map": "a picture of the sites, which have a file",
    "device-wall": "a picture of the devices, which have a file",
    "plans": "pictures",
    "limits": "what is set for them is a register, which has a file",
    "presences": "who is on post now: shifts have a file below their noun",
    "profiles": "pictures of a week",
    "scorecards": "a picture of a day: its cards are told over HTTP",
    "operation": "nouns, each with a list and a file of its own",
    "watching": "days, each with a page of its own figures",
    "welcome": "steps that the floor ticks by itself",
    "sounds": "settings",
}


def rows(browser: Browser, name: str, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/{name}.csv{query}")
    assert answer.status_code == 200, (name, answer.status_code)
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def status(browser: Browser, name: str) -> int:
    answer = browser.get(f"/{name}.csv")
    answer.close()
    return answer.status_code


def bound_to(user: User, **place: object) -> Browser:
    with tenant_scope(user.tenant_id):
        RoleGrant.objects.filter(user=user).update(**place)
    return signed_in(user)


def furnish(tenant: Tenant) -> None:
    """Put a formula wherever senders and people can write one."""
    flow.work(tenant, *(flow.make_report(n, device=FORMULA, message=FORMULA) for n in range(2)))
    site = make_site(tenant, FORMULA)
    make_incident(tenant, FORMULA, site=site, resolution=FORMULA, number=10_001)
    make_alert(tenant, FORMULA, site=site, alert_type=FORMULA, site_name=FORMULA, entity_id=FORMULA)
    now = timezone.now()
    later = now + timedelta(hours=1)
    said: dict[type[Model], dict[str, object]] = {
        AuditFinding: {"title": FORMULA, "note": FORMULA},
        ApiKey: {"name": FORMULA, "sources": [FORMULA]},
        Capture: {},
        Delivery: {"target": FORMULA, "error": FORMULA},
        Integration: {"name": FORMULA},
        Lesson: {"one": FORMULA, "other": FORMULA, "state": "in_effect"},
        NameReview: {"text": FORMULA},
        Silence: {
            "reason": FORMULA,
            "matchers": [],
            "ends_at": timezone.now() + timedelta(hours=1),
        },
        Wall: {"name": FORMULA},
    }
    with tenant_scope(tenant.id):
        for model, values in said.items():
            row = fill(model, tenant, using="default")
            model._default_manager.filter(pk=row.pk).update(**values)
        NOCAlertEvent.objects.update(suppressed_by="flapping", suppressed_why=FORMULA)
        Handover.objects.create(
            starts_at=now, ends_at=now, note=FORMULA, is_whole=True, contents={}
        )
        for is_test in (True, False):
            MaintenanceWindow.objects.create(
                title=FORMULA, reason=FORMULA, caller=FORMULA, is_test=is_test, created_at=now,
                starts_at=now, ends_at=later, site_ids=[str(site.pk)],
            )  # fmt: skip


def test_every_page_with_a_list_has_a_file_of_it() -> None:
    pages = {entry.view for entries in SECTIONS.values() for entry in entries}
    filed = {table.page for table in TABLES.values()}

    assert filed | OTHERWISE | set(NO_LIST) == pages
    assert not filed & {*OTHERWISE, *NO_LIST}


def test_pages_offer_their_files_as_they_are_narrowed_to_who_may_take_them() -> None:
    tenant = make_tenant()
    admin, operator = signed_in(make_user(tenant, "admin")), signed_in(make_user(tenant))
    query = urlencode({"state": "all", "range": "8h"})

    for table in TABLES.values():
        assert f'href="/{table.name}.csv"' in admin.get(reverse(table.page)).content.decode()
    narrowed = admin.get(f"/?{query}").content.decode()
    assert f'href="/incidents.csv?{query.replace("&", "&amp;")}"' in narrowed
    assert ".csv" not in operator.get("/").content.decode()


def test_no_cell_of_any_file_calculates_and_each_file_is_on_record() -> None:
    tenant = make_tenant()
    furnish(tenant)
    admin = make_user(tenant, "admin")
    browser = signed_in(admin)

    dangerous = set()
    for name, table in TABLES.items():
        found = rows(browser, name)
        cells = [cell for row in found for cell in row.values()]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))], name
        if any(FORMULA in cell for cell in cells):
            dangerous.add(name)
        with tenant_scope(tenant.id):
            noted = AuditRow.objects.filter(action="list.exported").latest("at", "id")
        assert (noted.actor_id, noted.object_kind) == (str(admin.pk), table.kind)
        assert noted.after == {"rows": len(found), "names": False}
    assert dangerous == TABLES.keys() - HARMLESS


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_who_may_not_take_data_out_has_no_file(role: str) -> None:
    browser = signed_in(make_user(make_tenant(), role))

    assert {status(browser, name) for name in TABLES} == {403}
    assert {status(Browser(), name) for name in TABLES} == {302}


def test_a_file_is_for_who_may_open_its_page_too() -> None:
    auditor = signed_in(make_user(make_tenant(), "auditor"))

    refused = {name for name in TABLES if status(auditor, name) == 403}

    assert refused == {name for name, table in TABLES.items()
                       if table.entry.capability not in {"noc:view", "noc:audit_view"}}  # fmt: skip


def test_nothing_of_another_tenant_or_place_is_in_a_file() -> None:
    tenant = make_tenant()
    furnish(tenant)
    stranger = signed_in(make_user(make_tenant(), "admin"))
    here = make_site(tenant, "Harbour")
    make_incident(tenant, "Mine", site=here)
    make_alert(tenant, "Mine", site=here)
    bound = bound_to(make_user(tenant, "admin"), site_id=here.pk)

    for name, table in TABLES.items():
        assert FORMULA not in str(rows(stranger, name)), name
        if table.entry.is_whole or table.is_whole:
            assert status(bound, name) == 403, name
        else:
            assert FORMULA not in str(rows(bound, name)), name
    assert [row["title"] for row in rows(bound, "incidents")] == ["Mine"]
    assert [row["alert"] for row in rows(bound, "alerts")] == ["Mine"]


def test_who_may_look_in_one_place_and_take_out_in_another_has_neither() -> None:
    tenant = make_tenant()
    here, there = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    make_incident(tenant, "Here", site=here)
    make_incident(tenant, "There", site=there)
    user = make_user(tenant, "auditor")
    browser = bound_to(user, site_id=here.pk)
    with tenant_scope(tenant.id):
        RoleGrant.objects.create(user=user, role="operator", site_id=there.pk)

    assert [row["title"] for row in rows(browser, "incidents")] == ["Here"]
    assert rows(browser, "waiting") == []


def test_a_file_holds_what_passes_the_filters_of_the_page_in_its_order() -> None:
    tenant = make_tenant()
    now = timezone.now()
    make_incident(tenant, "Low", severity=2, opened_at=now)
    make_incident(tenant, "Old", severity=5, opened_at=now - timedelta(days=2))
    make_incident(tenant, "High", severity=4, opened_at=now)
    make_incident(
        tenant, "Over", severity=4, opened_at=now - MINUTE, state="RESOLVED", disposition="animal"
    )
    make_alert(tenant, "New one", at=now)
    make_alert(tenant, "Old one", at=now - timedelta(days=2))
    browser = signed_in(make_user(tenant, "supervisor"))

    assert [row["title"] for row in rows(browser, "incidents")] == ["Old", "High", "Low"]
    recent = rows(browser, "incidents", "?range=8h&state=all&severity=4")
    assert [row["title"] for row in recent] == ["High", "Over"]
    assert [row["turned_out"] for row in recent] == ["", "Animal"]
    assert [row["alert"] for row in rows(browser, "alerts", "?range=8h")] == ["New one"]
    assert browser.get("/alerts.csv?since=yesterday").status_code == 422


def test_no_secret_is_in_the_file_of_keys() -> None:
    tenant = make_tenant()
    furnish(tenant)

    [key] = rows(signed_in(make_user(tenant, "admin")), "keys")

    assert not {"key_hash", "secret", "key"} & key.keys()
    assert len(key["ends_with"]) == 4


def test_a_file_that_is_cut_says_so_in_its_last_line() -> None:
    file, number = written(["a"], ([n] for n in range(9)), most=3)

    with file:
        file.seek(0)
        lines = file.read().decode("utf-8-sig").splitlines()
    assert number == 3
    assert lines == [
        "a", "0", "1", "2", "Only the first 3 rows: narrow the list for the others.",
    ]  # fmt: skip
