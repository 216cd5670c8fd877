"""The live socket through its own door: who may listen, what they hear, and how they resume."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.utils import timezone

from tests.make import make_key, make_tenant, make_user
from tests.platform.accounts.test_site_tree import make_tree
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.accounts import senders
from watchfloor.platform.accounts.models import ApiKey, RoleGrant, Session, User
from watchfloor.platform.accounts.sessions import TENANT, SessionStore, end_sessions
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.ids import uuid7
from watchfloor.platform.live import consumer, frames
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

pytestmark = pytest.mark.asyncio


def signed_in(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY], session[TENANT] = str(user.pk), user.tenant_id
    session.save()
    assert session.session_key
    return session.session_key


def operator_of(tenant: Tenant) -> tuple[User, str]:
    user = make_user(tenant)
    return user, signed_in(user)


class Page:
    """An open page: what it says and hears, without a server in between."""

    def __init__(self, cookie: str, since: int | None, authorization: str) -> None:
        scope = {
            "type": "websocket",
            "path": "/ws/live",
            "query_string": b"" if since is None else f"since={since}".encode(),
            "headers": [
                (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()),
                (b"authorization", authorization.encode()),
            ],
        }
        communicator: Any = ApplicationCommunicator  # without types of its own
        self.wire = communicator(consumer.LiveConsumer.as_asgi(), scope)

    async def say(self, text: str) -> None:
        await self.wire.send_input({"type": "websocket.receive", "text": text})

    async def hear(self) -> dict[str, Any]:
        output = await self.wire.receive_output(timeout=3)
        assert output["type"] == "websocket.send", output
        message: dict[str, Any] = json.loads(output["text"])
        return message

    async def closed_with(self) -> int:
        while (output := await self.wire.receive_output(timeout=3))["type"] != "websocket.close":
            continue
        code: int = output["code"]
        return code


@asynccontextmanager
async def opened(
    cookie: str = "", since: int | None = None, authorization: str = ""
) -> AsyncIterator[Page]:
    page = Page(cookie, since, authorization)
    await page.wire.send_input({"type": "websocket.connect"})
    assert (await page.wire.receive_output(timeout=3))["type"] == "websocket.accept"
    yield page
    await page.wire.send_input({"type": "websocket.disconnect", "code": 1001})
    await page.wire.wait(timeout=3)


def change(client_id: UUID | None = None, **row: Any) -> dict[str, Any]:
    return {
        "kind": "incident", "id": row.pop("id", uuid7()), "client_id": client_id,
        "site_id": None, "row": row,
    }  # fmt: skip


def publish(tenant: Tenant, *changes: dict[str, Any]) -> int:
    frames.publish(tenant.id, changes, at=timezone.now())
    return frames.latest(tenant.id)


in_thread: Callable[..., Any] = database_sync_to_async


async def test_a_change_is_on_the_page_at_once_in_order() -> None:
    tenant = await in_thread(make_tenant)()
    _, cookie = await in_thread(operator_of)(tenant)
    async with opened(cookie) as page:
        assert await page.hear() == {"type": "hello", "seq": 0}
        first = await in_thread(publish)(tenant, change(title="smoke"))
        heard = await page.hear()
        second = await in_thread(publish)(tenant, change(title="fire"))
        after = await page.hear()

    assert (heard["type"], heard["seq"], heard["prev"]) == ("frame", first, 0)
    assert [c["row"]["title"] for c in heard["changes"]] == ["smoke"]
    assert (after["seq"], after["prev"]) == (second, first)


async def test_frames_that_wait_together_arrive_as_one_with_the_last_word_on_each_thing() -> None:
    tenant = await in_thread(make_tenant)()
    _, cookie = await in_thread(operator_of)(tenant)
    start = await in_thread(publish)(tenant, change())
    same = uuid7()
    await in_thread(publish)(tenant, change(id=same, n=1))
    last = await in_thread(publish)(tenant, change(id=same, n=2), change(n=3))

    async with opened(cookie, since=start) as page:
        assert (await page.hear()) == {"type": "hello", "seq": start}
        heard = await page.hear()

    assert (heard["seq"], heard["prev"]) == (last, start)
    assert [c["row"]["n"] for c in heard["changes"]] == [2, 3]


async def test_a_page_that_comes_back_within_a_quarter_hour_misses_nothing() -> None:
    tenant = await in_thread(make_tenant)()
    _, cookie = await in_thread(operator_of)(tenant)
    async with opened(cookie) as page:
        await page.hear()
        seen = await in_thread(publish)(tenant, change(n=1))
        await page.hear()
    for n in (2, 3):
        await in_thread(publish)(tenant, change(n=n))

    async with opened(cookie, since=seen) as page:
        await page.hear()
        heard = await page.hear()

    assert [c["row"]["n"] for c in heard["changes"]] == [2, 3]


async def test_a_page_that_was_away_too_long_is_told_to_load_its_list_again() -> None:
    tenant = await in_thread(make_tenant)()
    _, cookie = await in_thread(operator_of)(tenant)
    seen = await in_thread(publish)(tenant, change())
    newest = await in_thread(publish)(tenant, change())
    await in_thread(frames.prune)(timezone.now() + timedelta(minutes=16))

    async with opened(cookie, since=seen) as page:
        assert await page.hear() == {"type": "reset", "seq": newest}
    async with opened(cookie, since=newest) as page:
        assert await page.hear() == {"type": "hello", "seq": newest}
    async with opened(cookie, since=newest + 1000) as page:
        assert await page.hear() == {"type": "reset", "seq": newest}


async def test_nobody_is_asked_to_sign_in() -> None:
    async with opened("no-such-session") as page:
        assert await page.closed_with() == consumer.SIGN_IN


async def test_a_key_that_may_read_listens_until_it_is_revoked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumer, "LOOK_AGAIN_AT_KEY_SECONDS", 0.1)
    tenant = await in_thread(make_tenant)()
    key = await in_thread(make_key)(tenant, "read")
    async with opened(authorization=f"Bearer {key}") as program:
        assert (await program.hear())["type"] == "hello"
        seq = await in_thread(publish)(tenant, change(title="seen"))
        assert (await program.hear())["seq"] == seq
        await in_thread(revoke)(tenant, key)

        assert await program.closed_with() == consumer.SIGN_IN


@pytest.mark.parametrize(
    ("scope", "code"), [("ingest", consumer.NOT_YOURS), (None, consumer.SIGN_IN)]
)
async def test_a_key_that_may_not_read_hears_nothing(scope: str | None, code: int) -> None:
    tenant = await in_thread(make_tenant)()
    key = await in_thread(make_key)(tenant, scope) if scope else "a" * 32
    _, cookie = await in_thread(operator_of)(tenant)
    async with opened(cookie, authorization=f"Bearer {key}") as program:
        assert await program.closed_with() == code


def revoke(tenant: Tenant, key: str) -> None:
    with tenant_scope(tenant.id), transaction.atomic():
        row = ApiKey.objects.get(last_four=key[-4:])
        senders.revoke_key(row, by=SYSTEM, now=timezone.now())


async def test_another_tenants_changes_are_never_heard() -> None:
    mine, theirs = await in_thread(make_tenant)(), await in_thread(make_tenant)()
    _, cookie = await in_thread(operator_of)(mine)
    foreign = await in_thread(publish)(theirs, change(title="foreign"))
    async with opened(cookie, since=foreign - 1) as page:
        await page.hear()
        await in_thread(publish)(theirs, change(title="foreign"))
        await in_thread(publish)(mine, change(title="own"))
        heard = await page.hear()

    assert [c["row"]["title"] for c in heard["changes"]] == ["own"]


async def test_a_viewer_of_one_client_hears_of_that_client_only() -> None:
    tenant = await in_thread(make_tenant)()
    mine, other = uuid7(), uuid7()
    user, cookie = await in_thread(operator_of)(tenant)
    await in_thread(RoleGrant.everybody.using("system").filter(user=user).update)(client_id=mine)
    async with opened(cookie) as page:
        await page.hear()
        await in_thread(publish)(tenant, change(other, n=1))
        await in_thread(publish)(tenant, change(None, n=2))
        await in_thread(publish)(tenant, change(mine, n=3), change(other, n=4))
        heard = await page.hear()

    assert [c["row"]["n"] for c in heard["changes"]] == [3]
    assert heard["prev"] == 0


async def test_who_may_not_see_persons_hears_of_none() -> None:
    tenant = await in_thread(make_tenant)()
    cookie = await in_thread(signed_in)(await in_thread(make_user)(tenant, "viewer"))
    async with opened(cookie) as page:
        assert (await page.hear())["type"] == "hello"
        await in_thread(name_somebody)(tenant, "Grace Hill")  # nor of who was unknown just now
        await in_thread(publish)(tenant, change(title="Grace Hill is late", by={"Grace Hill": 1}))
        heard = await page.hear()

    rows = [c["row"] for c in heard["changes"]]
    assert rows == [{"title": "G••• H••• is late", "by": {"G••• H•••": 1}}]


def name_somebody(tenant: Tenant, name: str) -> None:
    with tenant_scope(tenant.id):
        Person.objects.create(code="P1", name=name, created_at=timezone.now())


async def test_an_open_page_follows_a_site_that_moves_in_the_tree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumer, "LOOK_AGAIN_SECONDS", 0.1)
    tenant = await in_thread(make_tenant)()
    top, low = await in_thread(make_tree)(tenant, [None, None])
    user, cookie = await in_thread(operator_of)(tenant)
    await in_thread(RoleGrant.everybody.using("system").filter(user=user).update)(site_id=top.pk)
    async with opened(cookie) as page:
        await page.hear()
        await in_thread(publish)(tenant, change(n=1) | {"site_id": low.pk})
        await in_thread(put_below)(tenant, low, top)
        hearing = asyncio.create_task(page.hear())
        while not hearing.done():
            await in_thread(publish)(tenant, change(n=2) | {"site_id": low.pk})
            await asyncio.wait([hearing], timeout=0.2)

    assert {c["row"]["n"] for c in hearing.result()["changes"]} == {2}


def put_below(tenant: Tenant, site: Site, parent: Site) -> None:
    with tenant_scope(tenant.id):
        Site.objects.filter(pk=site.pk).update(parent=parent)


async def test_a_quiet_socket_is_told_up_to_where_it_missed_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumer, "BEAT_SECONDS", 0.3)
    tenant = await in_thread(make_tenant)()
    user, cookie = await in_thread(operator_of)(tenant)
    await in_thread(RoleGrant.everybody.using("system").filter(user=user).update)(client_id=uuid7())
    async with opened(cookie) as page:
        await page.hear()
        hidden = await in_thread(publish)(tenant, change())
        while (beat := await page.hear())["seq"] != hidden:
            assert beat == {"type": "beat", "seq": 0, "prev": 0}
        assert (await page.hear()) == {"type": "beat", "seq": hidden, "prev": hidden}


@pytest.mark.parametrize("end", ["session", "user", "tenant", "role"])
async def test_a_socket_ends_with_its_session(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "LOOK_AGAIN_SECONDS", 0.1)
    tenant = await in_thread(make_tenant)()
    user, cookie = await in_thread(operator_of)(tenant)
    ends = {
        "session": lambda: end_sessions(user.pk),
        "user": lambda: User.objects.using("system").filter(pk=user.pk).update(is_active=False),
        "tenant": lambda: (
            Tenant.objects.using("system").filter(pk=tenant.pk).update(is_active=False)
        ),
        "role": lambda: RoleGrant.everybody.using("system").filter(user=user).delete(),
    }
    async with opened(cookie) as page:
        await page.hear()
        await in_thread(ends[end])()

        assert await page.closed_with() == consumer.SIGN_IN


async def test_an_idle_session_ends_unless_somebody_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumer, "LOOK_AGAIN_SECONDS", 0.2)
    tenant = await in_thread(make_tenant)()
    user, cookie = await in_thread(operator_of)(tenant)
    sessions = Session.objects.filter(user_id=user.pk)
    almost = timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS - 1)
    await in_thread(sessions.update)(last_seen_at=almost)
    async with opened(cookie) as page:
        await page.hear()
        await page.say('{"type": "here"}')
        await page.say('{"type": "ping"}')
        assert (await page.hear())["type"] == "pong"
        assert await in_thread(sessions.filter(last_seen_at__gt=almost).exists)()
        await in_thread(sessions.update)(last_seen_at=almost - timedelta(seconds=2))

        assert await page.closed_with() == consumer.SIGN_IN


async def test_the_eleventh_socket_of_a_user_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "SOCKETS_OF_A_USER", 2)
    tenant = await in_thread(make_tenant)()
    _, cookie = await in_thread(operator_of)(tenant)
    async with opened(cookie) as first, opened(cookie) as second:
        await first.hear()
        await second.hear()
        async with opened(cookie) as third:
            assert await third.closed_with() == consumer.TOO_MUCH
    async with opened(cookie) as again:
        assert (await again.hear())["type"] == "hello"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (["x" * 70_000], consumer.TOO_BIG),
        (["{"], consumer.NOT_TEXT),
        (["[" * 10_000], consumer.NOT_TEXT),
        (['{"type": "ping"}'] * 40, consumer.TOO_MUCH),
    ],
)
async def test_a_page_that_misbehaves_is_closed(sent: list[str], code: int) -> None:
    tenant = await in_thread(make_tenant)()
    _, cookie = await in_thread(operator_of)(tenant)
    async with opened(cookie) as page:
        await page.hear()
        for text in sent:
            await page.say(text)

        assert await page.closed_with() == code


async def test_a_page_that_reads_too_slowly_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchfloor.platform.live.hub.LONGEST_QUEUE", 3)
    tenant = await in_thread(make_tenant)()
    _, cookie = await in_thread(operator_of)(tenant)
    async with opened(cookie) as page:
        await page.hear()

        def storm() -> None:
            for n in range(8):
                frames.publish(tenant.id, [change(n=n)], at=timezone.now())

        await in_thread(storm)()
        assert await page.closed_with() == consumer.TOO_SLOW


async def test_a_long_list_of_changes_is_cut_into_frames() -> None:
    tenant = await in_thread(make_tenant)()
    await in_thread(publish)(tenant, *(change(text="x" * 1000) for _ in range(200)))

    with tenant_scope(tenant.id):
        kept = await in_thread(lambda: list(LiveFrame.objects.order_by("number")))()
    assert sum(len(frame.changes) for frame in kept) == 200
    assert max(len(json.dumps(frame.changes)) for frame in kept) < 64_000


async def test_pages_hear_again_after_the_database_ended_all_connections() -> None:
    tenant = await in_thread(make_tenant)()
    _, cookie = await in_thread(operator_of)(tenant)
    async with opened(cookie) as page:
        await page.hear()
        await in_thread(publish)(tenant, change(n=1))
        await page.hear()
        await in_thread(cut_listeners)()
        await in_thread(publish)(tenant, change(n=2))
        heard = await page.hear()

    assert [c["row"]["n"] for c in heard["changes"]] == [2]
    await asyncio.sleep(0)


def cut_listeners() -> None:
    """End every connection of the hub, as a restart of the database does."""
    from django.db import connections  # noqa: PLC0415

    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user "
            "AND pid <> pg_backend_pid() "
            "AND query LIKE ANY(ARRAY['%%live_liveframe%%', 'LISTEN%%'])"
        )
        assert cursor.rowcount
