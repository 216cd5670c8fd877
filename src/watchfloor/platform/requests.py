"""What happens around every request: its id, its headers, and errors as problems."""

from __future__ import annotations

import ipaddress
import re
import sys
import time
from collections.abc import Callable, Mapping
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from watchfloor.platform.errors import NocError
from watchfloor.platform.tracing import Trace, current_trace, trace_scope

GetResponse = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger(__name__)
SLOW_SECONDS = 1.0
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
FOR_PROGRAMS = ("/api/", "/metrics", "/healthz", "/readyz", "/ingest/", "/v2/", "/k/", "/ws/")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class RequestIdMiddleware:
    """Takes the id that a trusted proxy gave, or makes one; logs and audit rows carry it."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        heard_from = str(request.META.get("REMOTE_ADDR") or "")
        trace = Trace(request_id(given, heard_from), client_ip(request))
        request.trace = trace  # type: ignore[attr-defined]
        began = time.monotonic()
        with trace_scope(trace):
            response = self._get_response(request)
            _log(request, response.status_code, time.monotonic() - began)
        response["X-Request-ID"] = trace.request_id
        return response


def _log(request: HttpRequest, status: int, seconds: float) -> None:
    """Write down what changed something, failed or was slow; reading that went well is quiet."""
    if status < 400 and seconds < SLOW_SECONDS and request.method in {"GET", "HEAD"}:
        return
    viewer = getattr(request, "viewer", None)
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=status,
        milliseconds=round(seconds * 1000),
        ip=current_trace().ip,
        actor=str(viewer.actor) if viewer else "nobody",
        tenant=viewer.tenant_id if viewer else None,
    )


def request_id(given: str, heard_from: str) -> str:
    """Return the id that a trusted proxy gave, else a new one."""
    if given and _ACCEPTABLE_ID.fullmatch(given) and _is_trusted(heard_from):
        return given
    return uuid4().hex


def client_ip(request: HttpRequest) -> str:
    """Return the address of the browser. X-Forwarded-For counts only as far as we trust its hops.

    Each proxy appends whom it heard; read from the right, the first that is none of ours is it.
    """
    heard = str(request.META.get("REMOTE_ADDR") or "")
    return believed_ip(heard, request.headers.get("X-Forwarded-For", ""))


def believed_ip(heard: str, forwarded_for: str) -> str:
    """Return the address behind `heard`, as far as our own proxies vouch for it."""
    for hop in reversed(forwarded_for.split(",")):
        if not _is_trusted(heard) or not _as_address(hop.strip()):
            break
        heard = hop.strip()
    return heard


def _is_trusted(address: str) -> bool:
    parsed = _as_address(address)
    return parsed is not None and any(
        parsed in ipaddress.ip_network(network, strict=False)
        for network in settings.TRUSTED_PROXIES
    )


def _as_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


class SecurityHeadersMiddleware:
    """No inline script or style, no framing, no guessing of types: on every answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        if request.path.startswith("/api/"):
            response.setdefault("Cache-Control", "no-store")
        return response


class ProblemMiddleware:
    """Shows what a view raises: as a problem document to programs, as a page to people."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code == 405 and request.path.startswith(FOR_PROGRAMS):
            allowed = response.headers.get("Allow", "")
            message = f"{request.method} is not for this address: send {allowed or 'GET'}."
            response = problem_response(request, 405, {"code": "method", "message": message})
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NocError):
            return problem_response(request, error.status, error.problem())
        return None


def problem_response(
    request: HttpRequest, status: int, problem: Mapping[str, object]
) -> HttpResponse:
    """Answer with {"code", "message", "status", ...}, or the page that says the same."""
    problem = {**problem, "status": status, "request_id": current_trace().request_id}
    if request.path.startswith(FOR_PROGRAMS):
        response: HttpResponse = JsonResponse(
            problem, status=status, content_type="application/problem+json"
        )
    else:
        # Without the request: its page must come up when the database does not.
        page = render_to_string("accounts/problem.html", {"problem": problem})
        response = HttpResponse(page, status=status)
    if retry_after := problem.get("retry_after"):
        response["Retry-After"] = str(retry_after)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(request, 400, "bad_request", "The request cannot be understood.")


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(request, 403, "denied", "This is not allowed.")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _plain(request, 403, "denied", "The page was too old to be sent: reload and try again.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(request, 404, "not_found", "There is nothing here.")


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for an error nobody foresaw; details are in the log under the request's id."""
    error = sys.exc_info()[1]
    if isinstance(error, NocError):  # raised by a middleware, before there was a view
        return problem_response(request, error.status, error.problem())
    if isinstance(error, OperationalError | InterfaceError):
        problem: dict[str, object] = {"code": "unavailable", "message": "The database is away."}
        return problem_response(request, 503, {**problem, "retry_after": 2})
    return _plain(request, 500, "broken", "Something went wrong on our side.")


def _plain(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    return problem_response(request, status, {"code": code, "message": message})
