"""What operators know, what alarms need, and whether new incidents are offered to desks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from watchfloor.noc.desks.events import offers_changed
from watchfloor.noc.desks.models import Offer, Skills
from watchfloor.platform.accounts.models import User
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy import settings
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import wait_for

SETTING = "offering"
LOCK = 0x5746000B
MOST_WORDS, LONGEST_WORD = 20, 40


@dataclass(frozen=True, slots=True)
class Need:
    """Alerts of this type are for who has this skill."""

    alert_type: str
    skill: str


@dataclass(frozen=True, slots=True)
class Offering:
    """Whether new incidents are offered, and what types of alerts ask for."""

    is_on: bool = False
    needs: tuple[Need, ...] = ()

    def of(self, alert_types: Iterable[str]) -> frozenset[str]:
        """Return the skills that an incident with alerts of these types needs."""
        types = {one.casefold() for one in alert_types}
        return frozenset(need.skill for need in self.needs if need.alert_type.casefold() in types)

    def kept(self) -> dict[str, Any]:
        needs = [[need.alert_type, need.skill] for need in self.needs]
        return {"is_on": self.is_on, "needs": needs}


def offering() -> Offering:
    """Return what the tenant in scope has set."""
    return offering_in(settings.own())


def offering_in(kept: dict[str, Any]) -> Offering:
    """Return what the settings of a tenant say of it."""
    found = kept.get(SETTING)
    if not found:
        return Offering()
    return Offering(found["is_on"], tuple(Need(*need) for need in found["needs"]))


@transaction.atomic
def change_offering(to: Offering, *, by: Actor, now: datetime) -> Offering:
    """Set all of it. Once it is off, no offer stands. The same again changes nothing."""
    lock_offers()
    needs = {Need(need.alert_type.strip(), _word(need.skill)) for need in to.needs}
    ordered = sorted(needs, key=lambda need: (need.alert_type, need.skill))
    after = Offering(to.is_on, tuple(ordered))
    before = offering_in(settings.put(**{SETTING: after.kept()}))
    if after != before:
        audit.record(
            by, "settings.changed", "tenant", require_tenant_id(), at=now,
            before={SETTING: before.kept()}, after={SETTING: after.kept()},
        )  # fmt: skip
    if not after.is_on:
        ids = list(Offer.objects.values_list("incident_id", flat=True))
        Offer.objects.all().delete()
        offers_changed(ids, at=now)
    return after


def lock_offers() -> None:
    """Wait until nobody else offers: what is switched off leaves no offer behind."""
    wait_for(LOCK, require_tenant_id())


def of_users(user_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[str]]:
    rows = Skills.objects.filter(user__in=list(user_ids))
    return {user_id: frozenset(words) for user_id, words in rows.values_list("user_id", "words")}


def of_user(user: User) -> list[str]:
    return sorted(of_users([user.pk]).get(user.pk, ()))


@transaction.atomic
def set_skills(user: User, words: Iterable[str], *, by: Actor, now: datetime) -> list[str]:
    """Say all that the user knows. The same again changes nothing."""
    wanted = sorted({_word(word) for word in words})
    if len(wanted) > MOST_WORDS:
        raise Invalid("These are too many skills.", fields={"skills": f"at most {MOST_WORDS}"})
    before = of_user(user)
    if wanted != before:
        Skills.objects.update_or_create(user_id=user.pk, defaults={"words": wanted})
        audit.record(
            by, "user.skills_changed", "user", user.pk, at=now,
            before={"skills": before}, after={"skills": wanted},
        )  # fmt: skip
    return wanted


def _word(text: str) -> str:
    """Return the skill as it is compared: people write it one way or another."""
    word = " ".join(text.replace("\x00", "").casefold().split())
    if not 0 < len(word) <= LONGEST_WORD:
        fields = {"skills": f"a word of at most {LONGEST_WORD} characters"}
        raise Invalid("This is no skill.", fields=fields)
    return word
