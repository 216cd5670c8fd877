"""A session is listed by the browser that its owner knows."""

import pytest

from watchfloor.platform.accounts.browsers import told

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
SEEN = {
    CHROME: "Chrome on Linux",
    CHROME.replace("X11; Linux x86_64", "Windows NT 10.0") + " Edg/131.0": "Edge on Windows",
    "Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Mobile Safari/537.36": "Chrome on Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1": (
        "Safari on iPhone"
    ),
    "Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0": "Firefox on Windows",
    "curl/8.5.0": "curl",
    "desk-display 3": "desk-display 3",
    "x" * 200: "x" * 60,
    "": "unknown browser",
}


@pytest.mark.parametrize(("user_agent", "name"), SEEN.items())
def test_a_browser_is_told_by_its_name_and_system(user_agent: str, name: str) -> None:
    assert told(user_agent) == name
