"""The floor's own API, asked in this process by whoever operates this machine.

Who can read the home holds its database; no key is made that could be stolen or left behind. The
operations, their checks and their audit rows are those of HTTP; rows name the account that asked.
"""

from __future__ import annotations

import io
import json
import os
import pwd
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.platform.accounts.capabilities import ALL
from watchfloor.platform.accounts.scope import EVERYTHING, Viewer
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tracing import Trace, trace_scope

ROOT = "/api/v1/"
LONGEST_NAME = 64


def operator() -> Actor:
    """Return the account of this process, and who became root by sudo."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:  # a container's account may have no name
        name = f"uid {uid}"
    behind = os.environ.get("SUDO_USER", "") if uid == 0 else ""
    return Actor("operator", (f"{behind} as {name}" if behind else name)[:LONGEST_NAME])


def ask(tenant_id: int, method: str, path: str, body: object = None) -> Any:
    """Return what the API answers, decoded; None where it answers nothing.

    Raises: Misuse that says what the API refused, FloorError where it failed.
    """
    answer = _answer(tenant_id, method.upper(), path, body)
    said = json.loads(answer.content) if answer.content else None
    if answer.status_code < 400:
        return said
    told = _told(said) if isinstance(said, dict) else f"the API answered {answer.status_code}"
    raise Misuse(told) if answer.status_code < 500 else FloorError(told)


def _answer(tenant_id: int, method: str, path: str, body: object) -> HttpResponse:
    parts = urlsplit(path if path.startswith("/") else ROOT + path)
    if not parts.path.startswith(ROOT):
        raise Misuse(f"give a path below {ROOT}, such as incidents?state=open")
    try:
        found = resolve(parts.path)
    except Resolver404:
        raise Misuse(f"the API has nothing at {parts.path}: see {ROOT}openapi.json") from None
    request = _request(method, parts.path, parts.query, body)
    request.user = AnonymousUser()
    request.viewer = Viewer(operator(), tenant_id, ALL, EVERYTHING)  # type: ignore[attr-defined]
    with tenant_scope(tenant_id), trace_scope(Trace(uuid4().hex)):
        answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return answer


def _request(method: str, path: str, query: str, body: object) -> WSGIRequest:
    content = b"" if body is None else json.dumps(body).encode()
    return WSGIRequest(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "0",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": io.BytesIO(content),
        }
    )


def _told(problem: dict[str, Any]) -> str:
    fields = "; ".join(f"{name}: {cure}" for name, cure in problem.get("fields", {}).items())
    message = str(problem.get("message", "the API refused"))
    return f"{message} ({fields})" if fields else message
