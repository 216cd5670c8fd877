"""Payloads of the tools, as they are on the wire."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "payloads"


def payload(name: str) -> bytes:
    """Return the bytes of `<service>/<name>`, without the suffix."""
    return (FOLDER / f"{name}.json").read_bytes()
