"""Tickets and their changes; business calendars, policies and the levels of escalation."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from watchfloor.aiops.calendars.priority import Priority
from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.people.models import Person
from watchfloor.domain.registers.models import CodedRow, RegisterRow
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel

_PRIORITIES = [(one.value, one.value) for one in Priority]


class Ticket(TenantAwareModel):
    """As its changes leave it, due by what is promised."""

    code = models.CharField(max_length=100)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="tickets", null=True)
    title = models.CharField(max_length=1000, blank=True)
    category = models.CharField(max_length=100, blank=True)
    priority = models.CharField(max_length=2, choices=_PRIORITIES)
    state = models.CharField(max_length=100)
    assignee = models.CharField(max_length=100, blank=True)
    group = models.CharField(max_length=100, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    """Of escalation, as its sender says."""
    sla_minutes = models.FloatField(null=True)
    """The sender's own target; it goes before our policies."""
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """None while its clock stands."""
    ended_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="ticket_code_per_tenant")
        ]
        indexes = [
            models.Index(fields=["tenant", "opened_at"]),
            models.Index(
                fields=["tenant", "due_at"], condition=models.Q(ended_at=None), name="ticket_open"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TicketChange(TenantAwareModel):
    """What was said of a ticket at a moment. Its id is the event's, `said` the event itself."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    state = models.CharField(max_length=100)
    said = models.JSONField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        indexes = [models.Index(fields=["ticket", "at"])]

    def __str__(self) -> str:
        return f"{self.ticket}, {self.state}"


class BusinessCalendar(CodedRow):
    """Hours of the week that count, by the clocks of each site.

    It holds for the sites that it names; else for those of its client; without either for all.
    The nearest holds, of several that are as near the first by code.
    """

    hours = models.CharField(max_length=200, blank=True)
    """As `aiops.calendars.hours` reads them; empty: always."""
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    sites = ArrayField(models.CharField(max_length=100), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="calendar_code_per_tenant")
        ]


class Holiday(RegisterRow):
    """A day, from midnight to midnight by the clocks of each site, that does not count."""

    calendar = models.ForeignKey(
        BusinessCalendar, on_delete=models.PROTECT, related_name="holidays"
    )
    day = models.DateField()
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="holiday_once_a_calendar")
        ]

    def __str__(self) -> str:
        return self.name or str(self.day)


class SlaPolicy(RegisterRow):
    """How soon tickets of a priority are to be taken up and done, for a client or for all."""

    priority = models.CharField(max_length=2, choices=_PRIORITIES)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    response_minutes = models.PositiveIntegerField()
    resolution_minutes = models.PositiveIntegerField()
    business_hours = models.BooleanField(default=False)
    escalates_at = models.PositiveSmallIntegerField(
        default=75, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    """Percent of the resolution time at which the first level is told."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "client", "priority"],
                name="sla_policy_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.priority


class EscalationLevel(RegisterRow):
    """Who is told when a ticket of a priority has used so many minutes of its time."""

    priority = models.CharField(max_length=2, choices=_PRIORITIES)
    level = models.PositiveSmallIntegerField()
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    after_minutes = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    group = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "client", "priority", "level"],
                name="escalation_level_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.priority} level {self.level}"
