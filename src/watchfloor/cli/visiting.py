"""The running floor as the demo's tenant sees it from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import OperationalError, connections
from django.utils import timezone

from watchfloor.aiops.types import Seconds
from watchfloor.cli.context import floor
from watchfloor.cli.nightshift import (
    Keys,
    demo_tenant,
    end_keys,
    ensure_demo_admin,
    ensure_demo_tenant,
    fresh_keys,
)
from watchfloor.demo.floor import PATIENCE, Away, Floor, Refused
from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.platform.tenancy.models import Tenant

NO_FLOOR = "no floor runs here: start one with `watchfloor up --demo`"
NO_NIGHT = "no night plays here: start one with `watchfloor up --demo` or `watchfloor demo play`"


@contextmanager
def visit(
    home: str | None,
    purpose: str,
    *,
    make: bool = False,
    beside: bool = False,
    patience: Seconds = PATIENCE,
) -> Iterator[Floor]:
    """Yield the floor with keys that end afterwards. `make`: the tenant, where there is none.
    `beside`: others may visit for the same purpose at the same time; else theirs end. `patience`:
    how long the floor may be away before we leave.

    Raises: Misuse, FloorError.
    """
    with floor(home) as here:
        tenant = visited(here.url, make=make)
        keys = fresh_keys(tenant, purpose, timezone.now(), beside=beside)
        visitor = Floor(
            here.url or "", ingest_key=keys.ingest, admin_key=keys.admin, patience=patience
        )
        try:
            yield visitor
        except (Refused, Away) as error:
            raise FloorError(str(error)) from None
        finally:
            visitor.close()
            leave(tenant, keys)


def visited(url: str | None, *, make: bool) -> Tenant:
    """Return the demo's tenant on a floor that runs. Raises: Misuse."""
    if url is None:
        raise Misuse(NO_FLOOR)
    tenant = demo_tenant()
    if tenant is None and make:
        ensure_demo_admin(timezone.now())
        tenant = ensure_demo_tenant(timezone.now())
    if tenant is None:
        raise Misuse(NO_NIGHT)
    return tenant


def leave(tenant: Tenant, keys: Keys) -> None:
    """End the keys. Where the floor has been stopped, the next who come end what is left behind."""
    connections.close_all()  # the database may have been killed meanwhile
    with suppress(OperationalError):
        end_keys(tenant, keys, timezone.now())


def now() -> float:
    return timezone.now().timestamp()
