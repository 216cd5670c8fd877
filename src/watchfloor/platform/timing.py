"""How many questions to the database an answer took, told in its Server-Timing header."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase


@dataclass
class Asked:
    queries: int = 0
    seconds: float = 0.0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.queries += 1
            self.seconds += time.perf_counter() - began


class ServerTimingMiddleware:
    """Browsers show the header beside the request. Off by default: it tells what a page costs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.SERVER_TIMING:
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = Asked()
        with ExitStack() as heard:
            for name in connections:
                heard.enter_context(connections[name].execute_wrapper(asked))
            response = self._get_response(request)
        milliseconds = asked.seconds * 1000
        response["Server-Timing"] = f'db;desc="{asked.queries} queries";dur={milliseconds:.1f}'
        return response
