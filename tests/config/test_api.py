"""Every operation of the API, by enumeration: none is open, none is forgotten."""

from uuid import uuid4

import pytest
from django.test import Client
from ninja.operation import Operation

from tests.make import bearer, make_key, make_tenant
from watchfloor.config.api import api
from watchfloor.platform.accounts.permissions import Needs


def operations() -> list[tuple[str, str, Operation]]:
    return [
        (f"/api/v1{path}", method, operation)
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]


OF_ONESELF = {
    "/api/v1/me",
    "/api/v1/tenants",
    "/api/v1/sessions",
    "/api/v1/sessions/{session_id}/end",
}
ALL = operations()
NAMES = [f"{method} {path}" for path, method, _ in ALL]


def concrete(path: str) -> str:
    """Return the path with ids that belong to nobody."""
    parts = path.split("/")
    filled = [_value(part) if part.startswith("{") else part for part in parts]
    return "/".join(filled)


def _value(part: str) -> str:
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


@pytest.mark.parametrize(("path", "method", "operation"), ALL, ids=NAMES)
def test_every_operation_with_a_capability_refuses_who_has_none(path, method, operation):
    if operation.auth_callbacks[0].capability is None:
        assert path in OF_ONESELF
        return
    key = make_key(make_tenant(), "ingest")
    client = Client(raise_request_exception=False)

    answer = client.generic(
        method, concrete(path), b"{}", content_type="application/json", headers=bearer(key)
    )

    assert answer.status_code == 403
