"""Logs as one JSON object a line on standard error, which the supervisor rotates.

Secrets are masked where lines are written, so that no caller can forget it: by the name of the
value, and by the shape of what is known to travel in text (keys in addresses, sign-in links).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from watchfloor.platform.masking import mask_text, without_secrets
from watchfloor.platform.tracing import current_trace

Event = MutableMapping[str, Any]
_as_json = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
# Their lines at INFO repeat what ours say.
_QUIET = ("axes", "httpx", "httpcore", "asyncio", "celery.app.trace", "psycopg.pool")


def configure(process: str, *, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logging of this process, ours and the libraries', to `stream` as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        Origin(process),
        mask_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _masked_json,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Its warnings repeat our line of the request; its errors carry the traceback.
    logging.getLogger("django.request").setLevel(logging.ERROR)


class Origin:
    """Adds which process wrote the line and which request it worked for."""

    def __init__(self, process: str) -> None:
        self._process = process

    def __call__(self, logger: object, method: str, event: Event) -> Event:
        event["process"] = self._process
        record = event.get("_record")
        # Django logs a failed request when its scope is closed again.
        trace = getattr(getattr(record, "request", None), "trace", current_trace())
        if trace.request_id:
            event.setdefault("request_id", trace.request_id)
        return event


def mask_values(logger: object, method: str, event: Event) -> Event:
    return without_secrets(event)


def _masked_json(logger: object, method: str, event: Event) -> str:
    return mask_text(str(_as_json(logger, method, event)))
