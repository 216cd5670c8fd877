"""What is not installed with us unless somebody asks for it: how to get it, here."""

from __future__ import annotations

import importlib.util
import sys
from importlib.metadata import PackageNotFoundError, distribution

NEEDS = {"mqtt": "paho-mqtt>=2.1,<3"}
"""By extra, as `pyproject.toml` has it."""


def cure(extra: str) -> str:
    """Return the command that brings what an extra needs into the environment that runs.

    A checkout's environment knows no package of ours, and one that uv made has no pip.
    """
    try:
        distribution("watchfloor")
    except PackageNotFoundError:
        wanted = NEEDS[extra]
    else:
        wanted = f"watchfloor[{extra}]"
    install = f"{sys.executable} -m pip install"
    if importlib.util.find_spec("pip") is None:
        install = f"uv pip install --python {sys.executable}"
    return f"this needs an extra: {install} '{wanted}'"
