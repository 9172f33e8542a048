"""Two installations: one that is moved out of, over its public API, and one that is moved into, on each engine."""

from __future__ import annotations

import contextlib
import json
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import command
from tests.support.house import PASSWORD, House, ServerProcess, house_beside, open_house, run_init

ALLOWED = {"HUB_FETCH_ALLOW": "127.0.0.1"}
"""The other installation is no host of the public internet."""


class Api:
    """The public API of a server, as any client of User.com calls it."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key

    def __call__(self, method: str, path: str, version: int = 2, **body: Any) -> Any:
        headers = {"Authorization": f"Token {self.key}", "Content-Type": "application/json"}
        if version == 2:
            headers["Accept"] = "*/*; version=2"
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"{self.url}/api/public{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.loads(response.read() or b"null")

    def all(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = self("GET", path)
        while True:
            found += page["results"]
            if not page["next"]:
                return found
            page = self("GET", page["next"].partition("/api/public")[2])

    def offers(self, path: str) -> bool:
        try:
            self("GET", path)
        except urllib.error.HTTPError as error:
            return error.code not in (404, 405)
        return True


class Home:
    """An installation to move into: a folder, on one of the engines."""

    def __init__(self, data: Path, mongo: str | None) -> None:
        self.data, self.mongo = data, mongo
        self.store = ["--mongo", mongo] if mongo else []
        self.keys = run_init(data, "Acme", "ada@acme.example", *self.store)

    def command(self, host: str, token: str, *more: str) -> list[str]:
        return [sys.executable, "server.py", "import", "user-com", "--data", str(self.data), *self.store, "--host", host,
                "--token", token, "--json", *more]  # fmt: skip

    def move(self, host: str, token: str, *more: str, code: int = 0) -> dict[str, Any]:
        """Run the command to its end, in this process; return its report."""
        done = command(*self.command(host, token, *more)[2:], **ALLOWED)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert token not in done.stdout + done.stderr
        return json.loads(done.stdout)

    def server(self) -> ServerProcess:
        """Return a server on what was moved in, to be killed."""
        return ServerProcess(self.data, *self.store, environment=ALLOWED)

    def house(self) -> contextlib.AbstractContextManager[House]:
        """Return a hub on what was moved in, in this process."""
        return house_beside(self.data, mongo_url=self.mongo or "")

    def api(self, server: ServerProcess | House) -> Api:
        return Api(server.url, self.keys["api_key"])


class Panel:
    """What an agent sees."""

    def __init__(self, url: str, email: str = "ada@acme.example") -> None:
        body = json.dumps({"email": email, "password": PASSWORD}).encode()
        request = urllib.request.Request(f"{url}/api/app/sign-in", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            self.token = json.loads(response.read())["token"]
        self.url = url

    def __call__(self, method: str, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"{self.url}/api/app/{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read())


@pytest.fixture(params=["sqlite", "mongo"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """An installation to move into, once on each engine."""
    mongo = None
    if request.param == "mongo":
        mongo = request.getfixturevalue("mongo_url")
    return Home(tmp_path / "home", mongo)


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A running hub, once on each engine, that may ask this machine; a traceback in its log fails the test."""
    settings = {"presence_grace": 0.2, "fetch_allow": "127.0.0.1"}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []
