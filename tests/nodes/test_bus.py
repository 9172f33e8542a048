"""The bus over a real Redis: what it promises when all is well, when Redis breaks, and when somebody else writes there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator

import pytest

from storage import redis_bus, redis_outbox
from storage.bus import LARGEST
from storage.engine import Unavailable
from storage.redis_bus import RedisBus
from tests.support.house import LogBook, eventually
from tests.support.peers import Redis

pytestmark = pytest.mark.annex("H6", "X5")
SECRET = b"the secret of the installation"


class Silence:
    """A log that nobody reads."""

    def __getattr__(self, level: str):
        return lambda event, **facts: None


class Ear:
    """A bus, what it heard on one channel, and how often it missed something."""

    def __init__(self, bus: RedisBus) -> None:
        self.bus, self.heard, self.healed, self.dropped = bus, [], [], []
        self.stop_listening = bus.subscribe("talk", self.heard.append)
        bus.on_heal(self.healed.append)
        bus.on_drop(self.dropped.append)


@contextlib.asynccontextmanager
async def ear(redis, name: str, secret: bytes = SECRET) -> AsyncIterator[Ear]:
    bus = RedisBus(redis.url, name, LogBook(Silence()))
    one = Ear(bus)
    await bus.open(secret)
    try:
        await eventually(lambda: bus.healthy)
        yield one
    finally:
        await bus.close()


@pytest.fixture
async def pair(redis):
    async with ear(redis, "one") as one, ear(redis, "two") as two:
        yield one, two


def say(one: Ear, *words: str) -> None:
    for word in words:
        one.bus.publish("talk", word.encode())


async def test_the_others_hear_in_order_and_a_publisher_does_not_hear_itself(pair):
    one, two = pair
    words = [f"word {number}" for number in range(2000)]
    say(one, *words)
    await eventually(lambda: len(two.heard) == 2000)
    assert [body.decode() for body in two.heard] == words
    assert one.heard == []
    assert one.bus.figures.sent >= 2000 and two.bus.figures.heard == 2000


async def test_a_confirmed_subscription_misses_nothing_that_is_published_afterwards(pair):
    one, two = pair
    for number in range(50):
        heard: list[bytes] = []
        two.bus.subscribe(f"room {number}", heard.append)
        assert await two.bus.heard(f"room {number}", 2.0)
        one.bus.publish(f"room {number}", b"first")
        await eventually(lambda: heard == [b"first"])  # noqa: B023


async def test_a_channel_without_a_handler_is_not_heard_any_more(pair, redis):
    one, two = pair
    named = one.bus._sealer.name("talk")
    assert (await redis.command("PUBSUB", "SHARDNUMSUB", named))[1] == 2
    one.stop_listening()
    two.stop_listening()

    async def nobody() -> bool:
        return (await redis.command("PUBSUB", "SHARDNUMSUB", named))[1] == 0

    for _ in range(100):
        if await nobody():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("somebody still subscribes")


@pytest.mark.parametrize("way", ["a password", "a user", "a socket file"])
async def test_redis_may_want_a_password_or_listen_on_a_socket_file(tmp_path, way):
    file = tmp_path / "redis.sock"
    options = {"a password": ("--requirepass", "geheim"), "a socket file": ("--unixsocket", str(file))}.get(way, ())
    redis = Redis(tmp_path / "own", *options).start()
    try:
        if way == "a user":
            await redis.command("ACL", "SETUSER", "hub", "on", ">geheim", "&hub:*", "+@pubsub", "+@connection")
        redis.url = {
            "a password": f"redis://:geheim@127.0.0.1:{redis.port}/0",
            "a user": f"redis://hub:geheim@127.0.0.1:{redis.port}/0",
            "a socket file": f"unix://{file}",
        }[way]
        async with ear(redis, "one") as one, ear(redis, "two") as two:
            say(one, "Hello")
            await eventually(lambda: two.heard == [b"Hello"])
    finally:
        redis.kill()


@pytest.mark.parametrize("url", ["redis://localhost:port", "http://localhost:6379"])
async def test_an_address_that_is_none_is_told_at_once(url):
    with pytest.raises(Unavailable, match="address of Redis"):
        await RedisBus(url, "one", LogBook(Silence())).open(SECRET)


async def test_what_others_write_into_redis_is_dropped_counted_and_told_once(pair, redis):
    one, two = pair
    name = one.bus._sealer.name("talk")
    recorded: list[bytes] = []
    original = one.bus._sealer.seal
    one.bus._sealer.seal = lambda channel, body: recorded.append(original(channel, body)) or recorded[-1]
    say(one, "true")
    await eventually(lambda: two.heard == [b"true"])
    sealed = next(envelope for envelope in recorded if envelope.endswith(b"true"))
    other = one.bus._sealer.name("other")
    two.bus.subscribe("other", two.heard.append)
    assert await two.bus.heard("other", 2.0)
    forged = [b"", b"x", os.urandom(40), os.urandom(LARGEST * 2), sealed[:-1], sealed + b"!", b"\0" * 16 + sealed[16:]]
    for body in forged:
        await redis.command("SPUBLISH", name, body)
    await redis.command("SPUBLISH", other, sealed)  # a true word on another channel
    await redis.command("SPUBLISH", name, sealed)  # a true word played back
    await eventually(lambda: two.bus.figures.rejected == len(forged) + 1 and two.bus.figures.repeated == 1)
    say(one, "still here")
    await eventually(lambda: two.heard == [b"true", b"still here"])
    told = [event for _, event, _ in two.bus._log.lines if "none of ours" in event]
    assert len(told) == 1, "whoever floods Redis must not flood the log"


async def test_two_installations_on_one_redis_do_not_hear_each_other(redis):
    async with ear(redis, "one") as one, ear(redis, "two") as two, ear(redis, "foreign", b"another secret") as foreign:
        say(foreign, "from afar")
        say(one, "from here")
        await eventually(lambda: two.heard == [b"from here"])
        assert foreign.heard == [] and two.bus.figures.rejected == 0


async def test_what_is_said_while_redis_is_away_waits_for_it_but_not_what_is_only_true_now(pair, redis):
    one, two = pair
    say(one, "before")
    await eventually(lambda: two.heard == [b"before"])
    redis.shut_down()
    await eventually(lambda: not one.bus.healthy and not two.bus.healthy)
    say(one, "kept 1", "kept 2")
    one.bus.publish("talk", b"typing", keep=False)
    await eventually(lambda: one.bus.waiting == 2)
    began = time.monotonic()
    await asyncio.sleep(1.5)
    redis.start()
    await eventually(lambda: one.bus.healthy and two.bus.healthy)
    say(one, "after")
    await eventually(lambda: two.heard[-1:] == [b"after"])
    assert b"typing" not in two.heard
    away = time.monotonic() - began
    assert one.healed[-1] > 1.4 and two.healed[-1] > 1.4 and max(one.healed[-1], two.healed[-1]) < away + 2
    assert one.bus.waiting == 0


async def test_a_batch_in_flight_when_the_connection_breaks_is_sent_again_and_heard_once(pair, redis):
    one, two = pair
    await redis.command("CLIENT", "PAUSE", 3000, "WRITE")  # publishing counts as writing: the batch stays in flight
    words = [f"word {number}" for number in range(20)]
    say(one, *words)
    await eventually(lambda: len(one.bus._outbox.flight) > 0)
    await redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    await redis.command("CLIENT", "UNPAUSE")
    await eventually(lambda: len(two.heard) >= 20)
    say(one, "after")
    await eventually(lambda: two.heard[-1:] == [b"after"])
    assert [body.decode() for body in two.heard] == [*words, "after"]
    assert one.bus.figures.resent > 0


@pytest.mark.parametrize("kind", ["pubsub", "normal"])
async def test_killed_connections_come_back_and_whoever_was_deaf_knows_for_how_long(pair, redis, kind):
    one, two = pair
    before = len(two.healed)
    assert await redis.command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes") >= 2
    await eventually(lambda: one.bus.figures.connections > 2 and two.bus.figures.connections > 2)
    await eventually(lambda: one.bus.healthy and two.bus.healthy)
    say(one, "after")
    await eventually(lambda: b"after" in two.heard)
    if kind == "pubsub":
        assert len(two.healed) == before + 1 and two.healed[-1] < 3
    else:
        assert len(two.healed) == before, "the one that hears was never cut: nothing was missed"


async def test_a_redis_that_sleeps_is_away_and_nothing_is_missed(pair, redis):
    one, two = pair
    healed, steady = len(two.healed), two.bus.steady_since
    asleep = asyncio.create_task(redis.command("DEBUG", "SLEEP", "3"))
    await eventually(lambda: not two.bus.healthy)
    say(one, "into the pillow")
    await asleep
    await eventually(lambda: two.heard == [b"into the pillow"] and two.bus.healthy)
    assert len(two.healed) == healed, "the connections stand, so nothing was lost"
    assert two.bus.steady_since > steady + 2, "the silence of other nodes meant nothing meanwhile"


async def test_a_subscriber_whose_buffer_overran_is_back_by_itself_and_knows_that_it_missed_something(pair, redis):
    one, two = pair
    await redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32kb 16kb 1")
    healed = len(two.healed)
    one.bus.publish("talk", b"x" * 200_000)
    await eventually(lambda: len(two.healed) == healed + 1)
    say(one, "after")
    await eventually(lambda: two.heard[-1:] == [b"after"])


async def test_what_had_to_be_dropped_is_owned_up_to_when_redis_is_back(pair, redis, monkeypatch):
    one, _ = pair
    monkeypatch.setattr(redis_outbox, "MOST", 10_000)
    monkeypatch.setattr(redis_bus, "MOST", 10_000)
    redis.shut_down()
    await eventually(lambda: not one.bus.healthy)
    for _ in range(20):
        one.bus.publish("talk", b"x" * 1000)
    assert one.bus.figures.dropped_full > 0 and not one.dropped
    redis.start()
    await eventually(lambda: len(one.dropped) == 1)
    assert 0 < one.dropped[0] < 10


async def test_a_body_that_is_too_large_is_dropped_and_owned_up_to(pair):
    one, two = pair
    one.bus.publish("talk", b"x" * (LARGEST + 1))
    await eventually(lambda: len(one.dropped) == 1)
    assert one.bus.figures.dropped_large == 1 and two.heard == []


async def test_a_user_without_the_right_to_publish_is_told_and_the_loss_is_owned_up_to(redis):
    async with ear(redis, "one") as one:
        await redis.command("ACL", "SETUSER", "default", "-spublish")
        say(one, "forbidden")
        await eventually(lambda: one.bus.figures.dropped_refused > 0)
        await eventually(lambda: any("refuses" in event for _, event, _ in one.bus._log.lines))
        await redis.command("ACL", "SETUSER", "default", "+spublish")
        await eventually(lambda: len(one.dropped) == 1)
