"""Calls on a real server: how soon two who answer each other hear each other, and what twenty calls cost everybody's chat.

Two peers of stock aiortc call each other over the server, as two browsers do: from the moment at which the agent answers until
both have decoded the other one's tone, between the two and through a media worker that records. For the chat, the load of
`bench/chat.py` runs beside twenty visitors and twenty agents, who hear every message of it: once they only do that, and once each
pair calls. A call rings, is answered, passes on a description, an answer and ten candidates, is held and resumed, and after ten
seconds the next one begins; and, as nobody talks, after one second.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import statistics
import urllib.request
from collections.abc import AsyncIterator
from time import perf_counter
from typing import Any

from aiortc import RTCSessionDescription

from bench.chat import latency
from bench.lean import Caller, connect
from bench.server import Server, running_server
from bench.table import Row
from tests.support.tones import Ear, Peer, heard_in

VERA, ADA = 440.0, 880.0
GOAL_MS = 500
CALLS = 20
RATE = 200
"""Messages a second; with the agents in calls each is heard by 21 people."""
NONE, TALKS, STORM = 0.0, 10.0, 1.0
"""Seconds of a call."""
_SDP = "v=0\r\n" + "a=candidate-of-a-browser:0123456789abcdef0123456789abcdef\r\n" * 60
"""As long as what a browser says for sound alone."""
_WAY = {
    "candidate": "candidate:1 1 udp 2122260223 192.0.2.7 54321 typ host generation 0",
    "sdpMid": "0",
    "sdpMLineIndex": 0,
}
_numbers = itertools.count(1)


class Phone:
    """A socket that can be waited on for an event about a call."""

    def __init__(self, caller: Caller, greeting: dict[str, Any]) -> None:
        self.ask, self.greeting = caller.ask, greeting
        self._heard: dict[str, asyncio.Queue[Any]] = {}
        caller.on_event = lambda name, payload: self._queue(name).put_nowait(payload)

    def _queue(self, name: str) -> asyncio.Queue[Any]:
        return self._heard.setdefault(name, asyncio.Queue())

    async def hears(self, name: str, call: int) -> Any:
        """Return the next event of a name that is about a call."""
        async with asyncio.timeout(20):
            while True:
                payload = await self._queue(name).get()
                if payload.get("call", payload.get("id")) == call:
                    return payload

    async def says(self, command: str, **payload: Any) -> Any:
        """Say something, and return the answer, which has to be yes."""
        answer = await self.ask(command, payload)
        assert answer["ok"], (command, answer)
        return answer


def rest(server: Server, token: str, method: str, path: str, body: Any) -> Any:
    """Ask the panel's API."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/app/{path}", json.dumps(body).encode(), headers, method=method
    )
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or b"null")


async def visitor(server: Server) -> Phone:
    """Return a visitor who has just come."""
    socket, greeting = await connect(server.port, "/visitor", {"key": server.made["widget_key"]})
    return Phone(Caller(socket, "/visitor"), greeting)


async def agent(server: Server, token: str) -> Phone:
    """Return an agent who is there."""
    socket, greeting = await connect(server.port, "/agent", {"token": token})
    return Phone(Caller(socket, "/agent"), greeting)


# ── how soon they hear each other ────────────────────────────────────────────────────────────────────────────────────


async def sound(server: Server, token: str, times: int, record: str) -> list[float]:
    """Return the milliseconds from the answer to sound on both sides, of so many calls."""
    rest(server, token, "PUT", "call-rules", {"on": True, "record": record, "announce": False})
    vera, ada = await visitor(server), await agent(server, token)
    taken = []
    for _ in range(times + 1):
        async with _peers() as (one, other):
            number = next(_numbers)
            legs = (f"veras-{number:06}", f"adas-{number:06}")
            # The caller's microphone is open while it rings, the agent's when the call is answered.
            call = (await vera.says("call.start", client_id=f"c{number}", leg=legs[0]))["call"]["id"]
            began = perf_counter()
            answer = await ada.says("call.accept", call=call, leg=legs[1])
            if answer["call"]["route"] == "server":
                await asyncio.gather(_to_server(vera, call, legs[0], one), _to_server(ada, call, legs[1], other))
            else:
                await _to_each_other(vera, ada, call, legs, one, other)
            await asyncio.gather(_hears(one.ear, ADA), _hears(other.ear, VERA))
            taken.append((perf_counter() - began) * 1000)
            await vera.says("call.hangup", call=call)
    return taken[1:]  # the first one began the worker


@contextlib.asynccontextmanager
async def _peers() -> AsyncIterator[tuple[Peer, Peer]]:
    one, other = Peer(VERA), Peer(ADA)
    yield one, other
    await asyncio.gather(one.close(), other.close())


async def _to_server(who: Phone, call: int, leg: str, peer: Peer) -> None:
    await who.says("call.offer", call=call, leg=leg, sdp=await peer.offer())
    await peer.accept((await who.hears("call.answer", call))["sdp"])


async def _to_each_other(vera: Phone, ada: Phone, call: int, legs: tuple[str, str], one: Peer, other: Peer) -> None:
    await vera.says("call.offer", call=call, leg=legs[0], sdp=await one.offer())
    offer = (await ada.hears("call.offer", call))["sdp"]
    await other.pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    await other.pc.setLocalDescription(await other.pc.createAnswer())
    await ada.says("call.answer", call=call, leg=legs[1], sdp=other.pc.localDescription.sdp)
    await one.accept((await vera.hears("call.answer", call))["sdp"])


async def _hears(ear: Ear, pitch: float) -> None:
    async with asyncio.timeout(20):
        while pitch not in heard_in(ear.last(0.04), (pitch,)):
            await asyncio.sleep(0.005)


# ── what calls cost the chat ─────────────────────────────────────────────────────────────────────────────────────────


def agents(server: Server, token: str, count: int) -> list[str]:
    """Return the tokens of so many agents who were invited and came."""
    found = []
    for number in range(count):
        invited = rest(server, token, "POST", "invitations", {"email": f"agent{number}@acme.example", "mail": False})
        key = invited["link"].partition("#")[2]
        joined = {"token": key, "name": f"Agent {number}", "password": "a good password"}
        found.append(rest(server, "", "POST", "join", joined)["token"])
    return found


async def goes_on(vera: Phone, ada: Phone, seconds: float, told: list[int]) -> None:
    """Call, answer, pass on, hold, resume, hang up, and again, until cancelled."""
    await asyncio.sleep(random.uniform(0, seconds))
    while True:
        number = next(_numbers)
        legs = (f"veras-{number:06}", f"adas-{number:06}")
        to = {"kind": "agent", "id": ada.greeting["agent"]["id"]}
        call = (await vera.says("call.start", client_id=f"c{number}", leg=legs[0], to=to))["call"]
        await ada.says("call.accept", call=call["id"], leg=legs[1])
        await vera.says("call.offer", call=call["id"], leg=legs[0], sdp=_SDP)
        await ada.says("call.answer", call=call["id"], leg=legs[1], sdp=_SDP)
        for who, leg in ((vera, legs[0]), (ada, legs[1])):
            for _ in range(5):
                await who.says("call.candidate", call=call["id"], leg=leg, candidate=_WAY)
        for command in ("call.hold", "call.resume"):
            await ada.says(command, call=call["id"])
            await asyncio.sleep(seconds / 2)
        await vera.says("call.hangup", call=call["id"])
        told[0] += 17


async def chat(server: Server, call: float, seconds: float) -> dict[str, float]:
    """Return the milliseconds of messages beside calls of so many seconds, and how many commands the calls said a second."""
    token, told = server.sign_in(), [0]
    rest(server, token, "PUT", "call-rules", {"on": True})
    tokens = await asyncio.to_thread(agents, server, token, CALLS)
    pairs = [(await visitor(server), await agent(server, each)) for each in tokens]
    running = [asyncio.ensure_future(goes_on(*pair, call, told)) for pair in pairs if call]
    await asyncio.sleep(call or 1)
    before, began = told[0], perf_counter()
    found = await latency(server, RATE, seconds)
    found["commands/s"] = (told[0] - before) / (perf_counter() - began)
    for task in running:
        assert not task.done() or not task.exception(), task.exception()
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    return found


def run(runs: int, quick: bool) -> list[Row]:
    """Measure; return the rows."""
    rows = []
    with running_server("--media-lag", "5000", "--media-cpu", "1000") as server:
        token = server.sign_in()
        for record, how in (("none", "between the two"), ("all", "recorded, through a media worker")):
            taken = sorted(asyncio.run(sound(server, token, 4 if quick else 40, record)))
            print(f"    {how}: " + "  ".join(f"{each:.0f}" for each in taken) + " ms", flush=True)
            late = taken[max(0, round(len(taken) * 0.95) - 1)]
            rows.append(Row(f"from the answer to sound on both sides, {how}, p95", late, "ms", GOAL_MS))
    found: dict[float, list[dict[str, float]]] = {NONE: [], TALKS: [], STORM: []}
    for number in range(1 if quick else runs):
        for call in (NONE, TALKS, STORM) if number % 2 else (STORM, TALKS, NONE):
            with running_server() as server:
                figures = asyncio.run(chat(server, call, 2 if quick else 20))
            found[call].append(figures)
            told = "  ".join(f"{name} {value:.1f}" for name, value in figures.items())
            print(f"    calls of {call:.0f} seconds: {told}", flush=True)
    for call, how in ((TALKS, "of ten seconds"), (STORM, "of one second")):
        for figure in ("p50 ms", "p99 ms"):
            alone, beside = (statistics.median(each[figure] for each in found[which]) for which in (NONE, call))
            title = f"chat at {RATE}/s beside {CALLS} calls {how}, {figure[:3]} (goal: without calls)"
            rows.append(Row(title, beside, "ms", alone))
    return rows
