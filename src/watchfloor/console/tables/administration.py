"""What administrators and auditors read, as files. Of a secret there is what its page shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from operator import attrgetter, itemgetter

from watchfloor.console import access, mapping, names, quarantine, sources, trail, words
from watchfloor.console.access import Held
from watchfloor.console.names import Question
from watchfloor.console.places import Wanted
from watchfloor.console.reading import Row
from watchfloor.console.sources import Source
from watchfloor.console.tables.table import Asked, Columns, Table, in_parts, latest
from watchfloor.console.trail import Act
from watchfloor.domain.naming.selectors import open_reviews
from watchfloor.noc.alerts import senders
from watchfloor.noc.intake.selectors import quarantined
from watchfloor.noc.integrations import selectors as integrations
from watchfloor.noc.integrations.models import Delivery
from watchfloor.noc.walls import selectors as walls
from watchfloor.noc.walls.models import Wall
from watchfloor.platform.accounts.models import ApiKey, User


def _users(asked: Asked) -> Iterator[tuple[User, list[Held]]]:
    wanted = Wanted.read(asked.query)
    return in_parts(latest(access.users(wanted.q), ("email", "id")), access.roles_of)


def _sources(asked: Asked) -> Iterator[Source]:
    sent = senders.lately(asked.reader.now)
    found = latest(sources.integrations(), sources.ORDER)
    return (sources.source(one, sent) for one in found)


def _mappings(_: Asked) -> list[Row]:
    return mapping.listed()


def _keys(_: Asked) -> Iterator[ApiKey]:
    return latest(ApiKey.objects.select_related("integration"), ("-created_at", "-id"))


def _walls(asked: Asked) -> Iterator[Wall]:
    return latest(walls.walls(asked.viewer), ("-made_at", "-id"))


def _messages(_: Asked) -> Iterator[Delivery]:
    return latest(integrations.deliveries().select_related("incident"), ("-id",))


def _questions(_: Asked) -> Iterator[Question]:
    reviews = latest(open_reviews(), ("-seen_count", "id"))
    return in_parts(reviews, lambda part: names.asked(part, [])[0])


def _acts(asked: Asked) -> Iterator[Act]:
    rows = trail.Asked.read(asked.query, asked.reader).rows()
    return in_parts(latest(rows, trail.ORDER), trail.acts)


def _quarantined(_: Asked) -> Iterator[Row]:
    return map(quarantine.shown, latest(quarantined(), ("-event_id",)))


def _json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else ""


def _has_codes(user: User) -> bool:
    factor = getattr(user, "second_factor", None)
    return factor is not None and factor.confirmed_at is not None


USER: Columns = {
    "name": lambda row: row[0].name,
    "address": lambda row: row[0].email,
    "roles": lambda row: [f"{held.role}: {held.place}" for held in row[1]],
    "codes": lambda row: _has_codes(row[0]),
    "active": lambda row: row[0].is_active,
    "last_signed_in_at": lambda row: row[0].last_login,
    "id": lambda row: row[0].pk,
}
SOURCE: Columns = {
    "name": attrgetter("integration.name"),
    "state": attrgetter("state"),
    "last_report_at": lambda one: one.sent and one.sent.last_at,
    "reports_in_24_h": lambda one: one.sent.reports if one.sent else 0,
    "keys": attrgetter("keys"),
    "key_used_at": attrgetter("used_at"),
    "silent_since": lambda one: one.rhythm and one.rhythm.silent_since,
    "id": attrgetter("integration.number"),
}
MAPPING: Columns = {
    "name": itemgetter("name"),
    "address": lambda row: f"/ingest/json/{row['name']}",
    "fields": lambda row: sorted(row["mapping"].fields) if row["mapping"] else None,
    "kept": lambda row: row["capture"] and row["capture"].kept,
    "kept_until": lambda row: row["capture"] and row["capture"].until,
}
KEY: Columns = {
    "name": attrgetter("name"),
    "ends_with": attrgetter("last_four"),
    "source": attrgetter("integration.name"),
    "may": attrgetter("scopes"),
    "a_minute": attrgetter("rate_per_minute"),
    "sources": attrgetter("sources"),
    "clients": attrgetter("clients"),
    "sites": attrgetter("sites"),
    "made_at": attrgetter("created_at"),
    "last_used_at": attrgetter("last_used_at"),
    "revoked_at": attrgetter("revoked_at"),
    "id": attrgetter("id"),
}
WALL: Columns = {
    "name": attrgetter("name"),
    "shows": attrgetter("place"),
    "made_by": attrgetter("made_by"),
    "made_at": attrgetter("made_at"),
    "until": attrgetter("expires_at"),
    "last_used_at": attrgetter("last_used_at"),
    "revoked_at": attrgetter("revoked_at"),
    "id": attrgetter("id"),
}
MESSAGE: Columns = {
    "made_at": attrgetter("created_at"),
    "incident": lambda one: one.incident and f"INC-{one.incident.number}",
    "event": attrgetter("event"),
    "channel": attrgetter("channel"),
    "to": attrgetter("target"),
    "state": lambda one: words.DELIVERIES[one.state],
    "tries": attrgetter("attempts"),
    "sent_at": attrgetter("sent_at"),
    "error": attrgetter("error"),
    "id": attrgetter("id"),
}
QUESTION: Columns = {
    "kind": attrgetter("review.kind"),
    "name": attrgetter("review.text"),
    "source": attrgetter("sender"),
    "seen": attrgetter("review.seen_count"),
    "first_seen_at": attrgetter("review.first_seen_at"),
    "alerts_waiting": attrgetter("waiting"),
    "may_mean": lambda one: [candidate.row.name for candidate in one.candidates],
    "id": attrgetter("review.id"),
}
ACT: Columns = {
    "at": attrgetter("row.at"),
    "who": attrgetter("who"),
    "actor_kind": attrgetter("row.actor_kind"),
    "actor_id": attrgetter("row.actor_id"),
    "ip": attrgetter("row.ip"),
    "did": attrgetter("row.action"),
    "to_kind": attrgetter("row.object_kind"),
    "to_id": attrgetter("row.object_id"),
    "before": lambda act: _json(act.row.before),
    "after": lambda act: _json(act.row.after),
    "id": attrgetter("row.id"),
}
QUARANTINED: Columns = {
    "received_at": itemgetter("received_at"),
    "type": itemgetter("alert_type"),
    "message": itemgetter("message"),
    "error": itemgetter("error"),
    "id": itemgetter("id"),
}
TABLES = (
    Table("access", "access", "user", _users, USER),
    Table("sources", "sources", "source", _sources, SOURCE),
    Table("mappings", "mappings", "mapping", _mappings, MAPPING),
    Table("keys", "keys", "key", _keys, KEY),
    Table("messages", "telling", "message", _messages, MESSAGE),
    Table("walls", "walls", "wall", _walls, WALL),
    Table("names", "names", "name", _questions, QUESTION),
    Table("audit", "audit", "act", _acts, ACT),
    Table("quarantine", "quarantine", "report", _quarantined, QUARANTINED),
)
