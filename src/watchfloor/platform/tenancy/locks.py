"""One writer of a tenant's flow at a time: the drain, the sweeper, or somebody who acts.

Whoever changes alerts, clusters or incidents holds this lock until the transaction ends. It takes
the place of locks on many rows in some order, which a batch of a thousand cannot keep.
"""

from __future__ import annotations

from django.db import connection

CLASS_ID = 0x57460001


def try_lock_flow(tenant_id: int) -> bool:
    """Take the tenant's flow if nobody holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (CLASS_ID, tenant_id))
        [locked] = cursor.fetchone()
    return bool(locked)


def lock_flow(tenant_id: int) -> None:
    """Wait for the tenant's flow; at most as long as one batch of the drain."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", (CLASS_ID, tenant_id))
