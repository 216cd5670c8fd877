"""All rules, and the kinds of subject they look at."""

from __future__ import annotations

from typing import Any

from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Rule
from watchfloor.aiops.operation.rules.attendance_anomaly import AttendanceAnomaly
from watchfloor.aiops.operation.rules.attendance_missing import AttendanceMissing
from watchfloor.aiops.operation.rules.biometric_pattern_anomaly import BiometricPatternAnomaly
from watchfloor.aiops.operation.rules.buddy_punching import (
    ByAnothersFace,
    InTwoPlaces,
    OnAnothersDevice,
)
from watchfloor.aiops.operation.rules.device_offline import DeviceOffline
from watchfloor.aiops.operation.rules.device_spoof import DeviceSpoof
from watchfloor.aiops.operation.rules.duress import Duress
from watchfloor.aiops.operation.rules.early_open import EarlyOpen
from watchfloor.aiops.operation.rules.fire import Fire
from watchfloor.aiops.operation.rules.geofence_breach import AssetOutside, PersonOutside
from watchfloor.aiops.operation.rules.gps_low_accuracy import GpsLowAccuracy
from watchfloor.aiops.operation.rules.gps_spoofing import GpsSpoofing
from watchfloor.aiops.operation.rules.guard_inactivity import GuardInactivity
from watchfloor.aiops.operation.rules.impossible_shifts import ImpossibleShifts
from watchfloor.aiops.operation.rules.late_to_close import LateToClose
from watchfloor.aiops.operation.rules.life_safety import LifeSafety
from watchfloor.aiops.operation.rules.man_down import ManDown
from watchfloor.aiops.operation.rules.medical import Medical
from watchfloor.aiops.operation.rules.not_armed import NotArmed
from watchfloor.aiops.operation.rules.overtime_violation import OvertimeViolation
from watchfloor.aiops.operation.rules.own_life_safety import OwnLifeSafety
from watchfloor.aiops.operation.rules.panic import Panic
from watchfloor.aiops.operation.rules.schedule_mismatch import ScheduleMismatch
from watchfloor.aiops.operation.rules.security_anomaly import SecurityAnomaly
from watchfloor.aiops.operation.rules.sla_breach import TicketSlaBreach, WorkOrderSlaBreach
from watchfloor.aiops.operation.rules.sos import Sos
from watchfloor.aiops.operation.rules.sync_degraded import SyncDegraded
from watchfloor.aiops.operation.rules.ticket_escalated import TicketEscalated
from watchfloor.aiops.operation.rules.tour_incomplete import TourIncomplete
from watchfloor.aiops.operation.rules.tour_overdue import TourOverdue
from watchfloor.aiops.operation.rules.unauthorized_site_access import UnauthorizedSiteAccess
from watchfloor.aiops.operation.rules.work_order_overdue import WorkOrderOverdue
from watchfloor.aiops.operation.rules.wrong_person_at_site import WrongPersonAtSite

RULES: tuple[Rule[Any], ...] = (
    AssetOutside(),
    AttendanceAnomaly(),
    AttendanceMissing(),
    BiometricPatternAnomaly(),
    ByAnothersFace(),
    DeviceOffline(),
    DeviceSpoof(),
    Duress(),
    EarlyOpen(),
    Fire(),
    GpsLowAccuracy(),
    GpsSpoofing(),
    GuardInactivity(),
    ImpossibleShifts(),
    InTwoPlaces(),
    LateToClose(),
    ManDown(),
    Medical(),
    NotArmed(),
    OnAnothersDevice(),
    OvertimeViolation(),
    OwnLifeSafety(),
    Panic(),
    PersonOutside(),
    ScheduleMismatch(),
    SecurityAnomaly(),
    Sos(),
    SyncDegraded(),
    TicketEscalated(),
    TicketSlaBreach(),
    TourIncomplete(),
    TourOverdue(),
    UnauthorizedSiteAccess(),
    WorkOrderOverdue(),
    WorkOrderSlaBreach(),
    WrongPersonAtSite(),
)

URGENT_READINGS: frozenset[str] = frozenset[str]().union(
    *({rule.code, *rule.readings} for rule in RULES if isinstance(rule, LifeSafety))
)
"""What a sensor says where a person may be in danger, in canonical spelling."""

KINDS: dict[str, type[Facts]] = {rule.subject.kind: rule.subject for rule in RULES}

LIMITS: dict[str, Limit] = {limit.name: limit for rule in RULES for limit in rule.limits}
