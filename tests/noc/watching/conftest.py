"""A tenant with two sites, of which reports come, and whoever may switch watch mode there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db.models import F

from tests.make import NOW, make_tenant, unique
from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.watching.models import Watch
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


@dataclass(frozen=True)
class Estate:
    """Two clients with a site each; reports name the sites by their codes."""

    tenant: Tenant
    tower: Site
    depot: Site


@pytest.fixture
def estate() -> Iterator[Estate]:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        yield Estate(tenant, *(_site(name) for name in ("North Tower", "Depot")))
        # The clock of each test is its own: what one leaves on would be due in another.
        Watch.objects.filter(ended_at=None).update(ended_at=F("started_at"))


def _site(name: str) -> Site:
    client = Client.objects.create(code=unique("client"), name=f"{name} Ltd", created_at=NOW)
    return Site.objects.create(code=unique("site"), name=name, client=client, created_at=NOW)
