"""Files are known by how they begin, whatever they are called."""

import pytest

from watchfloor.platform.files import kinds
from watchfloor.platform.files.kinds import JPEG, MP4, PNG, kind_of, name_for


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", kinds.JPEG),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", kinds.PNG),
        (b"GIF89a\x01\x00", kinds.GIF),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", kinds.WEBP),
        (b"RIFF\x24\x00\x00\x00AVI LIST", kinds.AVI),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00", kinds.MP4),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00", kinds.QUICKTIME),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", kinds.HEIC),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", kinds.WEBM),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", kinds.MATROSKA),
    ],
)
def test_pictures_and_clips_are_known(head, kind):
    assert kind_of(head) is kind


@pytest.mark.parametrize(
    "head",
    [
        b"<!doctype html><script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"MZ\x90\x00",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x00\x00\x00\x18ftypevil",
        b"\x1aE\xdf\xa3unknown",
        b"  GIF89a",
        b"",
    ],
)
def test_nothing_else_is(head):
    assert kind_of(head) is None


@pytest.mark.parametrize(
    ("told", "kind", "name"),
    [
        ("gate.jpg", JPEG, "gate.jpg"),
        ("gate.JPEG", JPEG, "gate.JPEG"),
        ("../../../etc/passwd", PNG, "passwd.png"),
        ("C:\\Users\\mia\\gate.png", PNG, "gate.png"),
        ("page.html", JPEG, "page.html.jpg"),
        ("line\r\nSet-Cookie: a=b.mp4", MP4, "lineSet-Cookie: a=b.mp4"),
        ("..", PNG, "attachment.png"),
        ("", PNG, "attachment.png"),
        ("a" * 300 + ".jpg", JPEG, "a" * 116 + ".jpg"),
    ],
)
def test_a_name_keeps_what_is_harmless_and_ends_as_its_kind_does(told, kind, name):
    assert name_for(told, kind, 120) == name
