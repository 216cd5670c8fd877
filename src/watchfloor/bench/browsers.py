"""Whether there is a browser to measure with: it comes with the test extras, not with us."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from watchfloor.bench.floors import NotMeasured


def why_none() -> str:
    """Return what a real page lacks on this machine; nothing where it can be had."""
    if importlib.util.find_spec("playwright") is None:
        return "the test extras are not installed"
    has_browser: bool = importlib.import_module("watchfloor.demo.pages").chromium() is not None
    return "" if has_browser else "no Chromium is installed"


def needing_browser(module: str) -> ModuleType:
    """Return a module that drives a browser. Raises: NotMeasured where there is none."""
    if lacking := why_none():
        raise NotMeasured(f"this is measured in a real Chromium, and {lacking}")
    return importlib.import_module(module)
