"""Who looks at what: a lease that ends by time, and of two who claim at once one has it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from tests.console.making import make_incident, make_site
from tests.make import NOW, make_user
from watchfloor.noc.desks import selectors, services
from watchfloor.noc.desks.handlers import show_desks
from watchfloor.noc.desks.models import Break, Claim
from watchfloor.noc.desks.services import LEASE
from watchfloor.noc.incidents import services as incidents
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.audit.actors import SYSTEM, Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Denied
from watchfloor.platform.events.bus import Event
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.tenancy.context import tenant_scope

SECOND = timedelta(seconds=1)


@pytest.fixture
def incident(tenant):
    return make_incident(tenant)


@pytest.fixture
def anna(tenant):
    return actor(make_user(tenant, "operator"))


@pytest.fixture
def bob(tenant):
    return actor(make_user(tenant, "supervisor"))


def actor(user):
    return Actor("user", str(user.pk))


def audited():
    return list(AuditRow.objects.order_by("at", "id").values_list("action", flat=True))


def holder(incident, now):
    claim = selectors.claim_on(incident.pk, now)
    return str(claim.user_id) if claim else None


def test_a_claim_stands_for_two_minutes_and_ends_by_itself(incident, anna):
    services.claim(incident, by=anna, now=NOW)

    assert holder(incident, NOW + LEASE - SECOND) == anna.id
    assert holder(incident, NOW + LEASE) is None


def test_going_on_renews_it_and_says_since_when(incident, anna):
    services.claim(incident, by=anna, now=NOW)
    again = services.claim(incident, by=anna, now=NOW + timedelta(seconds=90))

    assert (again.since, again.until) == (NOW, NOW + timedelta(seconds=90) + LEASE)
    assert audited() == ["incident.claimed"]


def test_one_that_comes_back_after_it_ended_begins_anew(incident, anna):
    services.claim(incident, by=anna, now=NOW)
    again = services.claim(incident, by=anna, now=NOW + LEASE)

    assert again.since == NOW + LEASE
    assert audited() == ["incident.claimed"] * 2


def test_the_second_is_told_who_looks_and_since_when_and_has_it_once_that_ends(incident, anna, bob):
    services.claim(incident, by=anna, now=NOW)

    with pytest.raises(Conflict, match="is claimed: operator claimed it at 02:09:00 UTC") as told:
        services.claim(incident, by=bob, now=NOW + SECOND)
    assert told.value.details["earlier"] == {
        "who": "operator",
        "what": "claimed it",
        "at": NOW.isoformat(),
    }

    services.claim(incident, by=bob, now=NOW + LEASE)
    assert holder(incident, NOW + LEASE) == bob.id


def test_who_leaves_makes_room_at_once_and_only_their_own(incident, anna, bob):
    services.claim(incident, by=anna, now=NOW)
    services.leave(incident, by=bob, now=NOW)
    assert holder(incident, NOW) == anna.id

    services.leave(incident, by=anna, now=NOW + SECOND)

    services.claim(incident, by=bob, now=NOW + SECOND)
    assert audited() == ["incident.claimed", "incident.left", "incident.claimed"]


def test_taking_over_is_written_down_with_whom_it_was_taken_from(incident, anna, bob):
    services.claim(incident, by=anna, now=NOW)

    services.take_over(incident, by=bob, now=NOW + SECOND)

    assert holder(incident, NOW + SECOND) == bob.id
    row = AuditRow.objects.get(action="incident.taken_over")
    assert (row.before, row.after) == ({"user_id": anna.id}, {"user_id": bob.id})
    with pytest.raises(Conflict, match="supervisor claimed it"):
        services.claim(incident, by=anna, now=NOW + 2 * SECOND)


def test_a_claim_keeps_nobody_from_acting_of_life_safety_least_of_all(tenant, anna, bob):
    danger = make_incident(tenant, "Panic", is_life_safety=True, severity=5)
    services.claim(danger, by=anna, now=NOW)

    incidents.acknowledge(danger.pk, by=bob, now=NOW + SECOND)

    danger.refresh_from_db()
    assert str(danger.acknowledged_by_id) == bob.id


def test_what_is_over_is_not_claimed_and_who_ended_it_is_named(incident, anna, bob):
    incidents.resolve(incident.pk, by=bob, now=NOW)
    incident.refresh_from_db()

    with pytest.raises(Conflict, match="is resolved: supervisor resolved it"):
        services.claim(incident, by=anna, now=NOW + SECOND)


def test_a_program_has_no_desk(incident):
    with pytest.raises(Denied):
        services.claim(incident, by=SYSTEM, now=NOW)


def test_of_six_who_claim_at_the_same_moment_one_has_it_and_five_are_told_who(tenant, incident):
    people = [actor(make_user(tenant)) for _ in range(6)]
    ready = threading.Barrier(len(people))

    def claim(by):
        try:
            with tenant_scope(tenant.id):
                ready.wait(10)
                services.claim(incident, by=by, now=NOW)
            return None
        except Conflict as refusal:
            return refusal.details["earlier"]["what"]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as desks:
        answers = list(desks.map(claim, people))

    assert sorted(answers, key=str) == [None, *["claimed it"] * 5]
    assert Claim.objects.count() == 1
    assert audited() == ["incident.claimed"]


def test_a_break_frees_what_one_looked_at_and_looking_ends_it(incident, anna, bob):
    services.claim(incident, by=anna, now=NOW)

    services.start_break(by=anna, now=NOW + SECOND)
    services.start_break(by=anna, now=NOW + SECOND)
    services.claim(incident, by=bob, now=NOW + SECOND)
    services.leave(incident, by=bob, now=NOW + 2 * SECOND)
    [away] = [desk for desk in selectors.desks(EVERYTHING, NOW + SECOND) if desk.break_since]
    services.claim(incident, by=anna, now=NOW + 3 * SECOND)

    assert str(away.user.pk) == anna.id
    assert Break.objects.get().ended_at == NOW + 3 * SECOND
    assert audited().count("desk.break_started") == 1


def test_what_nobody_looks_at_waits_since_it_came_or_was_left(tenant, incident, anna):
    later = make_incident(tenant, "Lift stuck", opened_at=NOW + 10 * SECOND)
    make_incident(tenant, "Asleep", snoozed_until=NOW + timedelta(hours=1))
    make_incident(tenant, "Taken", state="ACKNOWLEDGED")
    services.claim(incident, by=anna, now=NOW)
    assert waiting(NOW) == ["Lift stuck"]

    services.leave(incident, by=anna, now=NOW + 20 * SECOND)

    assert waiting(NOW + 20 * SECOND) == ["Lift stuck", "Door forced"]
    [first, second] = selectors.longest_waiting(EVERYTHING, NOW + 20 * SECOND, most=5)
    assert first["waits_since"] == later.opened_at
    assert second["waits_since"] == NOW + 20 * SECOND


def waiting(now):
    return [row["title"] for row in selectors.longest_waiting(EVERYTHING, now, most=9)]


def test_claims_beyond_ones_places_are_not_told(tenant, anna):
    here, there = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    services.claim(make_incident(tenant, site=there), by=anna, now=NOW)
    mine = Scope(site_ids=frozenset({here.pk}))

    assert not selectors.claims(mine, after=NOW)
    assert not selectors.unclaimed(mine, NOW)
    assert [desk.claims for desk in selectors.desks(mine, NOW)] == []


def test_open_pages_are_told_at_the_places_of_the_incident(tenant, anna):
    site = make_site(tenant)
    incident = make_incident(tenant, site=site)
    services.claim(incident, by=anna, now=NOW)
    event = OutboxEvent.objects.get(kind=services.CHANGED)

    show_desks(Event(event.kind, event.payload, tenant.id, NOW))

    [change] = LiveFrame.objects.get().changes
    assert (change["kind"], change["id"]) == ("claim", str(incident.pk))
    assert change["places"] == [[str(site.client_id), str(site.pk)]]
    assert change["row"]["user_name"] == "operator"
