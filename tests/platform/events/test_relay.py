"""The outbox and its relay: nothing lost, order kept, one bad handler alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections, transaction

from tests.make import NOW, make_tenant, unique
from watchfloor.platform.events import bus, relay
from watchfloor.platform.events.models import HandlerRetry, OutboxEvent
from watchfloor.platform.tenancy.context import current_tenant_id, tenant_scope
from watchfloor.platform.tenancy.models import Tenant

Subscribe = Callable[[bus.Handler], str]


@pytest.fixture
def tenant() -> Tenant:
    """A tenant with an outbox that nobody else fills; other tests' leftovers are gone."""
    OutboxEvent.everybody.using("system").all().delete()
    HandlerRetry.everybody.using("system").all().delete()
    return make_tenant()


@pytest.fixture
def subscribed() -> Iterator[Subscribe]:
    """Subscribe a handler to a kind of its own for the time of the test."""
    kinds = []

    def subscribe(handler: bus.Handler) -> str:
        kind = unique("happened")
        bus.subscribe(kind)(handler)
        kinds.append(kind)
        return kind

    yield subscribe
    for kind in kinds:
        bus._handlers.pop(kind)


def publish(tenant: Tenant, kind: str, lane: int = 1, **payload: Any) -> None:
    with tenant_scope(tenant.id), transaction.atomic():
        bus.publish(kind, payload, at=NOW, lane=lane)


def relay_all(now: datetime = NOW) -> None:
    while relay.relay_pending(lambda: now):
        continue


def waiting() -> int:
    return OutboxEvent.everybody.using("system").count()


def retries() -> list[HandlerRetry]:
    return list(HandlerRetry.everybody.using("system").all())


def test_a_handler_gets_the_event_in_the_scope_of_its_tenant(
    tenant: Tenant, subscribed: Subscribe
) -> None:
    seen: list[tuple[bus.Event, int | None]] = []
    kind = subscribed(lambda event: seen.append((event, current_tenant_id())))
    publish(tenant, kind, alert_ids=["a"])

    relay_all()

    assert seen == [(bus.Event(kind, {"alert_ids": ["a"]}, tenant.id, NOW), tenant.id)]
    assert waiting() == 0


def test_a_rolled_back_change_leaves_no_event(tenant: Tenant) -> None:
    with pytest.raises(ZeroDivisionError), tenant_scope(tenant.id), transaction.atomic():
        bus.publish("never", {}, at=NOW)
        raise ZeroDivisionError

    assert waiting() == 0


def test_an_event_without_a_transaction_is_refused(tenant: Tenant) -> None:
    with pytest.raises(bus.OutsideTransaction), tenant_scope(tenant.id):
        bus.publish("loose", {}, at=NOW)


def test_life_safety_overtakes_and_the_rest_keeps_its_order(
    tenant: Tenant, subscribed: Subscribe
) -> None:
    seen: list[str] = []
    kind = subscribed(lambda event: seen.append(event.payload["name"]))
    other = make_tenant()
    publish(tenant, kind, name="first")
    publish(tenant, kind, name="second")
    publish(other, kind, lane=0, name="panic")

    relay_all()

    assert seen == ["panic", "first", "second"]


def test_a_failing_handler_is_kept_alone_and_the_others_go_on(
    tenant: Tenant, subscribed: Subscribe
) -> None:
    seen: list[str] = []
    is_broken = True

    def fragile(event: bus.Event) -> None:
        if is_broken:
            Tenant.objects.using("system").filter(pk=tenant.id).update(name="half done")
            raise ValueError("out of order")
        seen.append(f"fragile {event.payload['n']} {event.at:%H:%M}")

    kind = subscribed(fragile)
    bus.subscribe(kind)(lambda event: seen.append(f"sound {event.payload['n']}"))
    publish(tenant, kind, n=1)
    publish(tenant, kind, n=2)
    relay_all()

    assert seen == ["sound 1", "sound 2"]
    assert [retry.error for retry in retries()] == ["ValueError: out of order"] * 2
    assert Tenant.objects.using("system").get(pk=tenant.id).name != "half done"
    assert relay.retry_due(lambda: NOW) == 0, "not due yet"

    is_broken = False
    later = NOW + timedelta(seconds=2)
    assert [relay.retry_due(lambda: later) for _ in range(3)] == [1, 1, 0]
    assert seen[2:] == ["fragile 1 02:09", "fragile 2 02:09"]
    assert retries() == []


def test_a_handler_that_keeps_failing_waits_longer_and_is_given_up_at_last(
    tenant: Tenant, subscribed: Subscribe
) -> None:
    def hopeless(event: bus.Event) -> None:
        raise ValueError("never")

    publish(tenant, subscribed(hopeless))
    relay_all()
    pauses = []
    while (retry := retries()[0]).gave_up_at is None:
        relay.retry_due(partial(getattr, retry, "next_at"))
        pauses.append((retries()[0].next_at - retry.next_at).total_seconds())

    assert pauses[:4] == [2, 4, 8, 16]
    assert max(pauses) == 300
    assert len(pauses) == relay.GIVE_UP_AFTER - 1


def test_a_handler_that_this_version_lost_is_given_up_with_the_reason(tenant: Tenant) -> None:
    HandlerRetry.everybody.using("system").create(
        tenant_id=tenant.id, kind="old", payload={}, handler="gone", next_at=NOW, event_at=NOW
    )

    relay.retry_due(lambda: NOW)

    [retry] = retries()
    assert (retry.gave_up_at, retry.error) == (NOW, "no such handler in this version")


def test_a_tenant_held_by_another_relay_is_left_to_it(
    tenant: Tenant, subscribed: Subscribe
) -> None:
    seen: list[str] = []
    kind = subscribed(lambda event: seen.append(event.payload["name"]))
    other = make_tenant()
    publish(tenant, kind, name="held")
    publish(other, kind, name="free")
    release, is_held = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(using="system"):
            relay._lock(tenant.id)
            is_held.set()
            release.wait(10)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait(10)
    relay_all()
    assert seen == ["free"]

    release.set()
    holder.join()
    relay_all()
    assert seen == ["free", "held"]


def test_the_relay_hears_of_an_event_at_once(tenant: Tenant, subscribed: Subscribe) -> None:
    heard, stop = threading.Event(), threading.Event()
    kind = subscribed(lambda event: heard.set())

    def work() -> None:
        relay.run(stop, lambda: NOW)
        connections.close_all()

    relaying = threading.Thread(target=work)
    relaying.start()
    try:
        publish(tenant, kind)
        assert heard.wait(relay.LONGEST_SLEEP * 0.8)
    finally:
        stop.set()
        relaying.join(5)
    assert not relaying.is_alive()
