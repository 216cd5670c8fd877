"""What can be allowed, and the roles and key scopes that allow it: all of it data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

VIEW: Final = "noc:view"
VIEW_ALL_CLIENTS: Final = "noc:view_all_clients"
VIEW_CLIENT: Final = "noc:view_client"
VIEW_ASSIGNED_SITES: Final = "noc:view_assigned_sites"
VIEW_PII: Final = "noc:view_pii"
ACK_ALERTS: Final = "noc:ack_alerts"
ASSIGN_INCIDENTS: Final = "noc:assign_incidents"
ESCALATE: Final = "noc:escalate"
PUT_ON_TEST: Final = "noc:put_on_test"
CORRECT_GROUPING: Final = "noc:correct_grouping"
REVIEW_FRAUD: Final = "noc:review_fraud"
EXPORT: Final = "noc:export"
MANAGE_MAINTENANCE: Final = "noc:manage_maintenance"
CONFIGURE: Final = "noc:configure"
INTEGRATIONS_MANAGE: Final = "noc:integrations_manage"
AUDIT_VIEW: Final = "noc:audit_view"

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        VIEW: "see incidents, alerts and inventory within the own bounds",
        VIEW_ALL_CLIENTS: "see all clients, and what belongs to none",
        VIEW_CLIENT: "see the clients of the grant",
        VIEW_ASSIGNED_SITES: "see the sites of the grant",
        VIEW_PII: "see names and contacts of persons",
        ACK_ALERTS: "acknowledge, snooze, comment and resolve",
        ASSIGN_INCIDENTS: "assign incidents and open them by hand",
        ESCALATE: "escalate",
        PUT_ON_TEST: "put a site, device or zone on test for up to a day",
        CORRECT_GROUPING: "merge and split incidents, move alerts between them",
        REVIEW_FRAUD: "see what people are suspected of, and decide their cases",
        EXPORT: "take data out as a file",
        MANAGE_MAINTENANCE: "declare maintenance windows and silences",
        CONFIGURE: "manage users, organisation and settings",
        INTEGRATIONS_MANAGE: "manage senders, keys and notification targets",
        AUDIT_VIEW: "read and verify the audit trail",
    }
)
ALL: frozenset[str] = frozenset(MEANINGS)

_SEEING = frozenset({VIEW, VIEW_ALL_CLIENTS, VIEW_CLIENT, VIEW_ASSIGNED_SITES})
_OPERATING = _SEEING | {
    ACK_ALERTS,
    ASSIGN_INCIDENTS,
    ESCALATE,
    CORRECT_GROUPING,
    PUT_ON_TEST,
}

ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "admin": ALL,
        "supervisor": _OPERATING | {VIEW_PII, REVIEW_FRAUD, EXPORT, MANAGE_MAINTENANCE},
        # Operators see persons: they call the one in danger.
        "operator": _OPERATING | {VIEW_PII},
        "viewer": _SEEING,
        "auditor": _SEEING | {AUDIT_VIEW, EXPORT},
    }
)

KEY_SCOPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "ingest": frozenset(),
        "read": _SEEING | {EXPORT},
        "operate": _OPERATING | {EXPORT, MANAGE_MAINTENANCE},
        "admin": ALL,
    }
)

# What decides who may do what, and what leaves the floor.
ADMINISTRATION: frozenset[str] = frozenset({CONFIGURE, INTEGRATIONS_MANAGE, AUDIT_VIEW})

# What a session may hold, by why it is bound: who needs codes and has none first sets them up,
# and a PIN opens no administration.
TO_ENROL: Final = "enrol"
BY_PIN: Final = "pin"
WITHIN: Mapping[str, frozenset[str]] = MappingProxyType(
    {"": ALL, TO_ENROL: frozenset(), BY_PIN: ALL - ADMINISTRATION}
)


def of_key(scopes: Iterable[str]) -> frozenset[str]:
    """Return what the scopes of a key allow together; unknown scopes allow nothing."""
    return frozenset().union(*(KEY_SCOPES.get(scope, frozenset()) for scope in scopes))
