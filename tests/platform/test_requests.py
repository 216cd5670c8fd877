"""Around every request: headers, ids, addresses, and errors that say no more than they should."""

import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.test import Client, RequestFactory

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.config import health
from watchfloor.noc.intake.dialects import DOORS
from watchfloor.platform.accounts import middleware
from watchfloor.platform.accounts.api import me
from watchfloor.platform.errors import Unavailable
from watchfloor.platform.requests import HEADERS, client_ip

PAGES = ["/sign-in", "/account", "/healthz", "/readyz", "/api/v1/me", "/nothing", "/metrics"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers_of_safety(path):
    answer = Client(raise_request_exception=False).get(path)

    for name in HEADERS:
        assert answer[name]
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "Server" not in answer
    assert answer["X-Request-ID"]


def test_pages_hold_no_inline_script_or_style():
    client = signed_in(make_user(make_tenant()))
    for path in ("/sign-in", "/account", "/sign-in/link/x", "/nothing"):
        page = client.get(path).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert "<script" not in page or 'src="/static/' in page
        assert " onclick" not in page


def test_how_many_queries_an_answer_took_is_told_only_where_that_is_asked_for(settings):
    user = make_user(make_tenant())
    assert "Server-Timing" not in signed_in(user).get("/account")

    settings.SERVER_TIMING = True
    told = signed_in(user).get("/account")["Server-Timing"]

    assert re.fullmatch(r'db;desc="[1-9]\d* queries";dur=[\d.]+', told)


def test_what_the_api_answers_is_not_stored_by_browsers():
    key = make_key(make_tenant(), "read")

    assert Client().get("/api/v1/me", headers=bearer(key))["Cache-Control"] == "no-store"


def test_programs_get_a_problem_and_people_a_page():
    program = Client().get("/api/v1/nothing")
    person = Client().get("/nothing")

    assert (program.status_code, program.json()["code"]) == (404, "not_found")
    assert program.json()["request_id"] == program["X-Request-ID"]
    assert person.status_code == 404
    assert "There is nothing here." in person.content.decode()


def test_an_error_nobody_foresaw_tells_its_id_and_nothing_else(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("canary of the inside")

    monkeypatch.setattr(me, "viewer_of", fail)
    client = Client(raise_request_exception=False)

    answer = client.get("/api/v1/me", headers=bearer(make_key(make_tenant(), "read")))

    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer["X-Request-ID"]
    assert "canary" not in answer.content.decode()


def test_a_database_that_is_away_is_a_503_with_a_time_to_come_back(monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(me, "viewer_of", away)
    client = Client(raise_request_exception=False)

    answer = client.get("/api/v1/me", headers=bearer(make_key(make_tenant(), "read")))

    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"


def test_a_key_that_cannot_be_looked_up_is_a_503_and_not_a_401(monkeypatch):
    def away(plain: str) -> None:
        raise Unavailable("The database is away.", retry_after=2)

    monkeypatch.setattr(middleware.ring, "find", away)
    client = Client(raise_request_exception=False)

    answer = client.get("/api/v1/me", headers=bearer("a" * 32))

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")


def test_values_that_make_no_sense_are_named():
    admin = bearer(make_key(make_tenant(), "admin"))
    client = Client()

    unfit = client.get("/api/v1/keys?limit=201", headers=admin)
    broken = client.post("/api/v1/keys", "{", content_type="application/json", headers=admin)

    assert unfit.status_code == 422
    assert "limit" in unfit.json()["fields"]
    assert broken.status_code == 400


def test_problems_are_documents_also_for_a_wrong_method_and_a_nonsense_id():
    admin = bearer(make_key(make_tenant(), "admin"))
    client = Client()

    answers = [
        client.get("/api/v1/keys?limit=201", headers=admin),
        client.get("/api/v1/incidents/not-an-id", headers=admin),
        client.delete("/api/v1/alerts", headers=admin),
    ]

    assert [answer.status_code for answer in answers] == [422, 404, 405]
    for answer in answers:
        problem = answer.json()
        assert answer["Content-Type"] == "application/problem+json"
        assert problem["status"] == answer.status_code
        assert {"code", "message", "request_id"} <= problem.keys()
    assert answers[2]["Allow"] == "GET"


def test_the_description_of_the_api_is_whole():
    described = Client().get("/api/v1/openapi.json").json()

    paths = described["paths"]
    assert "/api/v1/keys/{key_id}/revoke" in paths
    assert paths["/api/v1/alerts"].keys() == {"get", "post"}
    assert DOORS.keys() <= paths.keys()
    [mapping, _] = paths["/ingest/json/{mapping}"]["post"]["parameters"]
    assert (mapping["name"], mapping["in"]) == ("mapping", "path")
    named = set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(described)))
    assert named <= described["components"]["schemas"].keys()
    ids = [one["operationId"] for methods in paths.values() for one in methods.values()]
    assert len(ids) == len(set(ids))


def request(ip: str, forwarded: str = "", request_id: str = ""):  # type: ignore[no-untyped-def]
    headers = {"X-Forwarded-For": forwarded, "X-Request-ID": request_id}
    made = RequestFactory(REMOTE_ADDR=ip).get("/", headers=headers)
    made.user = AnonymousUser()
    return made


@pytest.mark.parametrize(
    ("ip", "forwarded", "seen"),
    [
        ("198.51.100.1", "", "198.51.100.1"),
        ("198.51.100.1", "10.9.9.9", "198.51.100.1"),
        ("10.0.0.2", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.2", "1.1.1.1, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.2", "203.0.113.5, 10.0.0.3", "203.0.113.5"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("", "", ""),
    ],
)
def test_a_forwarded_address_counts_only_from_our_proxies(settings, ip, forwarded, seen):
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]

    assert client_ip(request(ip, forwarded)) == seen


def test_a_request_id_is_taken_from_our_proxies_only(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]
    given = {"X-Request-ID": "given-by-proxy"}

    ours = Client(REMOTE_ADDR="10.0.0.2").get("/healthz", headers=given)
    foreign = Client(REMOTE_ADDR="198.51.100.1").get("/healthz", headers=given)
    forged = Client(REMOTE_ADDR="10.0.0.2").get("/healthz", headers={"X-Request-ID": 'a"b\tcdefgh'})

    assert ours["X-Request-ID"] == "given-by-proxy"
    assert foreign["X-Request-ID"] != "given-by-proxy"
    assert '"' not in forged["X-Request-ID"]


def test_ready_means_that_the_database_guards_the_tenants(monkeypatch):
    assert Client().get("/readyz").json() == {"status": "ready", "problems": []}

    monkeypatch.setattr(health.selfcheck, "problems", lambda: ["table x is not guarded"])
    unready = Client().get("/readyz")
    assert (unready.status_code, unready.json()["problems"]) == (503, ["table x is not guarded"])


def test_alive_does_not_depend_on_the_database(monkeypatch):
    monkeypatch.setattr(health.selfcheck, "problems", lambda: pytest.fail("asked the database"))

    assert Client().get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("ip", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("198.51.100.1", {}, 401),
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.1"}, 401),
    ],
)
def test_metrics_are_open_to_this_machine_only(ip, headers, status):
    assert Client(REMOTE_ADDR=ip).get("/metrics", headers=headers).status_code == status


def test_elsewhere_metrics_need_a_key_that_reads():
    tenant = make_tenant()
    client = Client(REMOTE_ADDR="198.51.100.1")

    assert client.get("/metrics", headers=bearer(make_key(tenant))).status_code == 403
    answer = client.get("/metrics", headers=bearer(make_key(tenant, "read")))
    assert answer.status_code == 200
    for name in ("intake_pending", "intake_oldest_pending_seconds", "outbox_age_seconds"):
        assert f"\nwatchfloor_{name} " in answer.content.decode()
    for name in ("quarantined", "audit_unsealed_age_seconds", "live_sockets"):
        assert f"\nwatchfloor_{name} " in answer.content.decode()
    assert "process_resident_memory_bytes" in answer.content.decode()
