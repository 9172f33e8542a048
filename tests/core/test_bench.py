"""The benchmarks count right: on tiny sizes, against real servers, what they report is what the servers saw."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import random
import time
import urllib.request
from collections.abc import Iterator

import pytest

from bench import (
    acks,
    chat,
    cut,
    death,
    fanout,
    idle,
    mail_in,
    mails,
    modals,
    nodes,
    people,
    people_import,
    rivals,
    soak,
    voice_load,
)
from bench.lean import Caller, connect
from bench.server import Server, running_server
from bench.table import Row, print_table

KINDS = ("ours", "stock", "node")


@pytest.fixture(params=KINDS)
def kind(request):
    if request.param == "node" and not (rivals.PEERS / "node_modules" / ".package-lock.json").exists():
        pytest.skip("Node's peers are not installed; `make bench` does that")
    return request.param


@pytest.fixture(scope="module")
def town() -> Iterator[Server]:
    """The whole product, started once for all who measure it as it comes."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HUB_FETCH_ALLOW", "127.0.0.1")
        with running_server("--ping-interval", "2", "--ping-timeout", "3") as server:
            yield server


@pytest.fixture
def server(town: Server) -> Server:
    """The same, when the people of the measurement before have gone."""
    deadline = time.monotonic() + 30
    while sockets_of(town):
        assert time.monotonic() < deadline, "people of another measurement are still there"
        time.sleep(0.1)
    return town


def sockets_of(server: Server) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("hub_sockets{"))


def test_a_delivery_has_a_price_and_the_server_has_told_as_often_as_was_heard(kind):
    assert 0 < fanout.measure(kind, clients=20, cpu=0.1)["µs per delivery"] < 5000


def test_the_event_of_the_fan_out_is_150_bytes_on_the_wire(kind):
    async def hear() -> bytes:
        audience = await fanout.Audience.gather(server.port, 1)
        (client,) = audience._clients
        heard: list[bytes] = []
        hears = client.on_packet
        client.on_packet = lambda socket, packet: (heard.append(packet), hears(socket, packet))
        await audience.broadcast()
        return heard[0]

    with rivals.running(kind) as server:
        assert len(asyncio.run(hear())) == 150


def test_a_round_trip_has_a_price_and_each_was_handled_once(kind):
    assert 0 < acks.measure(kind, clients=20, cpu=0.1)["µs per round trip"] < 5000


def test_an_idle_connection_has_a_weight():
    figures = idle.measure("ours", clients=300, storm_seconds=0.2, pause=0.2)
    assert 1 < figures["KB idle"] < 200
    assert 1 < figures["KB after acks"] < 400


def test_the_cut_waits_until_the_server_has_seen_everybody_off(kind):
    figures = cut.measure(kind, clients=50, rest=0.1)
    assert 0 <= figures["ms block"] < 10_000
    assert figures["s until gone"] > 0


def test_a_block_of_the_loop_is_seen(kind):
    """The ticker inside each server sees the loop stand still: here because the whole process does."""

    async def block() -> float:
        caller = Caller((await connect(server.port, "/", {}))[0])
        await caller.ask("figures")
        asyncio.get_running_loop().call_later(0.05, server.process.send_signal, 19)  # SIGSTOP
        asyncio.get_running_loop().call_later(0.35, server.process.send_signal, 18)  # SIGCONT
        await asyncio.sleep(0.5)
        return (await caller.ask("figures"))["block_ms"]

    with rivals.running(kind) as server:
        assert asyncio.run(block()) > 200


def test_rounds_go_through_the_servers_in_turn_and_back(capsys):
    asked = []

    def measure(kind: str) -> rivals.Figures:
        asked.append(kind)
        return {"figure": float(len(asked))}

    assert rivals.compare(measure, 3, ("ours", "node")) == {"ours": {"figure": 4.0}, "node": {"figure": 3.0}}
    assert asked == ["ours", "node", "node", "ours", "ours", "node"]


def test_a_ratio_above_one_is_better_than_the_goal(capsys):
    cheap, slow = Row("cost", 5.0, "µs", 10.0), Row("speed", 5.0, "/s", 10.0, more_is_better=True)
    assert (cheap.ratio, slow.ratio) == (2.0, 0.5)
    print_table([cheap, slow, Row("told only", 5.0, "s")])
    assert "2.00" in capsys.readouterr().out


@pytest.mark.annex("H6")
def test_everything_told_on_one_node_is_heard_on_the_other(kind):
    figures = nodes.measure(kind, "small", seconds=0.3)
    assert 0 < figures["p50 ms"] <= figures["p99 ms"] <= figures["max ms"]


@pytest.mark.annex("X5")
def test_visitors_outlive_a_killed_server_with_every_message_once(server):
    figures = asyncio.run(death.outlive(server, 20, rest=0.3))
    assert figures["messages"] > 10
    assert 0 < figures["s to start"] < figures["s until all"]


@pytest.mark.parametrize(
    "shown",
    [
        {7: ["hello", "a1"]},  # the second is lost
        {7: ["hello", "a2", "a1"]},  # another order
        {7: ["hello", "a1", "a2", "a2"]},  # one of them twice
        {7: ["hello", "a1", "a2"], 8: ["hello", "a1"]},  # shown to somebody else as well
    ],
)
def test_a_lost_or_repeated_message_does_not_pass_the_judge(shown):
    acked = {"a1": (7, 2), "a2": (7, 3)}
    death.judge({7: ["hello", "a1", "a2"]}, acked)
    with pytest.raises(AssertionError):
        death.judge(shown, acked)


def test_durable_messages_are_counted_when_acknowledged_and_heard(server, monkeypatch):
    monkeypatch.setattr(chat, "VISITORS", 20)
    assert asyncio.run(chat.throughput(server, seconds=0.3))["messages/s"] > 10
    assert asyncio.run(chat.latency(server, 100, seconds=0.3))["p50 ms"] > 0


def test_the_soak_lets_people_come_write_and_vanish(server, monkeypatch, capsys):
    for name, size in {"SAMPLE_SECONDS": 0.5, "VISITORS": 40, "POLLERS": 10, "AGENTS": 3}.items():
        monkeypatch.setattr(soak, name, size)
    street = soak.Street(server)
    asyncio.run(soak.soak(street, 6.0))
    assert not street.refused
    assert min(street.done[what] for what in ("messages", "polled", "vanish", "typing")) > 0
    assert "descriptors" in capsys.readouterr().out


@pytest.mark.parametrize("leak", [0.0, 0.05])
def test_a_leak_is_told_from_chance(leak):
    """One task more each twenty seconds, among people who come and go: seen within ten minutes."""
    chance = random.Random(5)
    people, points = 60.0, []
    for second in range(0, 600, 2):
        people += 0.3 * (60 - people) + chance.gauss(0, 2)
        points.append((float(second), people + leak * second))
    assert soak.slope(points).clearly_grows(600 / 3600) is bool(leak)


def test_an_import_of_contacts_has_a_pace_and_each_row_was_taken():
    figures = people_import.measure(rows=300)  # raises where a row is not created, or changes something the second time
    assert figures["new"] > 0 and figures["again"] > 0 and figures["cpu"] > 0
    assert people_import.measure(300, "thread")["p99"] > 0  # a process of its own does not tell how long it writes


def test_what_people_cost_is_measured_on_a_real_store(monkeypatch):
    """Small sizes: every figure comes from the server, and none of them is nothing."""
    monkeypatch.setattr(people, "over_sockets", functools.partial(people.over_sockets, visitors=10))
    figures = people.one_round(contacts=400, segments=2, seconds=0.5)
    assert all(value > 0 for value in figures.values()), figures
    assert figures["counted/s"] <= figures["events/s"]


@pytest.mark.parametrize("way", ["ours", "peer"])
def test_a_mail_has_a_price_and_the_server_took_each_once_and_signed(way):
    figures = mails.flat_out(way, 0.3)  # raises where one is missing, comes twice or is not signed
    assert figures["per_second"] > 0 and figures["ms"] > 0
    assert (figures["connections"] <= 4) is (way == "ours"), figures


def test_whoever_is_away_gets_the_mail_after_the_delay_and_each_of_them_does():
    waits = mails.whole(people=5, delay=1)
    assert len(waits) == 5 and all(0 < wait < 6_000 for wait in waits), waits


def test_a_mail_is_seen_after_the_mailbox_has_it_and_not_before(server, monkeypatch):
    monkeypatch.setenv("HUB_FETCH_ALLOW", "127.0.0.1")  # the measurement sets it, and it ends with this test
    monkeypatch.setattr(mail_in, "running_server", lambda: contextlib.nullcontext(server))
    found = mail_in.measure(mails=3)
    assert 0 < found["median"] <= found["p95"] and found["bare"] > 0


def test_a_pop_up_reaches_everybody_and_a_loop_of_emits_does_too(server):
    times, size = asyncio.run(modals.ours(server, visitors=20, rounds=1))
    assert len(times) == 1 and size > 300
    with rivals.running("stock") as stock:
        assert len(asyncio.run(modals.stock(stock.port, 20, 1, size))) == 1


def test_a_frame_of_a_call_that_is_missing_late_or_silent_is_a_gap():
    packets = voice_load.packets_of(400)
    arrived = [(number / 50, number * 960, packets[number % 50]) for number in range(100)]
    assert voice_load.gaps_in(arrived, [400], lambda first, last: False) == (0, 97)
    del arrived[60]
    arrived[30] = (30 / 50, 30 * 960, b"\xf8\xff\xfe")  # silence
    arrived[80] = (arrived[80][0] + 0.2, *arrived[80][1:])
    arrived[31] = (31 / 50, 31 * 960, b"\xf8\xff\xfe")
    assert voice_load.gaps_in(arrived, [400], lambda first, last: False)[0] in (
        3,
        4,
    )  # a decoder smooths the first of two
    assert voice_load.gaps_in(arrived, [400], lambda first, last: True) == (0, 0)
