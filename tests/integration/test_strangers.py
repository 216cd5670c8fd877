"""Another tenant's admin, or nobody, at every address of a running floor: they see nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import product

import httpx
import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.integration.belongings import SECRET, Belongings, contents, furnish, names_of_rows
from tests.integration.floor import PATIENCE, Floor
from tests.integration.openapi import Operation, operations, sample
from tests.integration.people import cookie_of, signed_in
from tests.make import bearer, make_key, make_tenant, make_user, unique
from watchfloor.cli.exporting import KINDS, write_lines
from watchfloor.platform.tenancy.context import tenant_scope

SESSIONS = "/api/v1/sessions"  # a key has none, and is told so
OWN_NAME = "PUT /api/v1/mappings/{name}"  # makes one's own: names are of their tenant
ROLE = "GET /api/v1/roles/{role}"  # roles are the floor's, the same for all tenants
RUNBOOK = "GET /api/v1/runbooks/{finding_type}"  # as are runbooks
# They act on who calls, and show or change nothing of anybody else.
OF_ONESELF = {"sign-out", "account", "account-password", "account-end-session", "sign-in-link"}
OF_ONESELF |= {"sign-in-code", "account-codes", "switch", "account-pin", "account-pin-drop"}
OF_ONESELF |= {"account-times"}
OF_ONESELF |= {f"account-codes-{act}" for act in ("begin", "recovery", "end")}
# Shown to whoever holds the token, whoever they are: tests/noc/walls says to whom not.
BY_TOKEN = {"wall", "wall-json"}

# Asked for by its page where a watch has ended: tests/console/test_watching_pages says to whom.
WHERE_THERE_IS_ONE = {"watching-compared"}
# Leads its owner away from the floor, and only from a camera: tests/console/test_video says where.
LEAD_ON = {"device-video"}


@pytest.fixture(scope="module")
def theirs(served: Floor, django_db_blocker: DjangoDbBlocker) -> Iterator[Belongings]:
    with django_db_blocker.unblock():
        tenant = make_tenant(f"{unique('tenant')}-owned")  # no part of another's name
        key = make_key(tenant, "ingest", "read", "operate", "admin")
        with signed_in(served.url, make_user(tenant, "admin")) as owner:
            furnish(served, tenant, owner, key)
            yield Belongings(tenant, key, owner, names_of_rows(owner), operations(owner))


@pytest.fixture
def strangers(floor: Floor) -> Iterator[list[httpx.Client]]:
    """The admin of another tenant, by key and by session."""
    tenant = make_tenant()
    key = make_key(tenant, "ingest", "read", "operate", "admin")
    by_key = httpx.Client(base_url=floor.url, headers=bearer(key), timeout=30)
    with by_key, signed_in(floor.url, make_user(tenant, "admin")) as in_session:
        yield [by_key, in_session]


def ask(theirs: Belongings, client: httpx.Client, operation: Operation) -> httpx.Response:
    path = theirs.path(operation.path)
    body = None if operation.body is None else sample(operation.body, operation.document)
    return client.request(operation.method, path, json=body)


def test_a_tenants_rows_are_there_for_its_owner(theirs: Belongings, floor: Floor) -> None:
    shown = [one for one in theirs.operations if one.method == "GET" and one.has_ids]
    shown.remove(next(one for one in shown if one.named == ROLE))

    answers = [ask(theirs, theirs.owner, operation) for operation in shown]

    assert {"alerts", "incidents", "clusters", "users", "keys", "quarantine"} <= theirs.ids.keys()
    assert len(answers) >= 8
    assert {answer.status_code for answer in answers} == {200}
    assert theirs.leaks_in(theirs.owner.get("/api/v1/alerts"))


def test_a_tenants_rows_are_not_there_for_a_stranger(
    theirs: Belongings, strangers: list[httpx.Client], floor: Floor
) -> None:
    before = contents(floor, theirs.tenant)
    with_ids = [one for one in theirs.operations if one.has_ids]
    with_ids = [one for one in with_ids if one.named not in {OWN_NAME, ROLE, RUNBOOK}]

    for stranger, operation in product(strangers, with_ids):
        answer = ask(theirs, stranger, operation)
        if operation.path.startswith(SESSIONS) and "Authorization" in stranger.headers:
            continue
        if operation.path.startswith("/ingest/") and "Authorization" not in stranger.headers:
            assert answer.status_code == 401, "alerts are sent by key, not by session"
            continue
        assert answer.status_code == 404, f"{operation} answered {answer.status_code} {answer.text}"
        assert not theirs.leaks_in(answer), operation

    assert contents(floor, theirs.tenant) == before


def test_lists_and_their_filters_show_a_stranger_nothing(
    theirs: Belongings, strangers: list[httpx.Client]
) -> None:
    lists = [operation for operation in theirs.operations if operation.is_list]

    for stranger, operation in product(strangers, lists):
        if operation.path == SESSIONS and "Authorization" in stranger.headers:
            continue
        for query in ({}, *({name: word_for(theirs, name)} for name in operation.filters)):
            answer = stranger.get(operation.path, params=query)
            assert answer.status_code in {200, 422}, f"{operation} {query}: {answer.text}"
            assert not theirs.leaks_in(answer), f"{operation} {query}"


def word_for(theirs: Belongings, filter_name: str) -> str:
    """Return a row of theirs where the filter asks for one, else the word in all their texts."""
    return theirs.ids.get(f"{filter_name.removesuffix('_id')}s", SECRET)


def test_nobody_gets_nothing_anywhere(theirs: Belongings, floor: Floor) -> None:
    with httpx.Client(base_url=floor.url, timeout=30) as nobody:
        for operation in theirs.operations:
            answer = ask(theirs, nobody, operation)
            assert answer.status_code == 401, f"{operation} answered {answer.status_code}"
            assert not theirs.leaks_in(answer)
        for name, path in pages(theirs):
            answer = nobody.get(path)
            assert not theirs.leaks_in(answer), name


def test_pages_show_a_stranger_nothing(theirs: Belongings, strangers: list[httpx.Client]) -> None:
    _, in_session = strangers
    for name, path in pages(theirs):
        answer = in_session.get(path)
        is_theirs = any(word in path for word in theirs.ids.values())
        wanted = 404 if is_theirs or name in WHERE_THERE_IS_ONE else 200
        assert answer.status_code == wanted, f"{name} answered {answer.status_code}"
        assert not theirs.leaks_in(answer), name
        assert name in LEAD_ON | WHERE_THERE_IS_ONE or theirs.owner.get(path).status_code == 200


def pages(theirs: Belongings) -> Iterator[tuple[str, str]]:
    """Yield name and address of each page, with rows of the theirs in it."""
    for pattern in _patterns(get_resolver().url_patterns):
        route = str(pattern.pattern)
        if pattern.name and pattern.name not in OF_ONESELF | BY_TOKEN:
            route = route.replace("<slug:noun>", "posts")
            nouns = {
                "<uuid:row_id>": "posts",
                "<uuid:incident_id>": "incidents",
                "<uuid:alert_id>": "alerts",
                "<uuid:site_id>": "sites",
                "<uuid:device_id>": "devices",
                "<uuid:person_id>": "people",
                "<uuid:user_id>": "users",
                "<uuid:order_id>": "orders",
                "<uuid:work_order_id>": "work-orders",
                "<uuid:handover_id>": "handovers",
                "<uuid:finding_id>": "findings",
                "<uuid:case_id>": "cases",
                "<uuid:plan_id>": "plans",
                "<uuid:profile_id>": "baselines",
                "<uuid:card_id>": "scorecards",
                "<uuid:shift_id>": "presence",
                "<uuid:ticket_id>": "tickets",
                "<uuid:rehearsal_id>": "rehearsals",
                "<uuid:watch_id>": "watching",
                "<slug:day>": "days",
                "<slug:name>": "mappings",
            }
            for argument, noun in nouns.items():
                route = route.replace(argument, theirs.ids[noun])
            assert "<" not in route, f"say which row belongs into {route}"
            yield pattern.name, f"/{route}"


def _patterns(entries: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for entry in entries:
        if isinstance(entry, URLPattern):
            yield entry
        elif not str(entry.pattern).startswith("api/"):
            yield from _patterns(entry.url_patterns)


def test_exports_of_a_stranger_hold_nothing_of_others(theirs: Belongings, floor: Floor) -> None:
    stranger = make_tenant()
    for what, kind in KINDS.items():
        written = {}
        for tenant in (stranger, theirs.tenant):
            with tenant_scope(tenant.id):
                file = io.StringIO()
                write_lines(file, kind.columns, kind.rows(timezone.now()))
                written[tenant.id] = file.getvalue()
        assert not [word for word in theirs.secrets if word in written[stranger.id]], what
        assert written[theirs.tenant.id], f"nothing to leak in {what}"


def test_a_socket_hears_of_its_own_tenant_alone(
    theirs: Belongings, strangers: list[httpx.Client], floor: Floor
) -> None:
    by_key, in_session = strangers
    own = make_key(make_tenant())
    with (
        socket(floor, by_key, since=0) as program,
        socket(floor, in_session, since=0) as page,
        socket(floor, theirs.owner) as owner,
    ):
        floor.post(own, {"alert_type": "PANIC", "message": "somebody else's"})
        floor.post(theirs.key, {"alert_type": "PANIC", "message": SECRET, "person": "P2"})
        while "PANIC" not in (heard := str(owner.recv(timeout=PATIENCE))):
            continue
        told = [message for other in (program, page) for message in everything_until_pong(other)]

    assert "somebody else's" not in heard
    assert not [message for message in told if message["type"] == "frame"]
    assert SECRET not in json.dumps(told)


def everything_until_pong(socket: ClientConnection) -> list[dict[str, object]]:
    """Return all that was sent to the socket up to now."""
    socket.send(json.dumps({"type": "ping"}))
    told: list[dict[str, object]] = []
    while not told or told[-1]["type"] != "pong":
        told.append(json.loads(socket.recv(timeout=PATIENCE)))
    return told


NOBODIES = [
    {"Cookie": ""},
    {"Cookie": "wf_session=" + "a" * 32},
    {"Authorization": "Bearer " + "a" * 32},
    {"Authorization": "Basic nonsense"},
]


@pytest.mark.parametrize("headers", NOBODIES, ids=str)
def test_nobody_hears_anything(theirs: Belongings, floor: Floor, headers: dict[str, str]) -> None:
    origin = Origin(floor.url) if "Cookie" in headers else None
    live = floor.url.replace("http", "ws") + "/ws/live?since=0"

    with (
        connect(live, origin=origin, additional_headers=headers) as nobody,
        pytest.raises(ConnectionClosed) as closed,
    ):
        nobody.recv(timeout=PATIENCE)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_key_that_only_sends_hears_nothing(theirs: Belongings, floor: Floor) -> None:
    headers = bearer(make_key(theirs.tenant, "ingest"))
    live = floor.url.replace("http", "ws") + "/ws/live?since=0"

    with connect(live, additional_headers=headers) as sender, pytest.raises(ConnectionClosed) as no:
        sender.recv(timeout=PATIENCE)

    assert no.value.rcvd is not None
    assert no.value.rcvd.code == 4403


def test_a_foreign_page_cannot_ride_on_a_session(theirs: Belongings, floor: Floor) -> None:
    live = floor.url.replace("http", "ws") + "/ws/live"
    for origin in ("https://elsewhere.example", "null", "http://127.0.0.1:1"):
        with pytest.raises(InvalidStatus) as refused:
            connect(live, origin=Origin(origin), additional_headers=cookie_of(theirs.owner))
        assert refused.value.response.status_code == 403


def socket(floor: Floor, client: httpx.Client, *, since: int | None = None) -> ClientConnection:
    """Open the socket of a page or, by key, of a program."""
    query = "" if since is None else f"?since={since}"
    live = floor.url.replace("http", "ws") + f"/ws/live{query}"
    if key := client.headers.get("Authorization"):
        return connect(live, additional_headers={"Authorization": key})
    return connect(live, origin=Origin(floor.url), additional_headers=cookie_of(client))
