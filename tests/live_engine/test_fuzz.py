"""Whatever a client sends, the others do not notice and nothing of it stays behind."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hub.doors.live.engine.faults import Malformed
from hub.doors.live.engine.packet import Packet, is_deeper
from hub.doors.live.engine.websocket_aiohttp import AiohttpLink
from hub.doors.live.engine.websocket_picows import PicowsLink

from .storm import UPGRADE, Storm, storm

pytestmark = pytest.mark.annex("H1")

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8).map(lambda text: '"' + text.replace("\\", "").replace('"', "") + '"')
    | st.sampled_from(['""', "1e999", "-0", "9" * 100, '"\\u0000"', '"\\ud800"', '"\\', "NaN", "{", "["]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ",".join(map(_json, items)) + "]")
        | st.lists(inner, max_size=2).map(lambda items: "{" + ",".join(f'"k":{_json(item)}' for item in items) + "}")
    ),
    max_leaves=6,
)


def _json(value: object) -> str:
    return value if isinstance(value, str) else {None: "null", True: "true", False: "false"}.get(value, str(value))  # type: ignore[arg-type, call-overload]


names = st.sampled_from(
    ['"echo"', '"x"', '"connect"', '"*"', '"__proto__"', '""', "1", "null", '{"_placeholder":true,"num":0}']
)
bodies = st.lists(values.map(_json), max_size=3).flatmap(
    lambda items: names.map(lambda name: "[" + ",".join([name, *items]) + "]")
)
packets = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["40", "41", "42", "43", "44", "45", "46", "47", "4", "0", "1", "2", "3", "5", "6", "7", "b", ""]),
    st.sampled_from(["", "", "", "0-", "1-", "2-", "5-", "9999999999-", "-"]),
    st.sampled_from(["", "", "", "/agent,", "/agent", "/nowhere,", "/a?b=c,", "/" + "n" * 80 + ","]),
    st.sampled_from(["", "", "1", "0", "12345678901", "9" * 99]),
    bodies | st.sampled_from(["", "{}", "[]", "null", "[" * 5000]) | values.map(_json),
)
frames = st.lists(packets | st.text(max_size=20) | st.binary(max_size=20), min_size=1, max_size=8)


@settings(max_examples=2000, deadline=None)
@given(packets | st.text())
@example("2" + "[" * 100_000)
@example('2["' + '\\"' * 30_000)
def test_a_packet_is_decoded_or_malformed_and_nothing_else(text: str) -> None:
    with suppress(Malformed):
        packet = Packet(encoded_packet=text[1:])
        assert 0 <= packet.attachment_count <= 4


texts = st.text(alphabet='[]{}"\\\\a', max_size=12)
nested = st.recursive(
    texts | st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


def depth(value: object) -> int:
    """How deep lists and objects are nested."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(nested, st.integers(0, 5))
@example([[[]]], 2)
@example({"[": [{"]": 1}]}, 2)
def test_nesting_is_counted_outside_of_strings_only(value: object, most: int) -> None:
    assert is_deeper(json.dumps(value), most) == (depth(value) > most)


@given(st.text(alphabet='[]{}"\\\\a', max_size=60), st.integers(0, 5))
@example("[" * 100_000, 32)
@example('["' + '\\\\"' * 30_000, 32)
def test_anything_that_goes_on_opening_is_deep(text: str, most: int) -> None:
    assert is_deeper("[" * (most + 1) + text, most) or "]" in text or "}" in text


# --- a grammar of attacks on a live server


def frame(opcode: int, payload: bytes, fin: bool = True, rsv: int = 0, masked: bool = True, size: int = -1) -> bytes:
    """A frame of the WebSocket protocol, with whatever is wrong with it."""
    size = len(payload) if size < 0 else size
    mask = 0x80 if masked else 0
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if size < 126:
        head += bytes([mask | size])
    elif size < 65536:
        head += bytes([mask | 126]) + size.to_bytes(2)
    else:
        head += bytes([mask | 127]) + size.to_bytes(8)
    return head + (bytes(4) if masked else b"") + payload


def websocket(*data: bytes, session: bytes = b"", headers: bytes = b"") -> bytes:
    """All that a client writes that opens a WebSocket and sends these bytes."""
    return UPGRADE % (session, headers) + b"".join(data)


odd_frames = st.builds(
    frame,
    st.integers(0, 15),
    packets.map(lambda text: text.encode(errors="replace")[:2000]) | st.binary(max_size=130),
    st.booleans(),
    st.sampled_from([0, 0, 0, 0, 1, 2, 4, 7]),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([-1, -1, -1, 0, 5, 200, 70_000, 2**31, 2**63 - 1]),
)
queries = st.builds(
    "{}&{}&{}".format,
    st.sampled_from(["EIO=4", "EIO=3", "EIO=", "", "EIO=4&EIO=3"]),
    st.sampled_from(["transport=polling", "transport=websocket", "transport=%00", "", "transport=polling&j=1"]),
    st.sampled_from(["", "sid=", "sid=__proto__", "sid=%ff%00", "sid=" + "x" * 5000, "t=1"]),
)
headers = st.dictionaries(
    st.sampled_from(["Upgrade", "Connection", "Origin", "Content-Type", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]),
    st.sampled_from(
        ["websocket", "Upgrade", "upgrade, keep-alive", "null", "13", "8", "dGhlIHNhbXBsZSBub25jZQ==", "x"]
    ),
    max_size=4,
)
attacks = st.one_of(
    st.tuples(st.just("websocket"), frames, st.booleans(), st.booleans()),
    st.tuples(st.just("polling"), st.lists(frames, min_size=1, max_size=3), st.booleans(), st.booleans()),
    st.tuples(st.just("upgrade"), st.just(["2probe"]) | frames, st.just(["5"]).map(list) | frames, st.booleans()),
    st.tuples(st.just("bytes"), st.lists(odd_frames, max_size=6).map(lambda data: websocket(*data)), st.booleans()),
    st.tuples(st.just("request"), st.sampled_from(["GET", "POST", "PUT"]), queries, st.binary(max_size=50), headers),
)


def play(attack: tuple[Any, ...]) -> Any:
    """One attack of the grammar as a coroutine function of a storm."""
    way, *rest = attack
    return lambda storm: getattr(storm, f"by_{way}")(*rest)


def test_whatever_a_few_attackers_send_the_others_do_not_notice() -> None:
    with storm(max_http_buffer_size=65536) as one:

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(attacks, min_size=1, max_size=4))
        def attacked(together: list[tuple[Any, ...]]) -> None:
            one.run(*map(play, together))

        attacked()


ONE_ATTACHMENT = '451-["x",{"_placeholder":true,"num":0}]'

# Section "bad input" of our notes on what others were hurt by, each over the transports that can carry it.
PACKETS: dict[str, list[str | bytes]] = {
    "a letter": ["x"],
    "an empty packet": [""],
    "brackets in place of a packet": ["4" + "[" * 50_000],
    "a flood of connects": ["40"] * 500,
    "a flood of unknown namespaces": [f"40/n{n}," for n in range(500)],
    "connects and disconnects": ["40/agent,", "41/agent,"] * 200,
    "an id of 99 digits": ["42" + "9" * 99 + '["x"]'],
    "billions of attachments": ['459999999999-["x"]', *[b"y"] * 100],
    "an attachment that never comes": [ONE_ATTACHMENT],
    "a text while an attachment is pending": [ONE_ATTACHMENT, "3", '42["x"]', b"x"],
    "a namespace that was not joined": ['42/agent,["x"]'],
    "a second connect": ["40", "40"],
    "an event with an object": ["42{}"],
    "an event with null": ["42null"],
    "an empty event": ["42[]"],
    "keys of JavaScript": ['42["echo",{"__proto__":{"a":1},"constructor":{"prototype":1}}]'],
    "lone surrogates": ['42["x","\\ud800","\\udfff\\ud83d"]'],
    "NUL": ['42["x","\\u0000"]', '42["a\x00b"]'],
    "text that turns around": ['42["x","\u202e\u200b\u2066"]'],
    "more than the limit": ['42["x","' + "y" * 1_100_000 + '"]'],
    "a million small arrays": ['42["x",[' + "[]," * 330_000 + "[]]]"],
    "a hundred thousand keys": ['42["x",{' + ",".join(f'"k{n}":1' for n in range(70_000)) + "}]"],
    "an integer of 5,000 digits": ['42["x",' + "1" * 5000 + "]"],
    "a million digits": ['42["x",' + "1" * 990_000 + "]"],
    "many pongs": ["3"] * 2000,
    "pings of the wrong side": ["2"] * 50,
    "everything after goodbye": ["1", "40", '42["x"]'],
}


@pytest.fixture(scope="module", params=[PicowsLink, AiohttpLink])
def weather(request: pytest.FixtureRequest) -> Iterator[Storm]:
    """One server on each WebSocket core, with the usual limit of a megabyte, for all seeds of this file."""
    with storm(core=request.param, max_http_buffer_size=1_000_000) as one:
        yield one


@pytest.mark.parametrize("joined", [True, False], ids=["joined", "not joined"])
@pytest.mark.parametrize("way", ["websocket", "polling"])
@pytest.mark.parametrize("sent", PACKETS.values(), ids=PACKETS.keys())
def test_bad_packets_leave_no_trace(weather: Storm, sent: list[str | bytes], way: str, joined: bool) -> None:
    if way == "websocket":
        weather.run(lambda storm: storm.by_websocket(sent, joined, False))
    else:
        weather.run(lambda storm: storm.by_polling([sent[:40], sent[40:80] or ["3"]], joined, False))


JOIN = frame(1, b"40")
POST = b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n"
BYTES: dict[str, bytes] = {
    "a message that is never finished": websocket(JOIN, frame(1, b'42["x"', fin=False), frame(0, b",1", fin=False)),
    "fragments of nothing, without end": websocket(JOIN, *[frame(0 if n else 1, b"", fin=False) for n in range(5000)]),
    "a frame without a mask": websocket(JOIN, frame(1, b'42["x"]', masked=False)),
    "reserved bits": websocket(JOIN, frame(1, b'42["x"]', rsv=4)),
    "unknown opcodes": websocket(JOIN, *[frame(opcode, b"x") for opcode in (3, 7, 11, 15)]),
    "a flood of pings": websocket(JOIN, *[frame(9, b"p" * 125)] * 5000),
    "a ping too long": websocket(JOIN, frame(9, b"p" * 126)),
    "a ping in pieces": websocket(JOIN, frame(9, b"p", fin=False)),
    "pongs that nobody asked for": websocket(JOIN, *[frame(10, b"")] * 1000),
    "close codes": websocket(JOIN, *[frame(8, code.to_bytes(2)) for code in (0, 999, 1004, 1005, 1006, 1015, 5000)]),
    "a close frame of one byte": websocket(JOIN, frame(8, b"\x03")),
    "a close reason that is not text": websocket(JOIN, frame(8, b"\x03\xe8\xff\xff")),
    "frames behind a close": websocket(JOIN, frame(8, b"\x03\xe8"), frame(1, b'42["x"]'), frame(1, b"40")),
    "an announced exabyte": websocket(JOIN, frame(1, b"42", size=2**60)),
    "a negative length": websocket(JOIN, b"\x81\xff" + b"\xff" * 8 + bytes(4)),
    "text that is not UTF-8": websocket(JOIN, frame(1, b"4\xff\xfe")),
    "half a frame": websocket(JOIN, frame(1, b'42["x"]')[:4]),
    "an upgrade with a body": websocket(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", headers=b"Content-Length: 30\r\n"),
    "an upgrade with a chunked body": websocket(b"5\r\nhello\r\n0\r\n\r\n", headers=b"Transfer-Encoding: chunked\r\n"),
    "a second request behind the upgrade": websocket(UPGRADE % (b"", b"")),
    "another version on the upgrade": UPGRADE.replace(b"EIO=4", b"EIO=3") % (b"", b""),
    "half a head": UPGRADE[:60],
    "a head that never ends": UPGRADE[:60] + b"X-A: " + b"a" * 20_000,
    "half a body": POST + b"Content-Length: 100\r\n\r\n40",
    "no HTTP at all": b"\x00\x01\x02\x03" * 100,
}


@pytest.mark.parametrize("half", [False, True], ids=["cut", "half closed"])
@pytest.mark.parametrize("data", BYTES.values(), ids=BYTES.keys())
def test_bad_bytes_leave_no_trace(weather: Storm, data: bytes, half: bool) -> None:
    weather.run(lambda storm: storm.by_bytes(data, half))


async def mixed_transports(storm: Storm) -> None:
    """Polls, posts, probes and WebSockets on one session, all at once, with versions of all kinds."""
    hall = storm.hall
    sid = await hall.open_polling()
    url = f"/socket.io/?EIO=4&transport=websocket&sid={sid}"

    async def knock(version: int) -> None:
        with suppress(aiohttp.ClientError):
            ws = await hall.http.ws_connect(url.replace("EIO=4", f"EIO={version}"))
            with suppress(aiohttp.ClientError):
                await ws.send_str("2probe")
                await ws.send_str("5")
                await ws.send_str('42["echo"]')
            await ws.close()

    async def slow_body() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", hall.port)
        writer.write(POST.replace(b"polling", b"polling&sid=" + sid.encode()) + b"Content-Length: 100\r\n\r\n42")
        await asyncio.sleep(0.05)
        writer.transport.abort()

    statuses = await asyncio.gather(
        *(knock(version) for version in (4, 3, 4, 5)), hall.poll(sid), hall.poll(sid), hall.post(sid, "40"), slow_body()
    )
    assert all(status is None or status[0] in (200, 400) for status in statuses)
    await hall.sio.eio.disconnect(sid)


def test_mixed_transports_on_one_session_leave_no_trace(weather: Storm) -> None:
    weather.run(*[mixed_transports] * 5)


def test_the_oracle_notices_a_trace(weather: Storm) -> None:
    async def ghost(storm: Storm) -> None:
        storm.hall.rooms["/"]["left behind"] = {"nobody": None}

    weather.patience = 0.2
    try:
        with pytest.raises(AssertionError, match="rooms"):
            weather.run(ghost)
    finally:
        weather.patience = 3.0
        del weather.hall.rooms["/"]["left behind"]
