"""The judge over many nodes: clients that write down what they sent, what was acknowledged and what they show.

A `Wanderer` (python-socketio) and a `JsWanderer` (the official JavaScript client) keep an outbox, resume by position,
fill holes by `resume` and go to the next node when theirs is gone. `judges` compares all of them with the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from tests.support.cast import Agent, Client, Visitor
from tests.support.house import ROOT, eventually
from tests.support.talker import Talker, judge

TRANSPORTS = (["websocket"], ["polling"], ["polling", "websocket"])


class Wanderer(Talker):
    """Somebody whose client knows several nodes and takes the next one when it can't stay."""

    def __init__(self, name: str, urls: Sequence[str], who: Any, transports: list[str], conversation: int) -> None:
        super().__init__(self._arrive, conversation)
        self.name, self.holes, self.presence = name, 0, []  # type: ignore[var-annotated]
        self._urls, self._who, self._transports = itertools.cycle(urls), who, transports

    async def _arrive(self) -> Client:
        client = self._who(next(self._urls), transports=self._transports, wait_timeout=3)
        self.presence = client.heard
        try:
            async with asyncio.timeout(8):
                return await client.connect()
        except BaseException:
            with contextlib.suppress(Exception):
                await client.leave()
            raise

    async def _session(self) -> None:
        client = self.client = await self._arrive()
        try:
            seen = len(client.heard)
            await self._resume(client)
            while not client.disconnected.is_set():
                while seen < len(client.heard):
                    name, payload = client.heard[seen]
                    seen += 1
                    if name != "message" or payload["conversation"] != self.conversation:
                        continue
                    if payload["position"] > self.position + 1:
                        self.holes += 1
                        await self._resume(client)
                    self._show(payload)
                if self.outbox:
                    await self._send(client)
                else:
                    self._wake.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), 0.01)
        finally:
            with contextlib.suppress(Exception):
                await client.leave()

    async def done(self) -> None:
        """Go home."""
        await self.stop()


class JsWanderer:
    """The same with the official JavaScript client, in a process of its own."""

    def __init__(
        self, name: str, urls: Sequence[str], namespace: str, auth: Any, transports: list[str], conversation: int
    ) -> None:
        self.name, self.outbox = name, []  # type: ignore[var-annotated]
        self._task_book = {
            "urls": list(urls), "namespace": namespace, "auth": auth, "transports": transports,
            "conversation": conversation,
        }  # fmt: skip
        self.acked: dict[str, Any] = {}
        self.shown: list[Any] = []
        self.offences: list[str] = []
        self.holes = self.reconnects = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def position(self) -> int:
        """The last position that this client shows."""
        return self.shown[-1]["position"] if self.shown else 0

    async def begin(self) -> None:
        """Start the process."""
        node = shutil.which("node")
        if not node or not (ROOT / "node_modules/socket.io-client").exists():
            pytest.skip("node and socket.io-client are needed; `make test` installs them")
        self._process = await asyncio.create_subprocess_exec(
            node, "tests/nodes/wanderer.mjs", json.dumps(self._task_book), cwd=ROOT, limit=2**20,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())

    def say(self, client_id: str, text: str) -> None:
        """Put a message into the outbox."""
        assert self._process and self._process.stdin
        self.outbox.append(client_id)
        self._process.stdin.write(json.dumps({"client_id": client_id, "text": text}).encode() + b"\n")

    async def _read(self) -> None:
        assert self._process and self._process.stdout
        async for line in self._process.stdout:
            kind, value = json.loads(line)
            if kind == "shown":
                self.shown.append(value)
            elif kind == "acked":
                self.acked[value["client_id"]] = value
                self.outbox.remove(value["client_id"])
            elif kind == "offence":
                self.offences.append(value)
            elif kind == "hole":
                self.holes += 1
            elif kind == "connected":
                self.reconnects += 1

    async def done(self) -> None:
        """End the process."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
            self._reading.cancel()


class Recorder:
    """Everybody who talks in one conversation, and the verdict on what they saw."""

    def __init__(self, urls: Sequence[str], made: dict[str, Any], agent_token: str) -> None:
        self.urls, self.key, self.agent_token = list(urls), made["widget_key"], agent_token
        self.everybody: list[Wanderer | JsWanderer] = []
        self.said = 0

    async def begins(self) -> None:
        """Let Vera begin the conversation."""
        vera = await Visitor(self.urls[0], self.key).connect()
        self.conversation = (await vera.says("Hello?"))["conversation"]
        self.visitor_token = vera.token
        await vera.leave()

    def _urls_from(self, node: int) -> list[str]:
        return self.urls[node:] + self.urls[:node]

    def joins(self, name: str, face: str, node: int, transports: list[str]) -> Wanderer:
        """Let somebody join with python-socketio, at first on this node."""

        def who(url: str, **options: Any) -> Client:
            if face == "visitor":
                return Visitor(url, self.key, self.visitor_token, **options)
            return Agent(url, self.agent_token, **options)

        wanderer = Wanderer(name, self._urls_from(node), who, transports, self.conversation)
        self.everybody.append(wanderer)
        wanderer.start()
        return wanderer

    async def joins_in_javascript(self, name: str, face: str, node: int, transports: list[str]) -> JsWanderer:
        """Let somebody join with the official client."""
        auth = (
            {"key": self.key, "visitor_token": self.visitor_token} if face == "visitor" else {"token": self.agent_token}
        )
        wanderer = JsWanderer(name, self._urls_from(node), f"/{face}", auth, transports, self.conversation)
        self.everybody.append(wanderer)
        await wanderer.begin()
        return wanderer

    async def all_are_here(self) -> None:
        """Wait until everybody has the conversation."""
        await eventually(lambda: all(one.position >= 1 for one in self.everybody), 15)

    async def talk(self, seconds: float, every: float = 0.04) -> None:
        """Let everybody write in turn for a while."""
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            await self.everybody_writes(every)

    @contextlib.asynccontextmanager
    async def talking(self, around: float = 0.5) -> AsyncIterator[None]:
        """Let everybody write while the body runs, and a little before and after."""
        over = asyncio.Event()

        async def go_on() -> None:
            while not over.is_set():
                await self.everybody_writes()

        task = asyncio.create_task(go_on())
        await asyncio.sleep(around)
        try:
            yield
            await asyncio.sleep(around)
        finally:
            over.set()
            await task

    async def everybody_writes(self, every: float = 0.04) -> None:
        """Let everybody write one message."""
        for one in self.everybody:
            self.said += 1
            one.say(f"{one.name}-{self.said}", f"{one.name} says {self.said}")
            await asyncio.sleep(every)

    async def judges(self, within: float = 20.0) -> list[dict[str, Any]]:
        """Wait until everybody has everything, without another word being said, and compare with the store."""
        try:
            await eventually(lambda: not any(one.outbox for one in self.everybody), within)
            await eventually(lambda: all(one.position == self.said + 1 for one in self.everybody), within)
        except AssertionError:
            facts = {one.name: (one.position, len(one.outbox), one.holes, one.reconnects) for one in self.everybody}
            raise AssertionError(f"of {self.said + 1} messages: {facts}") from None
        stored = await self._stored()
        judge(stored, *self.everybody)  # type: ignore[arg-type]
        return stored

    async def _stored(self) -> list[dict[str, Any]]:
        for url in self.urls:
            with contextlib.suppress(Exception):
                reader = await Agent(url, self.agent_token).connect()
                break
        stored: list[dict[str, Any]] = []
        while True:
            page = await reader.call("conversation.open", conversation=self.conversation, after=len(stored))
            stored += page["messages"]
            if len(stored) >= page["position"] or not page["messages"]:
                await reader.leave()
                return stored

    async def go_home(self) -> None:
        """Let everybody go."""
        await asyncio.gather(*(one.done() for one in self.everybody))
