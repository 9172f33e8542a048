"""Nodes of one installation: MongoDB's wire protocol (SecantusDB) and a real Redis between them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Company
from tests.nodes.recorder import Recorder
from tests.support.house import House, ServerProcess, open_house, run_init, sign_in
from tests.support.peers import Redis

_databases = itertools.count(1)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path / "redis").start()
    yield server
    server.kill()


@pytest.fixture
def mongo_url(secantus: str) -> str:
    """A database of the test's own; those of killed nodes are not used again."""
    return f"{secantus}/nodes{next(_databases)}"


class Nodes:
    """Two houses over one store, and the application Acme as either of them serves it."""

    def __init__(self, one: House, two: House, made: dict[str, Any]) -> None:
        self.one, self.two, self.made = Company(one, made), Company(two, made), made

    @property
    def both(self) -> tuple[Company, Company]:
        return self.one, self.two

    @property
    def healthy(self) -> bool:
        """Whether both hear each other."""
        return all(company.house.hub.bus.healthy for company in self.both)


OpenNodes = Callable[..., Awaitable[Nodes]]


@pytest.fixture
async def open_nodes(tmp_path: Path, redis: Redis, mongo_url: str) -> AsyncIterator[OpenNodes]:
    """Opens two houses with settings of the test's choice."""
    async with contextlib.AsyncExitStack() as stack:

        async def open_them(**settings: Any) -> Nodes:
            chosen = {"mongo_url": mongo_url, "redis_url": redis.url, "presence_grace": 0.2} | settings
            one = await stack.enter_async_context(open_house(tmp_path / "one", **chosen))
            two = await stack.enter_async_context(open_house(tmp_path / "two", **chosen))
            pair = Nodes(one, two, await one.application("Acme", "ada@acme.example", "ben@acme.example"))
            stack.push_async_callback(pair.two.go_home)
            stack.push_async_callback(pair.one.go_home)
            return pair

        yield open_them


@pytest.fixture
async def nodes(open_nodes: OpenNodes) -> Nodes:
    return await open_nodes()


@pytest.fixture
async def recorder(nodes: Nodes) -> AsyncIterator[Recorder]:
    """The judge over both houses, with a conversation that Vera has begun."""
    urls = [company.house.url for company in nodes.both]
    judge = Recorder(urls, nodes.made, await nodes.one.token())
    await judge.begins()
    yield judge
    await judge.go_home()


class Cluster:
    """Real server processes over one store; any of them may be killed, stopped and continued."""

    def __init__(self, servers: list[ServerProcess], made: dict[str, Any]) -> None:
        self.servers, self.made = servers, made
        self.urls = [server.url for server in servers]

    async def token(self, email: str = "ada@acme.example") -> str:
        """Sign an agent in; return the token, which is good on every node."""
        return (await asyncio.to_thread(sign_in, self.urls[0], email))["token"]

    async def ready(self, node: int) -> str:
        """Return what /readyz of a node says; an answer that is not 200 raises."""
        return await asyncio.to_thread(_get, f"{self.urls[node]}/readyz")

    async def figure(self, node: int, name: str) -> float:
        """Return a figure of a node's /metrics."""
        text = await asyncio.to_thread(_get, f"{self.urls[node]}/metrics")
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.partition("{")[0].split()[0] == name)

    async def counts(self, node: int, name: str, value: float, within: float = 6.0) -> None:
        """Wait until a figure of a node is this."""
        deadline = asyncio.get_running_loop().time() + within
        while (figure := await self.figure(node, name)) != value:
            assert asyncio.get_running_loop().time() < deadline, f"{name} is {figure}"
            await asyncio.sleep(0.1)


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as response:
        return response.read().decode()


@pytest.fixture
async def start_cluster(
    tmp_path: Path, redis: Redis, mongo_url: str
) -> AsyncIterator[Callable[..., Awaitable[Cluster]]]:
    """Starts a number of real nodes, with settings as `presence_lease=2`."""
    servers: list[ServerProcess] = []

    async def start(number: int, **settings: Any) -> Cluster:
        made = await asyncio.to_thread(run_init, tmp_path / "init", "Acme", "ada@acme.example", "--mongo", mongo_url)
        chosen = {"mongo_url": mongo_url, "redis_url": redis.url, "drain_seconds": 0, "presence_grace": 0.5} | settings
        environment = {f"HUB_{name.upper()}": str(value) for name, value in chosen.items()}
        servers.extend(ServerProcess(tmp_path / f"node{n}", environment=environment) for n in range(number))
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))
        return Cluster(servers, made)

    yield start
    for server in servers:
        if server.process and server.process.poll() is None:
            server.kill()
        print(f"{server.data.name} wrote last:\n{server.log()[-3000:]}")  # pytest shows it where the test failed
