"""Traffic for tests in which nodes come and go, and its judge: what was acknowledged is there, once and in order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from pathlib import Path
from typing import Any

import aiohttp

from hub.chat.collections import MESSAGES
from hub.core.settings import Settings
from server import open_hub
from storage.engine import Scope
from tests.support.cast import Agent, Client, Visitor
from tests.support.house import ROOT, eventually
from tests.support.talker import Talker, judge

_WAITING = 15
"""Messages that one talker may have on the way: a crowded machine is talked to as fast as it answers, and not faster."""
_WAYS = (["websocket"], ["polling"], ["polling", "websocket"])


class _Obedient(Visitor):
    """Comes back elsewhere when it is asked to, as the widget does."""

    async def _hear(self, event: str, *payload: Any) -> None:
        await super()._hear(event, *payload)
        if event == "drain":
            await asyncio.sleep(payload[0]["retry_in"] / 1000)
            await self.leave()


class Load:
    """Visitors in both transports, agents, the official JavaScript client and REST clients, all talking all the time."""

    def __init__(self, url: str, made: dict[str, Any], agent_token: str, pace: float = 0.04) -> None:
        self.url, self.made, self._agent_token, self._pace = url, made, agent_token, pace
        self.app, self.key = made["application"]["id"], made["widget_key"]
        self.talkers: list[Talker] = []
        self.answers: dict[int, int] = {}
        self.broken: list[str] = []
        self.posted: list[str] = []
        self.tried: list[str] = []
        self._numbers = iter(range(10_000))
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._rest_conversation = 0

    async def __aenter__(self) -> Load:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Send home whoever is still there: clients that a failed test leaves behind hold up the end of its loop for ever."""
        self._stopping.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *(talker.stop() for talker in self.talkers), return_exceptions=True)

    async def start(self) -> None:
        """Begin: three visitors with a second tab and an agent each, and two REST clients."""
        for way in _WAYS:
            first = await self._visitor(way).connect()
            conversation = (await first.says("Hello"))["conversation"]
            token = first.token
            self.talkers += [
                Talker(lambda way=way, token=token: self._visitor(way, token).connect(), conversation),
                Talker(lambda token=token: self._visitor(["polling"], token, Visitor).connect(), conversation),
                Talker(lambda way=way: self._agent(way).connect(), conversation),
            ]
            await first.leave()
        rest = await self._visitor(["websocket"]).connect()
        self._rest_conversation = (await rest.says("By REST, please"))["conversation"]
        await rest.leave()
        for talker in self.talkers:
            talker.start()
        self._tasks = [asyncio.create_task(work()) for work in (self._talk, self._post, self._read)]

    async def stop(self) -> None:
        """Let everything that was said arrive, then send everybody home."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)
        await eventually(lambda: not any(talker.outbox for talker in self.talkers), 30)
        for talker in self.talkers:
            last = max(other.position for other in self.talkers if other.conversation == talker.conversation)
            await eventually(lambda talker=talker, last=last: talker.position >= last, 30)
        for talker in self.talkers:
            await talker.stop()

    async def judge(self, settings: Settings, killed: bool = False) -> None:
        """Compare what everybody saw with what the store holds.

        Where a process was `killed`, REST calls may be left without an answer or refused for now: then nobody knows what
        came of them.
        """
        async with open_hub(settings) as hub:
            for conversation in {talker.conversation for talker in self.talkers}:
                pair = [talker for talker in self.talkers if talker.conversation == conversation]
                # What clients saw has passed through the door, so the records are compared by these fields.
                stored = [_essence(record) for record in await _stream(hub, self.app, conversation)]
                for talker in pair:
                    talker.shown = [_essence(message) for message in talker.shown]
                    talker.acked = {client_id: _essence(message) for client_id, message in talker.acked.items()}
                judge(stored, *pair)
                assert len(stored) > 20, "hardly anything was said, so hardly anything was proved"
            texts = [record["text"] for record in await _stream(hub, self.app, self._rest_conversation)]
            unknown = set(self.tried) - set(self.posted) if killed else set()
            kept = [text for text in texts[1:] if text not in unknown]
            assert kept == self.posted, "what REST acknowledged is lost, doubled or in another order"
        assert killed or self.broken == [], f"REST calls without an answer, or with a 5xx: {self.broken[:5]}"
        refusals = {503} if killed else set()  # "try again", while MongoDB still waits for the one that was killed
        assert set(self.answers) <= {200, 201} | refusals, self.answers

    def _name(self) -> str:
        return f"{self.url}?talker=t{next(self._numbers)}"

    def _visitor(self, way: list[str], token: str | None = None, kind: type[Visitor] = _Obedient) -> Client:
        return kind(self._name(), self.key, token, transports=way)

    def _agent(self, way: list[str]) -> Client:
        return Agent(self._name(), self._agent_token, transports=way)

    async def _talk(self) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            for place, talker in enumerate(self.talkers):
                if len(talker.outbox) < _WAITING:
                    talker.say(f"{place}-{number}", f"{place} says {number}")
            await asyncio.sleep(self._pace * 5)

    async def _rest(self, http: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> int:
        headers = {"Authorization": f"Token {self.made['api_key']}"}
        try:
            async with http.request(method, f"{self.url}/api/public{path}", json=body, headers=headers) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self.broken.append(f"{method} {path}: {error!r}")
            return 0
        if answer.status >= 500:
            self.broken.append(f"{method} {path}: {answer.status} {body[:300]!r}")
        self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
        return answer.status

    async def _post(self) -> None:
        number, agent = 0, self.made["agent"]["id"]
        async with aiohttp.ClientSession() as http:
            while not self._stopping.is_set():
                number += 1
                text = f"by REST {number}"
                body = {"conversation": self._rest_conversation, "content": text, "user": agent}
                self.tried.append(text)
                if await self._rest(http, "POST", "/message/", body) == 201:
                    self.posted.append(text)
                await asyncio.sleep(self._pace)

    async def _read(self) -> None:
        async with aiohttp.ClientSession() as http:
            while not self._stopping.is_set():
                await self._rest(http, "GET", "/conversations/")
                await asyncio.sleep(self._pace)


class JavaScript:
    """The official client as a process that talks (official_talker.mjs)."""

    def __init__(self, url: str, key: str, transports: str, count: int, pause: int) -> None:
        self._arguments = [url, key, transports, str(count), str(pause)]
        self.conversation = 0

    async def start(self) -> None:
        """Start, and return when its first message is acknowledged."""
        self._process = await asyncio.create_subprocess_exec(
            "node", str(Path(__file__).with_name("official_talker.mjs")), *self._arguments,
            cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout
        line = await asyncio.wait_for(self._process.stdout.readline(), 20)
        if not line:
            raise AssertionError((await self._process.communicate())[1].decode())
        self.conversation = json.loads(line)["conversation"]

    async def end(self) -> dict[str, Any]:
        """Return what it saw, once it has said everything."""
        try:
            out, err = await asyncio.wait_for(self._process.communicate(), 60)
        finally:
            self.kill()
        assert self._process.returncode == 0, err.decode()
        return json.loads(out)

    async def judge(self, settings: Settings, app: int, saw: dict[str, Any]) -> None:
        """Compare what it saw with what the store holds."""
        async with open_hub(settings) as hub:
            stored = await _stream(hub, app, self.conversation)
        own = [record["client_id"] for record in stored if record["client_id"]]
        assert own == list(saw["acked"]), "what was acknowledged is lost, doubled or in another order"
        assert {record["client_id"]: record["position"] for record in stored if record["client_id"]} == saw["acked"]
        for live in saw["live"]:
            assert live == sorted(set(live)), "a position came twice or late over one connection"

    def kill(self) -> None:
        """End it, whatever it does."""
        with contextlib.suppress(ProcessLookupError, AttributeError):
            self._process.kill()


async def _stream(hub: Any, app: int, conversation: int) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    while more := await hub.store.read(Scope(app), MESSAGES, conversation, after=len(records)):
        records += more
    return records


def _essence(message: dict[str, Any]) -> dict[str, Any]:
    return {name: message.get(name) for name in ("position", "client_id", "text", "id")}


def ends_within(process: Any, seconds: float) -> tuple[int, float]:
    """Wait for a process; return its exit code and how long it took."""
    begun = time.monotonic()
    return process.wait(seconds), time.monotonic() - begun
