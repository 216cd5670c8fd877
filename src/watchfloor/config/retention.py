"""What is forgotten, and when. Days are settings; each act bears being repeated."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Q

from watchfloor.domain.activity import services as activity
from watchfloor.domain.filings import services as filings
from watchfloor.domain.plans import selectors as plans
from watchfloor.domain.shifts import services as shifts
from watchfloor.domain.vitals.models import SensorReading
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.bulk.models import BulkAct
from watchfloor.noc.clustering.models import AlertCluster, ClusterCheckpoint, ClusterLog
from watchfloor.noc.desks.models import Break
from watchfloor.noc.evidence import selectors as evidence
from watchfloor.noc.handover.models import Handover
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.intake import mapping
from watchfloor.noc.intake.capturing import MOST_BODIES
from watchfloor.noc.intake.models import IntakeRecord
from watchfloor.noc.integrations.models import Delivery, DeliveryState
from watchfloor.noc.kpis.models import KpiHour
from watchfloor.noc.rehearsal.models import Rehearsal
from watchfloor.noc.walls.models import Wall
from watchfloor.noc.watching.models import PresentAct
from watchfloor.platform.accounts.models import CallCount, Seat, Session, SignInLink
from watchfloor.platform.audit import disclosures
from watchfloor.platform.events.models import HandlerRetry
from watchfloor.platform.files import keeping
from watchfloor.platform.jobs.models import JobClaim
from watchfloor.platform.jobs.retention import delete_in_batches
from watchfloor.platform.jobs.tenants import each_tenant
from watchfloor.sensing.fraud import services as fraud

# Reports arrive now, whatever they tell of: a few days ahead are enough for a long weekend
# without a scheduler, and a day behind for a clock that was set back.
DAYS_AHEAD, DAYS_BEHIND = 7, 1
# Drains of several processes and the scheduler may want them at the same moment.
PARTITION_LOCK = 0x57460004
CLAIMS_KEPT = timedelta(days=7)
COUNTS_KEPT = timedelta(minutes=10)
FAILURES_KEPT = timedelta(days=30)
IDENTITIES_AT_ONCE = 20_000

_PRUNE_IDENTITIES = """
DELETE FROM intake_identity WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM intake_identity WHERE seen_at < %s LIMIT %s
))
"""


_PRUNE_BODIES = """
DELETE FROM intake_capturedbody WHERE id IN (
    SELECT id FROM (
        SELECT id, received_at, row_number() OVER (
            PARTITION BY capture_id ORDER BY received_at DESC, id DESC) AS place
        FROM intake_capturedbody
    ) AS kept
    WHERE received_at < %s OR place > %s
)
"""


def make_partitions(now: datetime) -> None:
    """Have a partition of reports, and one of beats, for each day soon to come."""
    first = now.date() - timedelta(days=DAYS_BEHIND)
    with transaction.atomic(using="system"), connections["system"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (PARTITION_LOCK,))
        days = (first, DAYS_BEHIND + DAYS_AHEAD + 1)
        cursor.execute("SELECT wf_make_partitions(%s, %s)", days)
        cursor.execute("SELECT wf_make_beat_partitions(%s, %s)", days)


def forget_reports(now: datetime) -> None:
    """Drop the days of raw reports that are past their time, and the log behind all checkpoints."""
    cutoff = _cutoff(now, "reports")
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT wf_drop_partitions(%s)", (cutoff.date(),))
    for _ in each_tenant():
        _forget_log(cutoff)


def forget_beats(now: datetime) -> None:
    """Drop the days of beats that are past their time, and sensor readings of then."""
    cutoff = _cutoff(now, "beats")
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT wf_drop_beat_partitions(%s)", (cutoff.date(),))
    for _ in each_tenant():
        delete_in_batches(SensorReading.objects.filter(at__lt=cutoff))


def forget_identities(now: datetime) -> None:
    cutoff = _cutoff(now, "identities")
    with connections["system"].cursor() as cursor:
        while True:
            cursor.execute(_PRUNE_IDENTITIES, (cutoff, IDENTITIES_AT_ONCE))
            if cursor.rowcount < IDENTITIES_AT_ONCE:
                return


def forget_signs(now: datetime) -> None:
    """Delete positions of people and counts of what they did after 90 days, scores of biometric
    checks after 180, attendance, filed reports, cases of fraud and whom lists told of after two
    years."""
    delete_in_batches(disclosures.forgotten(now))
    for _ in each_tenant():
        activity.forget(now)
        shifts.forget(now)
        filings.forget(now)
        fraud.forget(now)


def forget_alerts(now: datetime) -> None:
    """Delete incidents, clusters and alerts that are over and past their time.

    What is still firing or open stays, however old.
    """
    cutoff = _cutoff(now, "alerts")
    over = Q(state__in=[IncidentState.RESOLVED, IncidentState.CLOSED])
    for _ in each_tenant():
        delete_in_batches(NOCIncident.objects.filter(over, updated_at__lt=cutoff))
        delete_in_batches(
            AlertCluster.objects.filter(is_active=False, last_alert_at__lt=cutoff, incident=None)
        )
        delete_in_batches(
            NOCAlertEvent.objects.filter(last_seen_at__lt=cutoff, memberships=None).exclude(
                signal=SignalState.FIRING
            )
        )
        delete_in_batches(
            Delivery.objects.filter(created_at__lt=cutoff).exclude(
                state__in=[DeliveryState.PENDING, DeliveryState.SENDING]
            )
        )
        delete_in_batches(IntakeRecord.objects.filter(quarantined_at__lt=cutoff))
        delete_in_batches(Rehearsal.objects.filter(finished_at__lt=cutoff))
        delete_in_batches(BulkAct.objects.filter(asked_at__lt=cutoff))
        delete_in_batches(Break.objects.filter(ended_at__lt=cutoff))
        delete_in_batches(Handover.objects.filter(ends_at__lt=cutoff))
        delete_in_batches(PresentAct.objects.filter(at__lt=cutoff))
        delete_in_batches(KpiHour.objects.filter(starts_at__lt=cutoff))
        delete_in_batches(Wall.objects.filter(expires_at__lt=cutoff))


def forget_files(now: datetime) -> None:
    """Delete files of attachments and floor plans that are no more, or whose tenant is not."""
    # Listed first: a tenant that comes while the others are walked through keeps its files.
    gone = keeping.tenants()
    for tenant in each_tenant():
        gone.discard(tenant.pk)
        keeping.forget({*evidence.referred(), *plans.referred()}, now=now)
    keeping.forget_tenants(gone)


def forget_bodies(now: datetime) -> None:
    """Delete captured bodies that are a day old, or behind the last hundred of their capture."""
    with connections["system"].cursor() as cursor:
        cursor.execute(_PRUNE_BODIES, (now - mapping.LASTS, MOST_BODIES))
        cursor.execute("DELETE FROM intake_capture WHERE until < %s", (now - mapping.LASTS,))


def forget_leftovers(now: datetime) -> None:
    """Delete what is over of sessions, seats, links, claims, handlers and sign-in attempts."""
    failed_before = now - FAILURES_KEPT
    delete_in_batches(Session.objects.filter(expire_date__lt=now))
    delete_in_batches(CallCount.objects.filter(began_at__lt=now - COUNTS_KEPT))
    for rows in (
        Seat.everybody.filter(
            signed_in_at__lt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        ),
        SignInLink.everybody.filter(expires_at__lt=now - CLAIMS_KEPT),
        JobClaim.everybody.filter(claimed_at__lt=now - CLAIMS_KEPT),
        HandlerRetry.everybody.filter(gave_up_at__lt=failed_before),
    ):
        delete_in_batches(rows.using("system"))
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        delete_in_batches(log.objects.filter(attempt_time__lt=failed_before))


def _forget_log(cutoff: datetime) -> None:
    """Delete entries of the tenant's log that every kept checkpoint already contains."""
    oldest = ClusterCheckpoint.objects.order_by("seq").values_list("seq", flat=True).first()
    if oldest is not None:
        delete_in_batches(ClusterLog.objects.filter(created_at__lt=cutoff, last_seq__lte=oldest))


def _cutoff(now: datetime, kind: str) -> datetime:
    return now - timedelta(days=settings.RETENTION_DAYS[kind])
