"""The people of the tests: visitors and agents as real Socket.IO clients, with everything they heard."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import socketio

from tests.support.house import eventually

_numbers = itertools.count(1)


class Refused(Exception):
    """A command was answered with an error; `code` is its code."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.code, self.message, self.retryable = error["code"], error["message"], error["retryable"]


class ConnectRefused(Exception):
    """The connection was refused; `error` is the data of the CONNECT_ERROR."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.error = error
        self.code = error.get("code")


class Client:
    """Somebody's open socket. `heard` lists (event, payload) in order."""

    namespace = "/"

    def __init__(self, url: str, auth: dict[str, Any], **options: Any) -> None:
        self.url, self.auth, self.options = url, auth, options
        self.heard: list[tuple[str, Any]] = []
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("*", self._hear, namespace=self.namespace)
        self.socket.on("connect_error", self._refused, namespace=self.namespace)
        self.socket.on("disconnect", self._cut, namespace=self.namespace)
        self.refusal: Any = None
        self.disconnected = asyncio.Event()

    async def _hear(self, event: str, *payload: Any) -> None:
        self.heard.append((event, payload[0] if payload else None))

    async def _refused(self, data: Any) -> None:
        self.refusal = data

    async def _cut(self, *_: Any) -> None:
        self.disconnected.set()

    async def connect(self) -> Any:
        """Connect and return self, with the `session` heard. Raises ConnectRefused."""
        options = {"transports": ["websocket"], "wait_timeout": 5} | self.options
        try:
            await self.socket.connect(self.url, namespaces=[self.namespace], auth=self.auth, **options)
        except socketio.exceptions.ConnectionError as error:
            await asyncio.sleep(0.05)
            if isinstance(self.refusal, dict):
                raise ConnectRefused(self.refusal.get("data") or self.refusal) from None
            raise error
        await eventually(lambda: self.events("session"))
        return self

    @property
    def session(self) -> dict[str, Any]:
        return self.events("session")[-1]

    def events(self, name: str) -> list[Any]:
        """Return the payloads of one kind of event, in order."""
        return [payload for event, payload in self.heard if event == name]

    async def hears(self, name: str, /, within: float = 5.0, **fields: Any) -> Any:
        """Wait for an event with these fields; return its payload."""

        def found() -> list[Any]:
            return [p for p in self.events(name) if all(p.get(field) == value for field, value in fields.items())]

        await eventually(found, within)
        return found()[0]

    async def ack(self, command: str, payload: Any = None) -> dict[str, Any]:
        """Emit a command; return its whole ack."""
        return await self.socket.call(command, payload, namespace=self.namespace, timeout=10)

    async def call(self, command: str, **payload: Any) -> dict[str, Any]:
        """Emit a command; return its ack. Raises Refused."""
        answer = await self.ack(command, payload)
        if not answer["ok"]:
            raise Refused(answer["error"])
        return answer

    async def says(self, text: str, conversation: int | None = None, **more: Any) -> dict[str, Any]:
        """Send a message; return it as stored."""
        payload = {"client_id": f"c{next(_numbers)}", "text": text} | more
        if conversation:
            payload["conversation"] = conversation
        return (await self.call("message.send", **payload))["message"]

    async def refused(self, command: str, **payload: Any) -> str:
        """Emit a command that has to be refused in the protocol's way; return the code."""
        answer = await self.ack(command, payload)
        assert answer["ok"] is False, f"{command} {payload} was accepted: {answer}"
        error = answer["error"]
        assert set(error) - {"details"} == {"code", "message", "retryable"} and error["message"].endswith("."), error
        return error["code"]

    def forget(self) -> None:
        """Forget what was heard so far."""
        self.heard.clear()

    def cut(self) -> None:
        """Lose the connection as a network does: without a word to the server."""
        connection = self.socket.eio.ws
        if connection is not None and connection._response.connection is not None:
            connection._response.connection.transport.abort()

    async def leave(self) -> None:
        """Close the socket."""
        await self.socket.disconnect()


class Visitor(Client):
    """Somebody on the website: Vera, Walt."""

    namespace = "/visitor"

    def __init__(
        self, url: str, key: str, token: str | None = None, *, auth: dict[str, Any] | None = None, **options: Any
    ) -> None:
        base = {"key": key} | ({"visitor_token": token} if token else {}) | (auth or {})
        super().__init__(url, base, **options)

    @property
    def token(self) -> str:
        return self.session["visitor_token"]


class Agent(Client):
    """Somebody of the company: Ada, Ben."""

    namespace = "/agent"

    def __init__(self, url: str, token: str, **options: Any) -> None:
        super().__init__(url, {"token": token}, **options)
