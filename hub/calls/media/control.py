"""How a media worker is spoken with: HTTP on a private address, each request with a token that only nodes of ours can make."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec

from hub.core.hub import Hub

_TIME = 8.0
"""Seconds for an answer: to gather its own addresses a worker asks STUN servers, which may be slow."""
_CONNECT = 2.0


class WorkerGone(Exception):
    """The worker does not answer: its process, or its machine, is gone."""


class WorkerBusy(Exception):
    """The worker takes no more: those who are in it go first."""


class WorkerRefused(Exception):
    """The worker does not take what it was told; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Control:
    """The client of this node. `hub.part(Control)` returns it; server.py closes it."""

    def __init__(self, hub: Hub) -> None:
        self.token = hub.signer.sign("media", "control")
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, url: str, method: str, path: str, body: Any = None) -> Any:
        """Return what a worker answers; a body of bytes goes as it is. Raises WorkerGone, WorkerBusy, WorkerRefused."""
        data = body if body is None or isinstance(body, bytes) else msgspec.json.encode(body)
        try:
            async with self._open().request(method, url + path, data=data, headers=self._headers()) as response:
                answer = msgspec.json.decode(await response.read() or b"null")
        except (aiohttp.ClientError, OSError, TimeoutError, msgspec.DecodeError) as error:
            raise WorkerGone(str(error) or type(error).__name__) from None
        if response.status < 400:
            return answer
        code, message = (answer or {}).get("code", "refused"), (answer or {}).get("message", "")
        if code == "busy":
            raise WorkerBusy(message)
        raise WorkerRefused(code, message)

    async def feed(self, url: str, after: int) -> AsyncIterator[dict[str, Any]]:
        """Yield what happens in a worker, from behind a number on, until it is gone. Raises WorkerGone."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT)
        try:
            async with self._open().get(
                f"{url}/events", params={"after": str(after)}, headers=self._headers(), timeout=timeout
            ) as response:
                async for line in response.content:
                    if line.strip():
                        yield msgspec.json.decode(line)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise WorkerGone(str(error) or type(error).__name__) from None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=_TIME, sock_connect=_CONNECT),
            )
        return self._session

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
