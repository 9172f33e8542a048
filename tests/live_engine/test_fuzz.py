"""Whatever a client sends, the others do not notice and nothing of it stays behind."""

import asyncio
import logging
from contextlib import suppress

import aiohttp
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hub.doors.live.engine.faults import Malformed
from hub.doors.live.engine.packet import Packet, nesting

from .conftest import Hall, Resources, soon

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


@given(st.text(alphabet='[]{}"\\a', max_size=60))
def test_nesting_is_counted_outside_of_strings_only(text: str) -> None:
    depth = deepest = 0
    inside = escaped = False
    for mark in text:
        if inside:
            inside = escaped or mark != '"'
            escaped = mark == "\\" and not escaped
        elif mark == '"':
            inside, escaped = True, False
        elif mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    assert nesting(text) == deepest


class Tracebacks(logging.Handler):
    """Keeps what is logged with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.records.append(record)


async def _attack(sent: list[str | bytes], polling: bool) -> None:
    hall = Hall(max_http_buffer_size=65536, ping_interval=25)
    tracebacks = Tracebacks()
    logging.getLogger().addHandler(tracebacks)
    await hall.start()
    try:
        vera = await hall.raw()
        resources = Resources()
        if polling:
            sid = await hall.open_polling()
            texts = [frame if isinstance(frame, str) else "b" + frame.hex() for frame in sent]
            status, _ = await hall.post(sid, "\x1e".join(texts).encode(errors="replace"))
            assert status in (200, 400)
            await hall.sio.eio.disconnect(sid)
        else:
            mallory = await hall.raw()
            with suppress(ConnectionError, aiohttp.ClientError):
                for frame in sent:
                    await mallory.send(frame.encode(errors="replace").decode() if isinstance(frame, str) else frame)
            await mallory.ws.close()
        await soon(lambda: hall.sessions == 1)
        await vera.send('421["echo","fine"]')
        assert await vera.text() == '431["fine"]'
        await soon(lambda: len(hall.left) == len(hall.came) - 1)
        assert list(hall.rooms) == ["/"] and list(hall.rooms["/"]) == [None] and len(hall.rooms["/"][None]) == 1
        assert hall.sio._binary_packet == {} and len(hall.sio.environ) == 1 and len(hall.sio.manager._sids) == 1
        assert hall.sio.counters.handler_errors == 0
        await resources.back()
    finally:
        logging.getLogger().removeHandler(tracebacks)
        await hall.stop()
    assert tracebacks.records == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames, st.booleans())
@example(['451-["x",{"_placeholder":true,"num":0}]', "3", b"x"], False)
@example(["40/agent,", "41/agent,", "40/agent,", '42/agent,["x"]', "41", "40", "1"], False)
@example(["40/agent,", "41/agent,", "40/agent,", '42/agent,["x"]', "41", "40", "1"], True)
def test_the_others_do_not_notice(sent: list[str | bytes], polling: bool) -> None:
    asyncio.run(_attack(sent, polling))
