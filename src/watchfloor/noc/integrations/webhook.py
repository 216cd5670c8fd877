"""Signed webhooks, as https://www.standardwebhooks.com describes them."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from standardwebhooks.webhooks import Webhook

from watchfloor.noc.integrations.errors import Gone
from watchfloor.platform import egress
from watchfloor.platform.errors import PermanentFailure, TransientFailure


def send(*, url: str, secret: str, message_id: str, body: dict[str, Any], now: datetime) -> None:
    """Post `body`; every try of a message carries the same id, by which the receiver knows it.

    Raises `PermanentFailure` when the receiver is gone or sends us elsewhere, else
    `TransientFailure`: of a 4xx a misconfigured receiver may recover.
    """
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = egress.request(
        "POST",
        url,
        headers={
            "content-type": "application/json",
            "user-agent": "Watchfloor",
            "webhook-id": message_id,
            "idempotency-key": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, now, text),
        },
        body=text.encode(),
    )
    if 200 <= answer.status < 300:
        return
    said = answer.body[:200].decode(errors="replace")
    reason = f"answered {answer.status} {said}".strip()
    if answer.status == HTTPStatus.GONE:
        raise Gone(reason)
    if 300 <= answer.status < 400:
        raise PermanentFailure(reason)
    raise TransientFailure(reason, retry_after=_seconds(answer.headers.get("retry-after", "")))


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() else None
