"""Which reports speak of the same alert: a key from what the report names, never from its id.

Rules, in this order:

1. Where the sender's protocol makes its key the identity (PagerDuty, Alertmanager), the key alone
   decides, within the integration.
2. Else integration, alert type, entity (entity id, else device, else person), site (client only
   where no site is given) and the sender's key without its volatile tail decide together. So two
   keys on one entity are two alerts, and one key on two entities is two alerts as well: joining
   two things hides one of them, parting one thing only shows it twice.
3. Where a report has neither key nor entity nor site: type, client, the labels that name a place
   (`NAMING_LABELS`) and the message with its measured values left out. Life-safety messages keep
   their numbers: "button 5" and "button 7" may be two people.

A resolved report therefore has to repeat the fields of the firing one that rules 1 to 3 name;
message, severity, time, source and other labels are free to differ.

Types are compared without regard to case, `-` and space. All other names are labels: compared as
sent, but for outer white space and Unicode composition.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

import msgspec

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import LIFE_SAFETY_TYPES, canonical_type

NAMING_LABELS = (
    "host", "hostname", "instance", "node", "service", "job", "pod", "container", "namespace",
    "cluster", "region", "zone", "component", "interface", "mountpoint", "asset", "room", "floor",
)  # fmt: skip
"""Labels that say where, in senders that know no entity; values such as `value` would split."""

_VOLATILE_TAIL = re.compile(
    r"[:|/_\-.#@ ~]+(?:"
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|\d{4}-?\d\d-?\d\d[T ]?\d\d:?\d\d(?::?\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\d{4}-\d\d-\d\d"
    r"|\d{5,}(?:\.\d+)?"
    r"|[0-9a-f]{12,}"
    r")$",
    re.IGNORECASE,
)
"""A counter, uuid, hash or time at the end of a key."""
_MAX_TAILS = 3

_MEASURED = re.compile(r"(?<![\w\-])[+-]?\d[\d.,:]*\s?(?:%|°?[a-z]{1,3}\b)?(?![\w\-])")
"""A number that stands alone or carries a unit; `web1` and `dock-7` are names."""


def fingerprint(report: Report) -> str:
    """Return the 32 hex digits under which reports of the same alert meet.

    The same in every process and version. Cost: 1 us for a key met before, 8 us for a new one.
    """
    if report.key_is_identity and report.dedup_key:
        return _digest((report.integration, "key", report.dedup_key))
    if report.dedup_key or report.entity_id or report.device or report.person or report.site:
        return _named(
            report.integration, report.alert_type, report.entity_type, report.entity_id,
            report.device, report.person, report.site, report.client, report.dedup_key,
        )  # fmt: skip
    return _unnamed(report)


def entity_of(report: Report) -> tuple[str, str]:
    """Return kind and name of the thing that is ill: entity id, else device, else person."""
    return _entity(report.entity_type, report.entity_id, report.device, report.person)


def stable_key(key: str, names: tuple[str, ...]) -> str:
    """Return the sender's key without its volatile tail.

    A tail falls only where the rest still names one of the `names` (the report's own entity,
    device, person or site) and the tail is part of none of them.

    >>> stable_key("SECURITY_ANOMALY:S005:211042", ("S005",))
    'SECURITY_ANOMALY:S005'
    >>> stable_key("SLA_BREACH:S005:10023", ("10023", "S005"))
    'SLA_BREACH:S005:10023'
    """
    named = [name for name in names if holds_name(key, name)]
    for _ in range(_MAX_TAILS):
        rest = _VOLATILE_TAIL.sub("", key)
        if rest == key or not named or not all(holds_name(rest, name) for name in named):
            break
        key = rest
    return key


def holds_name(text: str, name: str) -> bool:
    """Whether a name stands in a text, whole.

    >>> holds_name("Camera 14 is dark", "Camera 14"), holds_name("Camera 14 is dark", "Camera 1")
    (True, False)
    """
    start = text.find(name) if name else -1
    while start >= 0:
        end = start + len(name)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            return True
        start = text.find(name, start + 1)
    return False


def _entity(entity_type: str, entity_id: str, device: str, person: str) -> tuple[str, str]:
    if entity_id:
        return canonical_type(entity_type), _label(entity_id)
    if device:
        return "DEVICE", _label(device)
    if person:
        return "PERSON", _label(person)
    return "", ""


@lru_cache(maxsize=65_536)
def _named(
    integration: int, alert_type: str, entity_type: str, entity_id: str,
    device: str, person: str, site: str, client: str, dedup_key: str,
) -> str:  # fmt: skip
    names = tuple(_label(name) for name in (entity_id, device, person, site) if name)
    key = stable_key(_label(dedup_key), names)
    place = ("site", _label(site)) if site else ("client", _label(client))
    entity = _entity(entity_type, entity_id, device, person)
    return _digest((integration, "named", canonical_type(alert_type), *entity, *place, key))


def _unnamed(report: Report) -> str:
    alert_type = canonical_type(report.alert_type)
    labels = report.labels
    where = [(name, _label(labels[name])) for name in NAMING_LABELS if name in labels]
    words = " ".join(report.message.lower().split())
    if alert_type not in LIFE_SAFETY_TYPES:
        words = _MEASURED.sub("#", words)
    return _digest((report.integration, "text", alert_type, _label(report.client), where, words))


def _label(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _digest(parts: tuple[object, ...]) -> str:
    """msgpack keeps the borders between the parts, so that no two lists of parts look alike."""
    return blake2b(msgspec.msgpack.encode(parts), digest_size=16).hexdigest()
