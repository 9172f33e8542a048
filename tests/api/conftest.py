"""Calls over HTTP: with an API key, with a panel's token, or with nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.conftest import Company


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> Any:
        assert self.headers["Content-Type"].split(";")[0] in ("application/json", "application/problem+json"), self.body
        return json.loads(self.body)


class Caller:
    """Makes calls to one server, under one key."""

    def __init__(self, http: aiohttp.ClientSession, url: str, key: str | None = None) -> None:
        self._http, self.url, self.key = http, url, key

    def with_key(self, key: str | None) -> Caller:
        """Return a caller under another key."""
        return Caller(self._http, self.url, key)

    async def __call__(
        self, method: str, path: str, body: Any = None, *, data: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        sent = dict(headers or {})
        if self.key is not None:
            sent.setdefault("Authorization", f"Token {self.key}")
        address = path if path.startswith("http") else self.url + path
        more: dict[str, Any] = {"json": body} if body is not None else {"data": data}
        async with self._http.request(method, address, headers=sent, allow_redirects=False, **more) as response:
            return Answer(response.status, response.headers, await response.read())

    async def get(self, path: str, **more: Any) -> Answer:
        return await self("GET", path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return await self("POST", path, body, **more)


@pytest.fixture
async def web(house: Any) -> AsyncIterator[Caller]:
    """Calls without a key."""
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        yield Caller(http, house.url)


@pytest.fixture
async def api(acme: Company, web: Caller) -> Caller:
    """Calls under Acme's API key."""
    return web.with_key(acme.api_key)


@pytest.fixture
async def panel_api(acme: Company, web: Caller) -> Any:
    """Return a function that posts to our own API as Ada and returns the answer."""
    token = await acme.token()

    async def post(path: str, body: Any) -> Any:
        answer = await web.post(f"/api/app/{path}", body, headers={"Authorization": f"Bearer {token}"})
        assert answer.status < 400, answer.body
        return answer.json

    return post
