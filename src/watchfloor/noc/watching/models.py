"""Where the floor only watches, what the present system did meanwhile, and how both compare."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.tenancy.access import ALL, APPEND, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Watch(TenantAwareModel):
    """A time in which nothing leaves of what lies at a place: a site, a client, or all of it.

    `operators` are the desks of the present system; None: those whose acts are imported.
    """

    client = models.ForeignKey(Client, null=True, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.CASCADE, related_name="+")
    operators = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)
    started_at = models.DateTimeField()
    started_by_kind = models.CharField(max_length=20)
    started_by_id = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_kind = models.CharField(max_length=20, blank=True)
    ended_by_id = models.CharField(max_length=64, blank=True)

    access: ClassVar[Access] = Access(app=(*APPEND, "UPDATE"), system=READ)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "client", "site"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="watch_once_per_place",
            ),
            models.CheckConstraint(
                condition=models.Q(client=None) | models.Q(site=None), name="watch_of_one_place"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-started_at", "-id"], name="watch_latest")]

    @property
    def scope(self) -> Scope:
        """Return the part of the tenant that is watched."""
        if self.site_id is not None:
            return Scope(site_ids=frozenset({self.site_id}))
        if self.client_id is not None:
            return Scope(client_ids=frozenset({self.client_id}))
        return EVERYTHING

    @property
    def place(self) -> str:
        return str(self.site or self.client or "everything")


class ActKind(models.TextChoices):
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class PresentAct(TenantAwareModel):
    """What the present system, or an operator at it, did with an alarm, and how it named it.

    `identity` is made of all the others: what is imported again counts once.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=ActKind.choices)
    sender_id = models.TextField(blank=True)
    dedup_key = models.TextField(blank=True)
    alert_type = models.TextField(blank=True)
    entity_id = models.TextField(blank=True)
    operator = models.TextField(blank=True)
    identity = models.CharField(max_length=32)
    imported_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "identity"], name="present_act_once")
        ]
        indexes = [models.Index(fields=["tenant", "-at", "-id"], name="present_act_latest")]


class WatchedDay(TenantAwareModel):
    """One local day of a watch, compared. `figures` is `comparing.Figures`.

    `is_stale`: acts came in since; it is computed anew. `reports` are those of the day and of the
    warm-up of its rehearsal, as far as they were counted; None: not since it was computed.
    """

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="days")
    date = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    figures = models.JSONField()
    computed_at = models.DateTimeField()
    is_stale = models.BooleanField(default=False)
    reports = models.PositiveIntegerField(null=True)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "watch", "date"], name="watched_day_once")
        ]
        indexes = [models.Index(fields=["tenant", "-date", "-id"], name="watched_day_latest")]
