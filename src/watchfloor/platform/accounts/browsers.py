"""What a browser calls itself, in words that its owner knows it by."""

from __future__ import annotations

# Each says that it is the ones below it too.
_BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "FxiOS/": "Firefox",
    "Chrome/": "Chrome", "CriOS/": "Chrome", "Safari/": "Safari", "curl/": "curl",
}  # fmt: skip
_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
    "CrOS": "ChromeOS", "Mac OS X": "macOS", "Linux": "Linux",
}  # fmt: skip
_LONGEST = 60


def told(user_agent: str) -> str:
    """Return "Firefox on Windows"; the beginning of what it says where nobody knows it."""
    browser = _first(_BROWSERS, user_agent)
    if not browser:
        return user_agent[:_LONGEST] or "unknown browser"
    system = _first(_SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for sign, name in names.items() if sign in user_agent), "")
