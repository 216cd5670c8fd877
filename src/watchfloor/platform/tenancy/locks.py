"""Locks on a part of one tenant, held until the transaction ends.

The flow has one writer at a time: the drain, the sweeper, or somebody who acts. Whoever changes
alerts, clusters or incidents holds it. It takes the place of locks on many rows in some order,
which a batch of a thousand cannot keep.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, connections

FLOW = 0x57460001
INVENTORY = 0x57460008
OPERATION = 0x57460010
"""What is known of the operation being watched, see `sensing.reactive`."""


def try_lock(kind: int, tenant_id: int) -> bool:
    """Take this part of the tenant if nobody holds it."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (kind, tenant_id))
        [locked] = cursor.fetchone()
    return bool(locked)


def lock_flow(tenant_id: int, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Wait for the tenant's flow; at most as long as one batch of the drain."""
    wait_for(FLOW, tenant_id, using=using)


def lock_inventory(tenant_id: int) -> None:
    """Wait until nobody else imports into the tenant's inventory. The drain does not wait here."""
    wait_for(INVENTORY, tenant_id)


def wait_for(kind: int, tenant_id: int, *, using: str = DEFAULT_DB_ALIAS) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", (kind, tenant_id))
