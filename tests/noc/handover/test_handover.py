"""A shift is handed over as it stood, and taken over by somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from tests.console.making import make_alert, make_incident, make_site
from tests.make import NOW, make_tenant, make_user
from tests.noc.orders.making import LOOK, make_order
from watchfloor.domain.contacts.models import Contact
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts import testing
from watchfloor.noc.alerts.models import MaintenanceWindow, Silence
from watchfloor.noc.handover import selectors, services
from watchfloor.noc.handover.contents import Contents, read
from watchfloor.noc.handover.models import Handover
from watchfloor.noc.incidents import calls
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.models import Disposition, NOCIncident
from watchfloor.noc.orders import steps
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

BEGAN = NOW - timedelta(hours=8)


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.fixture
def anna(tenant: Tenant) -> User:
    return make_user(tenant)


def actor(user: User) -> Actor:
    return Actor("user", str(user.pk))


def at(hours: float) -> Any:
    return BEGAN + timedelta(hours=hours)


def written(user: User, scope: Scope = EVERYTHING, **values: Any) -> Handover:
    with tenant_scope(user.tenant_id):
        given: dict[str, Any] = {"since": BEGAN, "note": "", "now": NOW} | values
        return services.write(user, scope, **given)


def contents_of(user: User, scope: Scope = EVERYTHING) -> Contents:
    return read(written(user, scope).contents)


def test_it_tells_what_is_open_with_its_owner_its_last_note_and_else_the_next_step(
    tenant: Tenant, anna: User
) -> None:
    noted, bare = make_incident(tenant, "Door forced", severity=4), make_incident(tenant, "Pump")
    over = make_incident(tenant, "Old")
    with tenant_scope(tenant.id):
        incidents.acknowledge(noted.pk, by=actor(anna), now=at(1))
        incidents.hand_over(noted.pk, "The old key", by=actor(anna), now=at(2))
        incidents.hand_over(noted.pk, "The key is at the gate", by=actor(anna), now=at(3))
        incidents.snooze(noted.pk, NOW + timedelta(hours=2), by=actor(anna), now=at(3))
        incidents.resolve(over.pk, by=actor(anna), now=at(4))

    said = contents_of(anna)

    assert [one.title for one in said.work] == ["Door forced", "Pump"]
    first, second = said.work
    assert (first.owner, first.note, first.noted_by) == (
        "operator",
        "The key is at the gate",
        "operator",
    )
    assert first.snoozed_until == NOW + timedelta(hours=2)
    assert said.snoozed == [first]
    assert (second.owner, second.note) == ("", "")
    assert second.next_step.startswith("Nobody has taken it")
    assert bare.number == second.number


def test_it_counts_what_came_and_ended_within_the_shift_alone(tenant: Tenant, anna: User) -> None:
    make_incident(tenant, opened_at=at(1), severity=4)
    make_incident(tenant, opened_at=at(-1), severity=4)
    make_incident(tenant, opened_at=at(1), is_listed=False)
    animal = make_incident(tenant, opened_at=at(2), severity=3)
    make_incident(
        tenant, opened_at=at(-9), state="RESOLVED", resolved_at=at(3), resolved_by_kind="system"
    )
    make_incident(tenant, opened_at=at(-9), state="RESOLVED", resolved_at=at(-3))
    with tenant_scope(tenant.id):
        incidents.resolve(animal.pk, by=actor(anna), now=at(4), disposition=Disposition.ANIMAL)

    said = contents_of(anna)

    assert [(one.severity, one.number, one.open) for one in said.came] == [(4, 1, 1), (3, 1, 0)]
    assert {(one.disposition, one.by): one.number for one in said.ended} == {
        ("animal", ""): 1,
        ("", "system"): 1,
    }


def test_it_says_how_long_life_safety_waited(tenant: Tenant, anna: User) -> None:
    panic = make_incident(tenant, "Panic", opened_at=at(1), is_life_safety=True, severity=5)
    make_incident(tenant, "Fire", opened_at=at(2), is_life_safety=True, severity=5)
    with tenant_scope(tenant.id):
        incidents.acknowledge(panic.pk, by=actor(anna), now=at(1) + timedelta(seconds=40))
        incidents.resolve(panic.pk, by=actor(anna), now=at(2))

    first, second = contents_of(anna).alarms

    assert (first.title, first.took, first.acknowledged_by) == (
        "Panic",
        timedelta(seconds=40),
        "operator",
    )
    assert (second.title, second.took) == ("Fire", None)


def test_it_tells_calls_without_names_and_steps_that_were_skipped(
    tenant: Tenant, anna: User
) -> None:
    site = make_site(tenant)
    incident = make_incident(tenant, site=site)
    order = make_order(tenant, LOOK)
    with tenant_scope(tenant.id):
        contact = Contact.objects.create(
            site=site, position=1, name="Paula Keys", role="key holder", phone="1", created_at=NOW
        )
        calls.record(
            incident,
            contact.pk,
            calls.Outcome.REACHED,
            within=EVERYTHING,
            by=actor(anna),
            now=at(1),
        )
        steps.skip(incident.pk, 1, "No camera", version=order.pk, by=actor(anna), now=at(2))

    row = written(anna)

    said = read(row.contents)
    [call], [step] = said.calls, said.skipped
    assert (call.contact_id, call.by, call.incident) == (contact.pk, "operator", incident.number)
    assert "key holder" in call.said
    assert "Paula" not in str(row.contents)
    assert (step.reason, step.by, step.step) == ("No camera", "operator", 1)


def test_it_tells_what_keeps_quiet_and_ends_in_the_next_shift(tenant: Tenant, anna: User) -> None:
    site = make_site(tenant)

    def window(title: str, hours: int, **values: Any) -> None:
        MaintenanceWindow.objects.create(
            title=title, starts_at=at(0), ends_at=NOW + timedelta(hours=hours), created_at=NOW,
            **values,
        )  # fmt: skip

    with tenant_scope(tenant.id), transaction.atomic():
        testing.start(
            testing.Place(site),
            until=NOW + timedelta(hours=1),
            caller="Ed",
            by=actor(anna),
            now=at(7),
        )
        window("Tonight", 2)
        window("All week", 100)
        # Every day of an hour: now.
        MaintenanceWindow.objects.create(
            title="Daily", starts_at=NOW - timedelta(days=3, minutes=30),
            ends_at=NOW - timedelta(days=3) + timedelta(minutes=30), recurrence="daily",
            created_at=NOW,
        )  # fmt: skip
        Silence.objects.create(
            reason="Loud", matchers=[], ends_at=NOW + timedelta(hours=3), created_at=at(1)
        )

    assert [(one.kind, one.about) for one in contents_of(anna).endings] == [
        ("window", "Daily"),
        ("test", "North Tower"),
        ("window", "Tonight"),
        ("silence", "Loud"),
    ]


def test_it_counts_what_is_kept_quiet_and_the_work_of_each_desk(tenant: Tenant, anna: User) -> None:
    bob = make_user(tenant, "supervisor")
    mine, other = make_incident(tenant), make_incident(tenant)
    quiet = [make_alert(tenant, at=at(1), suppressed_by=f"silence:{n}") for n in range(3)]
    make_alert(tenant, at=at(-1), suppressed_by="silence:9")
    make_alert(tenant, at=at(1), suppressed_by="transient")
    assert quiet
    with tenant_scope(tenant.id):
        incidents.acknowledge(mine.pk, by=actor(anna), now=at(1))
        incidents.comment(mine.pk, "On it", by=actor(anna), now=at(1))
        incidents.acknowledge(other.pk, by=actor(bob), now=at(-1))
        incidents.resolve(other.pk, by=actor(bob), now=at(2))

    said = contents_of(anna)

    assert [(one.reason, one.number) for one in said.quiet] == [("silence", 3), ("transient", 1)]
    assert [(d.name, d.acknowledged, d.resolved, d.notes, d.holds) for d in said.desks] == [
        ("operator", 1, 0, 1, 1),
        ("supervisor", 0, 1, 0, 0),
    ]


def test_it_is_told_within_the_places_of_who_writes_and_read_by_who_sees_these(
    tenant: Tenant, anna: User
) -> None:
    here, there = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    make_incident(tenant, "Here", site=here)
    make_incident(tenant, "There", site=there)
    at_harbour, at_client = scope_of(here), Scope(client_ids=frozenset({here.client_id}))

    mine, whole = written(anna, at_harbour), written(anna)

    assert [one.title for one in read(mine.contents).work] == ["Here"]
    with tenant_scope(tenant.id):
        assert set(selectors.visible(EVERYTHING)) == {mine, whole}
        assert list(selectors.visible(at_client)) == [mine]
        assert list(selectors.visible(at_harbour)) == [mine]
        assert list(selectors.visible(scope_of(there))) == []
        with pytest.raises(NotFound):
            selectors.one(scope_of(there), mine.pk)


def scope_of(site: Site) -> Scope:
    return Scope(site_ids=frozenset({site.pk}))


def test_words_about_what_lies_elsewhere_too_are_not_told(tenant: Tenant, anna: User) -> None:
    here, there = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    incident = make_incident(tenant, "Both", site=here)
    with tenant_scope(tenant.id):
        NOCIncident.objects.get(pk=incident.pk).places.create(site=there, client_id=there.client_id)
        incidents.hand_over(incident.pk, "Vault at the airport", by=actor(anna), now=at(1))

    [work] = contents_of(anna, scope_of(here)).work

    assert (work.title, work.note) == ("Both", "")
    assert contents_of(anna).work[0].note == "Vault at the airport"


def test_it_stays_as_it_was_written(tenant: Tenant, anna: User) -> None:
    incident = make_incident(tenant)
    row = written(anna, note="Watch the gate")
    with tenant_scope(tenant.id):
        incidents.resolve(incident.pk, by=actor(anna), now=NOW + timedelta(minutes=1))
        kept = selectors.one(EVERYTHING, row.pk)
        assert [one.title for one in read(kept.contents).work] == ["Door forced"]
        with pytest.raises(ProgrammingError), transaction.atomic():
            Handover.objects.filter(pk=row.pk).update(note="Nothing happened")


def test_somebody_else_takes_it_over_once_by_name_and_on_record(tenant: Tenant, anna: User) -> None:
    bob, carl = make_user(tenant), make_user(tenant)
    row = written(anna)
    later = NOW + timedelta(minutes=5)
    with tenant_scope(tenant.id):
        with pytest.raises(Conflict, match="not who wrote it"):
            services.acknowledge(anna, row, now=later)
        taken = services.acknowledge(bob, row, now=later)
        again = services.acknowledge(bob, row, now=later + timedelta(minutes=1))
        with pytest.raises(Conflict, match="operator took over at 02:14"):
            services.acknowledge(carl, row, now=later)
        noted = AuditRow.objects.filter(object_kind="handover").order_by("at")
        assert [(one.action, one.actor_id) for one in noted] == [
            ("handover.written", str(anna.pk)),
            ("handover.acknowledged", str(bob.pk)),
        ]
        assert selectors.shift_began(anna.pk, later) == NOW
        assert selectors.shift_began(bob.pk, later) == later
        assert selectors.shift_began(carl.pk, later) == later - timedelta(hours=8)
    assert taken.acknowledged_by == bob
    assert again.acknowledged_at == later


@pytest.mark.parametrize("since", [NOW, NOW + timedelta(hours=1), NOW - timedelta(hours=73)])
def test_a_beginning_that_cannot_be_is_refused_with_the_cure(anna: User, since: Any) -> None:
    with pytest.raises(Invalid) as refused:
        written(anna, since=since)

    assert refused.value.details["fields"] == {"since": "choose a time within the last 72 hours"}
