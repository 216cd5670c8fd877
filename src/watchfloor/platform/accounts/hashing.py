"""How passwords are hashed: strong enough, and small enough for a machine that does other work."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: OWASP's password storage cheat sheet, 2025.

    Django's own 100 MiB and eight lanes would let ten sign-ins at once take a gigabyte.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
