"""Bodies that are broken, hostile or huge get a clear answer, and the floor goes on."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.noc.intake.sender import alert

pytestmark = pytest.mark.asyncio
Floor = Callable[..., Any]
DEEP = b"[" * 10_000 + b"]" * 10_000
ONE = json.dumps(alert(id="good")).encode()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "truncated"),
        (b"   ", "truncated"),
        (b"hello", "malformed"),
        (b'{"alert_type": "x",}', "byte 19"),
        (b'[{"alert_type": "x"}', "truncated"),
        (b'[{"alert_type": "x"},]', "malformed"),
        (b'[{"alert_type": "x"}] x', "malformed"),
        (b'[{"alert_type": "x}]', "truncated"),
        (b'{"alert_type": "a\x00b"}', "malformed"),
        (b'{"alert_type": "\xff\xfe"}', "0xff is no UTF-8"),
        (b'{"alert_type": "x", "n": 1e999}', "out of range"),
        (b'{"alert_type": "x", "n": ' + b"9" * 5_000 + b"}", "out of range"),
        (b'{"alert_type": "x", "labels": ' + DEEP + b"}", "nested too deep"),
        (DEEP, "nested too deep"),
        (b"null", "null"),
        (b'"text"', "send an object"),
        ("{}".encode("utf-16"), "malformed"),
    ],
)
async def test_a_broken_body_is_400_and_says_where(floor: Floor, body: bytes, told: str) -> None:
    async with floor() as sender:
        reply = await sender.post(body)
        after = await sender.post(alert())
        assert len(await sender.stored()) == 1
    assert (reply.status_code, after.status_code) == (400, 202)
    assert told in reply.text


@pytest.mark.parametrize(
    "bad",
    [
        b'{"a":' + DEEP + b"}",
        b'{"alert_type":"\xff"}',
        b"7",
        b'{"alert_type":"x","value":NaN}',
        b'{"alert_type":"x",}',
        b'{"alert_type" "],[,"}',
        b"{'alert_type': 5}",
        b"oops",
    ],
)
async def test_good_ones_beside_a_broken_one_are_kept(floor: Floor, bad: bytes) -> None:
    async with floor() as sender:
        reply = await sender.post(
            b"[" + ONE + b", " + bad + b" ," + ONE.replace(b"good", b"b") + b"]"
        )
        assert [r.sender_id for r in await sender.stored()] == ["good", "b"]
    assert [r["index"] for r in reply.json()["rejected"]] == [1]


async def test_nul_and_half_characters_become_replacement_characters(floor: Floor) -> None:
    async with floor() as sender:
        body = rb'{"alert_type":"x","message":"a\u0000b\ud800c \ud83d\ude00 \\u0000"}'
        assert (await sender.post(body)).status_code == 202
        [report] = await sender.stored()
    assert report.message == "a\ufffdb\ufffdc \U0001f600 \\u0000"


async def test_an_alert_over_256_kb_is_refused_alone(floor: Floor) -> None:
    large = alert(message="x" * 256_000)
    async with floor() as sender:
        alone = await sender.post(large)
        among = await sender.post([alert(), large])
        assert len(await sender.stored()) == 1
    assert (alone.status_code, among.status_code) == (413, 202)
    assert among.json()["rejected"][0]["index"] == 1


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
async def test_compressed_bodies(floor: Floor, encoding: str, pack: Any) -> None:
    body = pack(json.dumps([alert(message="m" * 5_000) for _ in range(200)]).encode())
    async with floor() as sender:
        good = await sender.post(body, Content_Encoding=encoding)
        short = await sender.post(body[:-10], Content_Encoding=encoding)
        damaged = await sender.post(body[:9] + b"\x00" * 40 + body[49:], Content_Encoding=encoding)
        assert len(await sender.stored()) == 200
    assert [r.status_code for r in (good, short, damaged)] == [202, 400, 400]


async def test_a_gzip_bomb_is_stopped_at_the_limit(floor: Floor) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1_000)) + packer.flush()
    async with floor() as sender:
        reply = await sender.post(bomb, Content_Encoding="gzip")
    assert len(bomb) < 2 << 20, "a gigabyte in less than two megabytes"
    assert reply.status_code == 413


async def test_a_body_over_16_mib_is_refused(floor: Floor) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * (1 << 20)

    async with floor() as sender:
        told = await sender.post(b" " * (16 << 20) + b"x")
        untold = await sender.client.post(
            "/api/v1/alerts", content=endless(), headers={"Authorization": f"Bearer {sender.key}"}
        )
    assert (told.status_code, untold.status_code) == (413, 413)


async def test_unknown_encodings_are_refused(floor: Floor) -> None:
    async with floor() as sender:
        reply = await sender.post(ONE, Content_Encoding="br")
    assert (reply.status_code, reply.headers["accept-encoding"]) == (415, "gzip, deflate")


async def test_a_body_that_trickles_is_given_up(floor: Floor) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        for byte in ONE:
            await asyncio.sleep(0.05)
            yield bytes([byte])

    async with floor() as sender:
        sender.intake._bodies._seconds = 0.2
        reply = await sender.client.post(
            "/api/v1/alerts", content=trickle(), headers={"Authorization": f"Bearer {sender.key}"}
        )
    assert reply.status_code == 408


async def test_a_flood_of_tiny_items_is_refused_as_one(floor: Floor) -> None:
    async with floor() as sender:
        reply = await sender.post(b"[" + b"1," * 2_000_000 + b"1]")
        many = await sender.post(b"[" + b"{}," * 60_000 + b"{}]")
    assert (reply.status_code, many.status_code) == (413, 413)
