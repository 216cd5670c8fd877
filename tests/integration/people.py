"""People who have signed in to a running floor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from django.utils import timezone

from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.signing import create_sign_in_link


@contextmanager
def signed_in(url: str, user: User) -> Iterator[httpx.Client]:
    """Yield the browser of `user`, whose session began by a one-time link."""
    link = create_sign_in_link(user, timezone.now())
    with httpx.Client(base_url=url, headers={"Origin": url}, timeout=30) as browser:
        browser.get(link)
        answer = browser.post(link, data={"csrfmiddlewaretoken": browser.cookies["wf_csrf"]})
        assert answer.status_code == 302, answer.text
        browser.headers["X-CSRFToken"] = browser.cookies["wf_csrf"]
        yield browser


def cookie_of(browser: httpx.Client) -> dict[str, str]:
    """Return the header by which a socket belongs to the browser's session."""
    return {"Cookie": f"wf_session={browser.cookies['wf_session']}"}
