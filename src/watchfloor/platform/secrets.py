"""Secrets of other systems at rest: encrypted with a key that is not in the database.

The key derives from SECRET_KEY. To change it, put the old one into SECRET_KEY_FALLBACKS, re-seal
what is stored, then drop the old one.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from watchfloor.platform.errors import NocError

PURPOSE = b"watchfloor secrets at rest"


class Unreadable(NocError):
    """A stored secret was sealed with a key that this floor does not have."""

    code = "secret_unreadable"


def seal(secret: str) -> bytes:
    return _keys().encrypt(secret.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Return the secret; raise `Unreadable` when no key of ours fits."""
    try:
        return _keys().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Unreadable("no key fits this secret: set the old SECRET_KEY as fallback") from None


def reseal(sealed: bytes | memoryview) -> bytes:
    """Return the same secret under the newest key."""
    try:
        return _keys().rotate(bytes(sealed))
    except InvalidToken:
        raise Unreadable("no key fits this secret: set the old SECRET_KEY as fallback") from None


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many stored secrets are under the newest key, and which ones no key of ours fits."""

    number: int
    unreadable: list[str]


def reseal_rows(named: Iterable[tuple[str, Any]], *, column: str) -> Resealed:
    """Seal what each row keeps in `column` with the newest key; what nobody can read stays."""
    number, unreadable = 0, []
    for name, row in named:
        try:
            sealed = reseal(getattr(row, column))
        except Unreadable:
            unreadable.append(name)
        else:
            setattr(row, column, sealed)
            row.save(update_fields=[column])
            number += 1
    return Resealed(number, unreadable)


def _keys() -> MultiFernet:
    return MultiFernet(
        [_key(text) for text in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


@cache
def _key(text: str) -> Fernet:
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(text.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
