"""What nearly every test of a stage begins with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.make import make_tenant
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    """A tenant of the test's own, in whose scope the test runs."""
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        yield tenant
