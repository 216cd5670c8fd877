"""All that is known of an incident in one zip, with hashes that anybody can check without us."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F, Q

from watchfloor.aiops.privacy.names import Mask
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.api.alerts import alert_out
from watchfloor.noc.clustering.selectors import Why, why_in_cluster
from watchfloor.noc.evidence import selectors
from watchfloor.noc.evidence.models import Attachment
from watchfloor.noc.incidents import partial
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.schemas import IncidentOut, MemberOut
from watchfloor.platform.accounts.capabilities import AUDIT_VIEW
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.files import keeping
from watchfloor.platform.privacy import mask_for

MOST = 10_000
"""Of alerts, lines and rows, each."""
SUMS = "SHA256SUMS"
_AUDIT = (
    "id", "at", "actor_kind", "actor_id", "action", "object_kind", "object_id", "before",
    "after", "request_id", "ip",
)  # fmt: skip
_README = """\
Evidence pack of {name}: {title}
Made by Watchfloor at {at} for {actor}.

incident.json     the incident as it stood then
timeline.json     what happened to it, newest first
alerts.json       its alerts, each with the reasons why it is in this incident
attachments.json  who added which file, when, and its SHA-256
attachments/      these files
audit.json        {audit}
{masked}
To check, in this folder:      sha256sum -c SHA256SUMS
On Windows, for each file:     certutil -hashfile FILE SHA256
No part of Watchfloor is needed. Attachments are listed with the hash that they had when they
were added: one that was changed or lost since then fails the check.
SHA256SUMS itself is recorded: its own SHA-256 stands in the floor's audit trail, in the row
`incident.packed` of the time above, which the chain of seals protects.
"""
_NOBODY = Mask((), known_only=True)
_MASKED = """
Names, numbers and addresses of persons are masked: whoever made this pack may not see them.
"""


class _Pack:
    """The zip as it grows, and the hash of each of its files. `mask`: of whom it may not name."""

    def __init__(self, file: IO[bytes], at: datetime, mask: Mask) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._at = at.timetuple()[:6]
        self._mask = mask
        self.sums: list[str] = []

    def add_text(self, name: str, text: str) -> None:
        self._add(name, self._mask.text(text).encode())

    def _add(self, name: str, content: bytes) -> None:
        self._zip.writestr(self._info(name), content, zipfile.ZIP_DEFLATED)
        self._note(name, hashlib.sha256(content).hexdigest())

    def add_json(self, name: str, rows: object) -> None:
        told = self._mask.value(msgspec.to_builtins(rows, str_keys=True))
        self._add(name, msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")

    def add_attachment(self, place: int, attachment: Attachment) -> None:
        """Add the file under the hash that was recorded, whatever became of it."""
        name = f"attachments/{place:03}-{self._mask.text(attachment.name)}"
        self._note(name, attachment.sha256)
        path = keeping.path_of(attachment.sha256)
        if path.exists():
            with path.open("rb") as source, self._zip.open(self._info(name), "w") as target:
                while chunk := source.read(keeping.CHUNK):
                    target.write(chunk)

    def close(self) -> str:
        """Write the list of hashes; return its own."""
        content = "".join(self.sums).encode()
        self._zip.writestr(self._info(SUMS), content)
        self._zip.close()
        return hashlib.sha256(content).hexdigest()

    def _note(self, name: str, sha256: str) -> None:
        self.sums.append(f"{sha256}  {name}\n")

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, date_time=self._at)
        info.external_attr = 0o600 << 16
        return info


@transaction.atomic
def write(incident: NOCIncident, viewer: Viewer, *, now: datetime) -> IO[bytes]:
    """Return the open file of the pack; who made it, and the hash of its hashes, are on record."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    mask = mask_for(viewer) or _NOBODY
    pack = _Pack(file, now, mask)
    [row] = partial.rows_for(viewer.scope, [incident.pk])
    ids, members = _members(incident, viewer)
    attached = list(selectors.of_incident(viewer, incident.pk))
    rows = _audit_rows(incident, ids, viewer)
    readme = _readme(incident, viewer, now, has_audit=rows is not None, masks=mask is not _NOBODY)
    pack.add_text("README.txt", readme)
    pack.add_json("incident.json", IncidentOut.model_validate(row).model_dump(mode="json"))
    pack.add_json("timeline.json", list(_timeline(incident, viewer)))
    pack.add_json("alerts.json", members)
    pack.add_json("attachments.json", [_described(one) for one in attached])
    if rows is not None:
        pack.add_json("audit.json", rows)
    for place, one in enumerate(attached, start=1):
        pack.add_attachment(place, one)
    after = {"sha256sums": pack.close(), "attachments": len(attached)}
    audit.record(viewer.actor, "incident.packed", "incident", incident.pk, at=now, after=after)
    return file


def _readme(
    incident: NOCIncident, viewer: Viewer, now: datetime, *, has_audit: bool, masks: bool
) -> str:
    told = "who did what to it and its alerts, with the digests of the chain of seals"
    missing = "left out: whoever made this pack may not read the audit trail"
    return _README.format(
        name=incident, title=incident.title, at=f"{now:%Y-%m-%d %H:%M:%S} UTC",
        actor=viewer.actor, audit=told if has_audit else missing,
        masked=_MASKED if masks else "",
    )  # fmt: skip


def _timeline(incident: NOCIncident, viewer: Viewer) -> Iterator[dict[str, Any]]:
    names = ("at", "kind", "text", "actor_kind", "actor_id", "data")
    for entry in partial.timeline(viewer, incident.pk, most=MOST):
        yield {name: getattr(entry, name) for name in names}


def _members(incident: NOCIncident, viewer: Viewer) -> tuple[list[UUID], list[dict[str, Any]]]:
    """Return ids of its alerts, and these as the API shows them, each with its reasons."""
    if incident.cluster_id is None:
        return [], []
    reasons: dict[UUID, list[Why]] = {}
    for why in why_in_cluster(incident.cluster_id, most=MOST):
        reasons.setdefault(why.alert_id, []).append(why)
    found = alerts.matching(alerts.visible(viewer.scope), incident=incident.pk)
    rows = list(found.order_by("first_seen_at", "id")[:MOST])
    told = [alert_out(row, viewer) | {"why": reasons.get(row.pk, [])} for row in rows]
    shown = [MemberOut.model_validate(one).model_dump(mode="json") for one in told]
    return [row.pk for row in rows], shown


def _audit_rows(
    incident: NOCIncident, alert_ids: list[UUID], viewer: Viewer
) -> list[dict[str, Any]] | None:
    """Return the acts on the incident and its alerts; None where they are not for the viewer."""
    if not (viewer.may(AUDIT_VIEW) and viewer.acting(AUDIT_VIEW).scope.all_clients):
        return None
    about = Q(object_kind="incident", object_id=str(incident.pk))
    about |= Q(object_kind="alert", object_id__in=[str(pk) for pk in alert_ids])
    rows = AuditRow.objects.filter(about).order_by("transaction", "id")[:MOST]
    sealed = {"sequence": F("seal__sequence"), "digest": F("seal__digest")}
    return [
        row | {"digest": bytes(row["digest"]).hex() if row["digest"] else None}
        for row in rows.values(*_AUDIT, **sealed)
    ]


def _described(one: Attachment) -> dict[str, Any]:
    names = ("id", "name", "caption", "media_type", "size", "sha256", "added_at")
    told = {name: getattr(one, name) for name in names}
    return told | {"added_by": [one.added_by_kind, one.added_by_id]}
