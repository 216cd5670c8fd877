"""What is left of a person's name and contacts for who may not see persons.

How long a name is stays unknown: short ones would be guessed from it.
"""

from __future__ import annotations

from watchfloor.aiops.privacy.names import HIDDEN

_LONG_NUMBER = 8
"""Of shorter numbers the last four digits would be most of it."""
_LONG_LOCAL_PART = 5


def masked_name(name: str) -> str:
    """Return the first letter of each word.

    >>> masked_name("Grace  Hill")
    'G••• H•••'
    """
    return " ".join(word[0] + HIDDEN for word in name.split()) or HIDDEN


def masked_phone(phone: str) -> str:
    """Return the last four digits of a long number: enough to tell two apart.

    >>> masked_phone("+44 20 7946 0001"), masked_phone("112"), masked_phone("")
    ('••• 0001', '•••', '')
    """
    digits = "".join(filter(str.isdigit, phone))
    last = f" {digits[-4:]}" if len(digits) >= _LONG_NUMBER else ""
    return HIDDEN + last if phone else ""


def masked_email(email: str) -> str:
    """Return the domain, and of a long name before it the first and the last letter.

    >>> masked_email("grace.hill@example.com"), masked_email("ann@example.com")
    ('g•••l@example.com', '•••@example.com')
    """
    local, at, domain = email.rpartition("@")
    if not at:
        return HIDDEN if email else ""
    is_long = len(local) >= _LONG_LOCAL_PART
    return f"{local[0]}{HIDDEN}{local[-1]}@{domain}" if is_long else f"{HIDDEN}@{domain}"
