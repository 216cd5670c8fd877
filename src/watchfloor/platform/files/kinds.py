"""What a file is, by its first bytes alone: neither its name nor its sender is believed."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 64
"""So many bytes tell all kinds apart."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A media type that may be kept; `endings` of file names, the usual one first."""

    media_type: str
    endings: tuple[str, ...]


JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
PNG = Kind("image/png", (".png",))
GIF = Kind("image/gif", (".gif",))
WEBP = Kind("image/webp", (".webp",))
AVIF = Kind("image/avif", (".avif",))
HEIC = Kind("image/heic", (".heic", ".heif"))
MP4 = Kind("video/mp4", (".mp4", ".m4v"))
QUICKTIME = Kind("video/quicktime", (".mov",))
WEBM = Kind("video/webm", (".webm",))
MATROSKA = Kind("video/matroska", (".mkv",))
AVI = Kind("video/x-msvideo", (".avi",))
SHOWN = {kind.media_type for kind in (JPEG, PNG, GIF, WEBP, AVIF, MP4, WEBM)}
"""What a browser shows by itself."""

_STARTS = {
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
}
_RIFF = {b"WEBP": WEBP, b"AVI ": AVI}
# ISO 14496-12: bytes 4 to 8 say `ftyp`, the next four the brand.
_BRANDS = {
    b"avif": AVIF,
    **dict.fromkeys((b"heic", b"heix", b"mif1"), HEIC),
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6"), MP4),
    **dict.fromkeys((b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"), MP4),
    b"qt  ": QUICKTIME,
}
_EBML = b"\x1aE\xdf\xa3"
_DOCTYPES = {b"webm": WEBM, b"matroska": MATROSKA}


def kind_of(head: bytes) -> Kind | None:
    """Return the kind of a file that begins with `head`; None for what is not kept.

    >>> kind_of(b"GIF89a...").media_type, kind_of(b"<svg onload=x>")
    ('image/gif', None)
    """
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    if head.startswith(_EBML):
        named = (kind for doctype, kind in _DOCTYPES.items() if doctype in head[4:HEAD])
        return next(named, None)
    return None


def name_for(told: str, kind: Kind, longest: int) -> str:
    """Return the sender's name without folders and control characters, with an ending of its kind.

    A picture that also reads as a page must not come to rest as `x.html` on somebody's disk.

    >>> name_for("../../etc/pass\\nwd.html", JPEG, 120)
    'passwd.html.jpg'
    """
    plain = "".join(c for c in told.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    plain = plain.strip(" .") or "attachment"
    if plain.lower().endswith(kind.endings):
        stem, _, ending = plain.rpartition(".")
    else:
        stem, ending = plain, kind.endings[0].lstrip(".")
    return f"{stem[: longest - len(ending) - 1]}.{ending}"
