"""Every operation of the API, by enumeration: none is open, none is forgotten."""

from uuid import uuid4

import pytest
from django.test import Client
from ninja.operation import Operation

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.config.api import api
from watchfloor.platform.accounts.permissions import Needs
from watchfloor.platform.parameters import names_of


def operations() -> list[tuple[str, str, Operation]]:
    return [
        (f"/api/v1{path}", method, operation)
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]


OF_ONESELF = {
    "/api/v1/tenants/{slug}",
    "/api/v1/sessions/{session_id}",
    "/api/v1/me",
    "/api/v1/me/times",
    "/api/v1/tenants",
    "/api/v1/sessions",
    "/api/v1/sessions/{session_id}/end",
    "/api/v1/sessions/end-others",
}
ALL = operations()
NAMES = [f"{method} {path}" for path, method, _ in ALL]


def concrete(path: str) -> str:
    """Return the path with ids that belong to nobody."""
    parts = path.split("/")
    filled = [_value(part) if part.startswith("{") else part for part in parts]
    return "/".join(filled)


def _value(part: str) -> str:
    if part == "{day}":
        return "1999-12-31"
    return "999999" if "number" in part else str(uuid4())


def test_there_are_operations_to_look_at():
    assert "POST /api/v1/keys/{key_id}/revoke" in NAMES


@pytest.mark.parametrize(("path", "method", "operation"), ALL, ids=NAMES)
def test_every_operation_says_what_it_needs(path, method, operation):
    assert operation.auth_callbacks
    assert all(isinstance(guard, Needs) for guard in operation.auth_callbacks)


@pytest.mark.parametrize(("path", "method", "operation"), ALL, ids=NAMES)
def test_every_operation_refuses_nobody(path, method, operation):
    client = Client(raise_request_exception=False)

    answer = client.generic(method, concrete(path), b"{}", content_type="application/json")

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"


@pytest.fixture(scope="module")
def sender(database, django_db_blocker):
    """The header of a key that may only ingest: each new key costs a reload of the ring."""
    with django_db_blocker.unblock():
        yield bearer(make_key(make_tenant(), "ingest"))


@pytest.mark.parametrize(("path", "method", "operation"), ALL, ids=NAMES)
def test_every_operation_with_a_capability_refuses_who_has_none(sender, path, method, operation):
    if operation.auth_callbacks[0].capability is None:
        assert path in OF_ONESELF
        return
    client = Client(raise_request_exception=False)

    answer = client.generic(
        method, concrete(path), b"{}", content_type="application/json", headers=sender
    )

    assert answer.status_code == 403


READS = [(path, operation) for path, method, operation in ALL if method == "GET"]


@pytest.fixture(scope="module")
def admin(database, django_db_blocker):
    with django_db_blocker.unblock():
        yield signed_in(make_user(make_tenant(), "admin"))


@pytest.mark.parametrize(("path", "operation"), READS, ids=[path for path, _ in READS])
def test_a_parameter_that_is_not_known_is_refused_by_name_with_those_that_are(
    admin, path, operation
):
    answer = admin.get(concrete(path), {"no_such_filter": "1"})

    assert answer.status_code == 422
    told = answer.json()["fields"]["no_such_filter"]
    assert all(name in told for name in names_of(operation.view_func))


@pytest.fixture(scope="module")
def description():
    return api.get_openapi_schema()


@pytest.mark.parametrize(("path", "operation"), READS, ids=[path for path, _ in READS])
def test_the_parameters_that_are_known_are_those_of_the_description(description, path, operation):
    described = description["paths"][path]["get"].get("parameters", [])

    in_query = {parameter["name"] for parameter in described if parameter["in"] == "query"}
    assert names_of(operation.view_func) == in_query


LISTS = [
    (path, operation)
    for path, operation in READS
    if str(operation.response_models[200].model_fields["response"].annotation).count(".Page[")
]


@pytest.mark.parametrize(("path", "operation"), LISTS, ids=[path for path, _ in LISTS])
def test_each_noun_with_a_list_shows_one_of_it_to_whom_the_list_is_shown(path, operation):
    single = {
        other.auth_callbacks[0].capability
        for at, other in READS
        if at.startswith(f"{path}/") and at.endswith("}") and at.count("/") == path.count("/") + 1
    }

    assert single == {operation.auth_callbacks[0].capability}


def test_a_parameter_with_a_nul_is_refused(admin):
    answer = admin.get("/api/v1/alerts", {"source": "a\x00b"})

    assert answer.status_code == 422
    assert "source" in answer.json()["fields"]
