"""Reports that were accepted and are not yet worked, identities seen, templates and captures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import Tenant, TenantAwareModel

OURSELVES = 0
"""The integration of what the floor itself reports; no sender has this number."""


class Lane(models.IntegerChoices):
    """Life safety is drained first, whatever else waits. Reports and events have a drain each."""

    LIFE_SAFETY = 0
    NORMAL = 1
    EVENT_LIFE_SAFETY = 2
    EVENT = 3
    HISTORY = 4


REPORT_LANES = (Lane.LIFE_SAFETY, Lane.NORMAL)
EVENT_LANES = (Lane.EVENT_LIFE_SAFETY, Lane.HISTORY)
"""The first and the last: history gives way to what happens now."""
LIVE_EVENT_LANES = (Lane.EVENT_LIFE_SAFETY, Lane.EVENT)


class IntakeRecord(models.Model):
    """One accepted report or event on disk. Gone once it is worked, or kept as quarantined.

    `body` is in the core's encoding (`aiops.alerts.report`, `aiops.operation.stored`). The id is
    the event id that the sender was told; ids ascend with arrival.
    """

    event_id = models.UUIDField(primary_key=True)
    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    lane = models.SmallIntegerField(choices=Lane.choices)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    quarantined_at = models.DateTimeField(null=True)
    error = models.TextField(null=True)  # noqa: DJ001  the intake role inserts without it

    access: ClassVar[Access] = Access(app=ALL, system=READ, intake=("INSERT",))

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "lane", "event_id"],
                condition=models.Q(quarantined_at=None),
                name="intake_pending",
            ),
        ]

    def __str__(self) -> str:
        return str(self.event_id)


class Identity(models.Model):
    """A sender's identity of a report, kept 7 days: the same one again counts nothing."""

    pk = models.CompositePrimaryKey("tenant_id", "integration_id", "identity")
    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    integration_id = models.BigIntegerField()
    identity = models.BinaryField(max_length=16)
    event_id = models.UUIDField()
    seen_at = models.DateTimeField()

    access: ClassVar[Access] = Access(
        app=ALL, system=("SELECT", "DELETE"), intake=("INSERT", "SELECT")
    )

    class Meta:
        indexes = [models.Index(fields=["seen_at"])]

    def __str__(self) -> str:
        return f"{self.integration_id}:{bytes(self.identity).hex()}"


class PayloadMapping(TenantAwareModel):
    """A stored template that turns any JSON posted to `/ingest/json/<name>` into reports.

    `items` is the dotted path of the list of alerts in the body, empty where the body is one.
    `fields` maps a report's field to a Jinja expression over `item` and `body`.
    """

    name = models.SlugField(max_length=60)
    items = models.CharField(max_length=200, blank=True)
    fields = models.JSONField()
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="payload_mapping_name")
        ]


class Capture(TenantAwareModel):
    """A time in which bodies that come to `/ingest/json/<name>` are kept, to be mapped by hand.

    There need be no template of the name yet.
    """

    name = models.SlugField(max_length=60)
    until = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL, system=("SELECT", "DELETE"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="capture_name")]


class CapturedBody(TenantAwareModel):
    """A body as it came or was pasted, secrets masked. A day old at most, a hundred of a capture.

    Written by the intake's role, which can name a capture of any tenant: it takes both from one
    row of the catalogue.
    """

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="bodies")
    received_at = models.DateTimeField()
    body = models.BinaryField()

    access: ClassVar[Access] = Access(app=ALL, system=("SELECT", "DELETE"), intake=("INSERT",))

    class Meta:
        indexes = [models.Index(fields=["capture", "-received_at"], name="captured_latest")]
