"""Recovery codes: each signs in once in the place of a code, for who has lost their phone.

80 bits of chance need no slow hash.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

HOW_MANY = 10
LENGTH = 16


def new_codes() -> list[str]:
    return [_spelled(base64.b32encode(secrets.token_bytes(10)).decode()) for _ in range(HOW_MANY)]


def hashed(code: str) -> str:
    """Return what is stored; however it was typed, a code is the same."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _spelled(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))
