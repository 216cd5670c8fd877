"""Figures by which a floor is judged: counted by the hour, read off now, kept from a watch."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.noc.watching.models import Watch
from watchfloor.platform.tenancy.access import ALL, APPEND, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class KpiHour(TenantAwareModel):
    """How many of a kind began in an hour at a place: a client and a site, as far as known.

    `kind` is one of `counting`'s, or `quiet:` and the reason.
    """

    starts_at = models.DateTimeField()
    client_id = models.UUIDField(null=True)
    site_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    number = models.PositiveIntegerField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "starts_at", "kind", "client_id", "site_id"],
                nulls_distinct=False,
                name="kpi_hour_once",
            )
        ]


class KpiReading(TenantAwareModel):
    """The figures of all of a tenant as they were read last, and which hours are counted.

    `version` is the stream's (`alerts.stream.Glance`): the same one has the same figures, but for
    what falls out of the period.
    """

    at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    version = models.CharField(max_length=40, blank=True)
    cost = models.FloatField(default=0.0)
    """Seconds that it took."""
    counted_from = models.DateTimeField(null=True)
    counted_until = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="kpi_reading_once")]


class KpiBaseline(TenantAwareModel):
    """The figures of a watch over all its time, recorded when it ended: what to compare with."""

    watch = models.OneToOneField(Watch, on_delete=models.CASCADE, related_name="baseline")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    figures = models.JSONField()
    recorded_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=APPEND)
