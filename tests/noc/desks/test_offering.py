"""New incidents are offered to a desk, with the reason, and move on when nobody takes them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.make import NOW, make_tenant, make_user, signed_in
from watchfloor.noc.desks import offering, services, skills
from watchfloor.noc.desks.handlers import show_offers
from watchfloor.noc.desks.models import Offer
from watchfloor.noc.desks.skills import Need, Offering
from watchfloor.noc.incidents.models import TimelineEntry
from watchfloor.platform.accounts.models import RoleGrant, Session
from watchfloor.platform.audit.actors import SYSTEM, Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Invalid
from watchfloor.platform.events.bus import Event
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.tenancy.context import tenant_scope

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def on(tenant):
    skills.change_offering(Offering(is_on=True), by=SYSTEM, now=NOW)


def sit(user, now=NOW):
    """Have the user seen at a desk at `now`."""
    Session.objects.create(
        session_key=f"{user.pk.hex}{now.minute:08}",
        session_data="",
        expire_date=now + timedelta(hours=1),
        user_id=user.pk,
        tenant_id=user.tenant_id,
        last_seen_at=now,
    )
    return user


def operator(tenant, *words, site=None):
    user = make_user(tenant)
    if site is not None:
        RoleGrant.objects.filter(user=user).update(site_id=site.pk)
    if words:
        skills.set_skills(user, words, by=SYSTEM, now=NOW)
    return sit(user)


def offered(now=NOW):
    """Look at what waits at `now`; return to whom each incident is offered then."""
    offering.offer(now)
    return {one.incident_id: one.user_id for one in Offer.objects.all()}


def actor(user):
    return Actor("user", str(user.pk))


def test_it_goes_to_who_has_the_least_in_hand_and_says_why(tenant):
    anna, bob = operator(tenant), operator(tenant)
    make_incident(tenant, severity=5, state="ASSIGNED", assigned_to=anna)
    fresh = make_incident(tenant)

    assert offered() == {fresh.pk: bob.pk}
    assert Offer.objects.get().why == {"knows": [], "lacks": [], "bound": False, "in_hand": 0}
    [line] = TimelineEntry.objects.filter(incident=fresh)
    assert line.text == "Offered to operator: nothing in hand"


def test_a_storm_is_spread_over_the_desks_five_at_most_at_each(tenant):
    desks = [operator(tenant) for _ in range(2)]
    for _ in range(14):
        make_incident(tenant)

    given = list(offered().values())

    assert [given.count(user.pk) for user in desks] == [5, 5]


def test_nobody_is_offered_what_they_may_not_work(tenant):
    here, there = make_site(tenant, "Here"), make_site(tenant, "There")
    operator(tenant, site=there)
    make_user(tenant)  # is not at a desk
    sit(make_user(tenant, "viewer"))
    fresh = make_incident(tenant, site=here)

    assert offered() == {}
    guard = operator(tenant, site=here)
    assert offered() == {fresh.pk: guard.pk}
    assert Offer.objects.get().why["bound"] is True


def test_who_knows_what_the_alarm_needs_goes_first_and_anybody_before_nobody(tenant):
    rule = Offering(True, (Need("smoke", "Fire"),))
    skills.change_offering(rule, by=SYSTEM, now=NOW)
    anna = operator(tenant)
    cluster = make_cluster(tenant, make_alert(tenant, alert_type="SMOKE"))
    fresh = make_incident(tenant, cluster=cluster)

    assert offered() == {fresh.pk: anna.pk}
    assert Offer.objects.get().why["lacks"] == ["fire"]
    bob = operator(tenant, "fire", "russian")
    make_incident(tenant, state="ASSIGNED", assigned_to=bob)
    assert offered(NOW + MINUTE) == {fresh.pk: bob.pk}
    assert Offer.objects.get().why["knows"] == ["fire"]


def test_after_a_minute_it_moves_on_and_round_and_the_timeline_tells_the_first_round(tenant):
    users = {operator(tenant).pk, operator(tenant).pk}
    fresh = make_incident(tenant)

    first = offered()[fresh.pk]
    assert offered(NOW + MINUTE / 2)[fresh.pk] == first
    second = offered(NOW + MINUTE)[fresh.pk]
    assert {first, second} == users
    for minute in range(2, 6):
        offered(NOW + minute * MINUTE)

    assert TimelineEntry.objects.filter(incident=fresh, kind="offered").count() == 2


def test_a_break_moves_it_on_at_once_and_a_claim_ends_it(tenant):
    anna, bob = operator(tenant), operator(tenant)
    fresh = make_incident(tenant)
    first = offered()[fresh.pk]
    other = bob if first == anna.pk else anna

    services.start_break(by=Actor("user", str(first)), now=NOW)
    assert offered() == {fresh.pk: other.pk}

    services.claim(fresh, by=actor(other), now=NOW)
    assert offered() == {}


def test_nobody_is_at_a_desk_and_nothing_is_offered(tenant):
    anna = operator(tenant)
    fresh = make_incident(tenant)
    assert offered() == {fresh.pk: anna.pk}

    assert offered(NOW + timedelta(minutes=11)) == {}


def test_life_safety_is_everybodys_at_once(tenant):
    operator(tenant)
    make_incident(tenant, is_life_safety=True)

    assert offered() == {}


def test_pages_hear_to_whom_it_is_offered_and_that_it_is_no_more(tenant):
    operator(tenant)
    fresh = make_incident(tenant)
    offered()
    event = Event("desks.offered", {"incident_ids": [str(fresh.pk)]}, tenant.pk, NOW)

    show_offers(event)
    Offer.objects.all().delete()
    show_offers(event)

    shown, gone = LiveFrame.objects.order_by("number")
    assert shown.changes[0]["row"]["user_name"] == "operator"
    assert gone.changes[0]["row"] is None


def test_switched_off_nothing_stands_and_no_tenant_is_looked_at_that_has_it_off(tenant):
    operator(tenant)
    make_incident(tenant)
    offering.offer_all(NOW)
    assert Offer.objects.count() == 1

    skills.change_offering(Offering(), by=SYSTEM, now=NOW)
    offering.offer_all(NOW)

    assert Offer.objects.count() == 0
    assert AuditRow.objects.filter(action="settings.changed").count() == 2


def test_skills_are_words_however_they_are_written(tenant):
    user = make_user(tenant)

    assert skills.set_skills(user, [" Fire ", "fire", "CCTV"], by=SYSTEM, now=NOW) == [
        "cctv",
        "fire",
    ]
    skills.set_skills(user, ["cctv", "fire"], by=SYSTEM, now=NOW)
    assert AuditRow.objects.filter(action="user.skills_changed").count() == 1
    for wrong in (["  "], ["x" * 41], [str(number) for number in range(21)]):
        with pytest.raises(Invalid):
            skills.set_skills(user, wrong, by=SYSTEM, now=NOW)


def put(client, path, body):
    return client.put(f"/api/v1{path}", body, content_type="application/json").status_code


def test_skills_and_offering_are_for_administrators_to_say(tenant):
    user = make_user(tenant)
    path, words = f"/users/{user.pk}/skills", {"skills": ["fire"]}
    need = {"alert_type": "SMOKE", "skill": "fire"}
    admin, chief = (signed_in(make_user(tenant, role)) for role in ("admin", "supervisor"))
    stranger = signed_in(make_user(make_tenant(), "admin"))

    assert put(chief, path, words) == put(chief, "/offering", {"is_on": False}) == 403
    assert put(stranger, path, words) == 404
    assert put(admin, path, words) == 200
    assert put(admin, "/offering", {"is_on": True, "needs": [need]}) == 200

    assert admin.get(f"/api/v1{path}").json() == words
    assert stranger.get("/api/v1/offering").json() == {"is_on": False, "needs": []}
    assert 'value="fire"' in admin.get(f"/access/{user.pk}").content.decode()


def test_offers_are_told_within_bounds_and_at_the_desks(tenant):
    here, there = make_site(tenant, "Here"), make_site(tenant, "There")
    operator(tenant)
    fresh = make_incident(tenant, site=here)
    offered()
    chief = signed_in(make_user(tenant, "supervisor"))
    guard = make_user(tenant)
    with tenant_scope(tenant.pk):
        RoleGrant.objects.filter(user=guard).update(site_id=there.pk)

    [row] = chief.get("/api/v1/offers").json()["items"]
    assert (row["incident_id"], row["why"]) == (str(fresh.pk), "nothing in hand")
    assert signed_in(guard).get("/api/v1/offers").json()["items"] == []
    assert f"INC-{fresh.number}" in chief.get("/desks").content.decode()


def test_looking_costs_no_more_queries_with_more_incidents(tenant):
    operator(tenant)

    def queries():
        Offer.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            offering.offer(NOW)
        return len(seen)

    make_incident(tenant)
    make_incident(tenant)
    few = queries()
    for _ in range(10):
        make_incident(tenant)

    assert queries() == few
