"""How a row of a register was written, for whom: so an asset's status has a log."""

from __future__ import annotations

from typing import Any

from django.test import Client as Browser

from tests.console.making import make_site
from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.domain.work.models import Asset
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


def edits(key: str, asset: Asset) -> list[dict[str, Any]]:
    answer = Browser().get(f"/api/v1/assets/{asset.pk}/edits", headers=bearer(key))
    assert answer.status_code == 200, answer.content
    return list(answer.json())


def test_an_assets_status_is_known_from_its_edits(tenant: Tenant) -> None:
    site, other, key = make_site(tenant), make_site(tenant, "Depot"), make_key(tenant, "admin")
    for said in ({"site": other.code}, {"status": "MAINTENANCE"}, {"site": site.code}):
        answer = Browser().post(
            "/api/v1/assets", {"code": "LIFT", **said}, content_type="application/json",
            headers=bearer(key),
        )  # fmt: skip
        assert answer.status_code == 200
    with tenant_scope(tenant.id):
        asset = Asset.objects.get()

    moved, broken, made = edits(key, asset)
    assert moved["fields"] == [{"name": "site", "before": other.code, "after": site.code}]
    assert broken["fields"] == [{"name": "status", "before": "WORKING", "after": "MAINTENANCE"}]
    assert {"name": "status", "before": None, "after": "WORKING"} in made["fields"]
    page = signed_in(make_user(tenant)).get(f"/operation/assets/{asset.pk}").getvalue().decode()
    assert "Status: Working → Maintenance" in page

    bound = make_key(tenant, "read", bounds=Bounds(sites=(site.code,)))
    assert other.code not in str(edits(bound, asset)), "it lies beyond"
    path = f"/api/v1/assets/{asset.pk}/edits"
    stranger = make_key(make_tenant(), "admin")
    assert Browser().get(path, headers=bearer(stranger)).status_code == 404
