"""Codes of an app at sign-in, after RFC 6238: six digits, others every thirty seconds.

SHA-1 and six digits, as that is what all apps know; an HMAC needs no stronger hash.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
STEP_SECONDS = 30
# A phone's clock may be half a minute off.
DRIFT_STEPS = 1
ISSUER = "Watchfloor"


def new_secret() -> str:
    """Return 160 bits of chance, spelled as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(code: str, secret: str, now: datetime, *, after: int) -> int | None:
    """Return the step that `code` belongs to, or None.

    A step up to `after` is used up: who reads a code over somebody's shoulder comes too late.
    """
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    app, present = _app(secret), int(now.timestamp()) // STEP_SECONDS
    steps = range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1)
    return next((step for step in steps if step > after and _fits(app, code, step)), None)


def code_at(secret: str, now: datetime) -> str:
    """Return what the app shows at a moment."""
    return _app(secret).generate(int(now.timestamp())).decode()


def address(secret: str, *, email: str, tenant: str) -> str:
    """Return the `otpauth:` address that an app reads from a QR code."""
    return _app(secret).get_provisioning_uri(email, f"{ISSUER} {tenant}")


def _app(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - as apps do


def _fits(app: TOTP, code: str, step: int) -> bool:
    try:
        app.verify(code.encode(), step * STEP_SECONDS)
    except InvalidToken:
        return False
    return True
