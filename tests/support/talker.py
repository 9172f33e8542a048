"""A client as the widget and the panel are: it keeps an outbox over cuts, resumes by position, and keeps one list.

The recorder of the gap-free tests: whatever arrives that is a hole or a repetition in what the server promised is an
`offence`, and what the client shows in the end is `shown`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import socketio

from tests.support.cast import Client, ConnectRefused

LOST = (TimeoutError, AssertionError, socketio.exceptions.SocketIOError, ConnectRefused, OSError)
"""What a lost connection looks like to whoever was waiting for an answer over it."""


class Talker:
    """Somebody who says many things while the connection keeps breaking."""

    def __init__(self, connect: Callable[[], Awaitable[Client]], conversation: int) -> None:
        self._connect, self.conversation = connect, conversation
        self.client: Client | None = None
        self.outbox: list[tuple[str, str]] = []
        self.acked: dict[str, dict[str, Any]] = {}
        self.shown: list[dict[str, Any]] = []
        self.offences: list[str] = []
        self.reconnects = 0
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    @property
    def position(self) -> int:
        """The last position that this client has."""
        return self.shown[-1]["position"] if self.shown else 0

    def start(self) -> None:
        """Begin to connect, to resume and to empty the outbox, again and again."""
        self._task = asyncio.get_running_loop().create_task(self._live())

    def say(self, client_id: str, text: str) -> None:
        """Put a message into the outbox."""
        self.outbox.append((client_id, text))
        self._wake.set()

    async def stop(self) -> None:
        """Go home."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self.client:
            await self.client.leave()

    async def _live(self) -> None:
        while True:
            try:
                await self._session()
            except LOST:
                pass
            self.reconnects += 1
            await asyncio.sleep(0.02)

    async def _session(self) -> None:
        """Live one connection: resume first, then send and listen until it breaks."""
        client = self.client = await self._connect()
        seen = len(client.heard)
        await self._resume(client)
        last_live = 0
        while not client.disconnected.is_set():
            while seen < len(client.heard):
                name, payload = client.heard[seen]
                seen += 1
                if name != "message" or payload["conversation"] != self.conversation:
                    continue
                if payload["position"] <= last_live:
                    self.offences.append(f"position {payload['position']} came live behind {last_live}")
                if last_live and payload["position"] > last_live + 1:
                    self.offences.append(f"position {payload['position']} came live right after {last_live}")
                last_live = payload["position"]
                self._show(payload)
            if self.outbox:
                await self._send(client)
            else:
                self._wake.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), 0.01)

    async def _resume(self, client: Client) -> None:
        stream = await self._answer(
            client, "resume", {"streams": {str(self.conversation): {"position": self.position}}}
        )
        caught_up = stream["streams"][str(self.conversation)]
        for message in caught_up["messages"]:
            self._show(message)
        if caught_up["position"] > self.position:
            self.offences.append(f"resume promised {caught_up['position']} and brought {self.position}")

    async def _send(self, client: Client) -> None:
        client_id, text = self.outbox[0]
        body = {"client_id": client_id, "text": text, "conversation": self.conversation}
        answer = await self._answer(client, "message.send", body)
        if not answer["ok"]:
            assert answer["error"]["retryable"], answer
            return
        before = self.acked.setdefault(client_id, answer["message"])
        if before != answer["message"]:
            self.offences.append(f"{client_id} was acknowledged as {before} and as {answer['message']}")
        self.outbox.pop(0)

    async def _answer(self, client: Client, command: str, payload: Any) -> Any:
        """Return the ack, or raise as soon as the connection is lost."""
        call = asyncio.ensure_future(client.ack(command, payload))
        lost = asyncio.ensure_future(client.disconnected.wait())
        await asyncio.wait((call, lost), return_when=asyncio.FIRST_COMPLETED)
        lost.cancel()
        if call.done():
            return call.result()
        call.cancel()
        raise ConnectionError("lost")

    def _show(self, message: dict[str, Any]) -> None:
        """Keep one list by position, as the clients do: what is there already is dropped, a hole is an offence."""
        if message["position"] <= self.position:
            if self.shown[message["position"] - 1] != message:
                self.offences.append(f"position {message['position']} was shown as something else before")
            return
        if message["position"] != self.position + 1:
            self.offences.append(f"position {message['position']} came right after {self.position}")
        self.shown.append(message)


def judge(stored: list[dict[str, Any]], *talkers: Talker) -> None:
    """Fail unless everybody has every message exactly once and in order, and everything acknowledged is there."""
    for talker in talkers:
        assert talker.offences == []
        assert talker.shown == stored
        assert not talker.outbox
    assert [message["position"] for message in stored] == list(range(1, len(stored) + 1))
    client_ids = [message["client_id"] for message in stored if message["client_id"]]
    assert len(client_ids) == len(set(client_ids)), "a client id was stored twice"
    by_client_id = {message["client_id"]: message for message in stored}
    for talker in talkers:
        for client_id, message in talker.acked.items():
            assert by_client_id.get(client_id) == message, f"{client_id} was acknowledged and is not there"
        said = [message["client_id"] for message in stored if message["client_id"] in talker.acked]
        assert said == list(talker.acked), "a side's own messages changed their order"
