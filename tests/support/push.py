"""Push services for tests: npm's web-push-testing, which checks and decrypts what it gets; one that answers as it is told;
and an imitation of FCM's HTTP v1 with the token server of its service account."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mobile_push.web_push import Subscription, new_keys
from tests.support.house import ROOT, free_port

_SERVER = ROOT / "node_modules" / "web-push-testing" / "src" / "bin" / "server.js"


class PushService:
    """web-push-testing: browsers subscribe with a key, and it tells what was sent to them, decrypted."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def subscribe(self, key: str) -> Browser:
        """Return a browser that takes messages signed with the key."""
        given = await self._post("subscribe", {"userVisibleOnly": "true", "applicationServerKey": key})
        return Browser(self, given["data"])

    async def _post(self, path: str, body: Any) -> Any:
        async with aiohttp.ClientSession() as http, http.post(f"{self.url}/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            text = await answer.text()
            return json.loads(text) if text.startswith("{") else text


class Browser:
    """One that has subscribed."""

    def __init__(self, service: PushService, given: dict[str, Any]) -> None:
        self.service, self.hash = service, given["clientHash"]
        self.subscription = Subscription(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])

    @property
    def body(self) -> dict[str, Any]:
        """What it tells the hub."""
        keys = self.subscription
        return {"endpoint": keys.endpoint, "keys": {"p256dh": keys.p256dh, "auth": keys.auth}, "user_agent": FIREFOX}

    async def got(self) -> list[Any]:
        """Return what was decrypted, each read as JSON."""
        answer = await self.service._post("get-notifications", {"clientHash": self.hash})
        return [json.loads(text) for text in answer["data"]["messages"]]

    async def gets(self, number: int = 1, within: float = 10.0) -> list[Any]:
        """Wait for so many messages; return them."""
        deadline = asyncio.get_running_loop().time() + within
        while len(found := await self.got()) < number:
            assert asyncio.get_running_loop().time() < deadline, f"got only {found}"
            await asyncio.sleep(0.05)
        return found

    async def expire(self) -> None:
        """Let its push service say 410 from now on."""
        await self.service._post(f"expire-subscription/{self.hash}", {})


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@contextlib.contextmanager
def running_push_service(folder: Path) -> Iterator[PushService]:
    """Yield web-push-testing, running."""
    if shutil.which("node") is None or not _SERVER.exists():
        pytest.skip("needs Node and `npm ci`")
    port = free_port()
    with (folder / "push.log").open("w") as log:
        process = subprocess.Popen(["node", str(_SERVER), str(port)], stdout=log, stderr=log, cwd=folder)
    try:
        for _ in range(200):
            if "running" in (folder / "push.log").read_text():
                break
            assert process.poll() is None, (folder / "push.log").read_text()
            time.sleep(0.05)
        yield PushService(f"http://localhost:{port}")
    finally:
        process.terminate()
        process.wait(10)


class Telling:
    """A push service that answers as it is told, and keeps the headers of what it got. Afterwards all is taken (201)."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[dict[str, str]] = []
        self.answers: list[web.Response] = []

    async def handle(self, request: web.Request) -> web.Response:
        """Take one message."""
        await request.read()
        self.got.append({name.lower(): value for name, value in request.headers.items()})
        return self.answers.pop(0) if self.answers else web.Response(status=201)

    def browser(self, name: str = "b") -> dict[str, Any]:
        """Return what a browser that subscribed here tells the hub."""
        keys = {"p256dh": new_keys().public, "auth": "A" * 22}
        return {"endpoint": f"{self.url}/{name}", "keys": keys, "expirationTime": None}


class Firebase:
    """FCM's HTTP v1 and its token server. `gone`, `busy` and `broken` name the devices that are answered so."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[dict[str, Any]] = []
        self.tokens = 0
        self.gone: set[str] = set()
        self.wrong: set[str] = set()
        self.busy: dict[str, str] = {}
        self.down = False
        self.refuses_account = False

    @property
    def to(self) -> list[str]:
        """Whom the messages that were taken are for."""
        return [each.get("token") or each["fid"] for each in self.got]

    async def token(self, request: web.Request) -> web.Response:
        """Hand out a token for an assertion."""
        given = await request.post()
        assert given["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer" and given["assertion"]
        self.tokens += 1
        if self.refuses_account:
            return web.json_response({"error": "invalid_grant", "error_description": "Account disabled"}, status=400)
        return web.json_response({"access_token": f"access-{self.tokens}", "expires_in": 3600, "token_type": "Bearer"})

    async def send(self, request: web.Request) -> web.Response:
        """Take one message."""
        assert request.headers["Authorization"].startswith("Bearer access-")
        body = await request.json()
        assert not body.get("validate_only"), "it is meant"
        message = body["message"]
        to = message.get("token") or message["fid"]
        if self.down:
            return _error(503, "UNAVAILABLE", "The service is currently unavailable.")
        if to in self.gone:
            return _error(404, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED")
        if to in self.wrong:
            return _error(400, "INVALID_ARGUMENT", "The registration token is not valid.", "INVALID_ARGUMENT")
        if to in self.busy:
            return _error(
                429, "RESOURCE_EXHAUSTED", "Quota exceeded.", "QUOTA_EXCEEDED", {"Retry-After": self.busy.pop(to)}
            )
        self.got.append(message)
        return web.json_response({"name": f"projects/{request.match_info['project']}/messages/{len(self.got)}"})

    def account(self, **more: str) -> dict[str, str]:
        """Return a service account's key file."""
        return {
            "type": "service_account", "project_id": "acme-teas", "private_key_id": "1", "private_key": _private_key(),
            "client_email": "push@acme-teas.iam.gserviceaccount.example", "client_id": "1",
            "token_uri": f"{self.url}/token", **more,
        }  # fmt: skip


def _error(status: int, word: str, said: str, code: str = "", headers: dict[str, str] | None = None) -> web.Response:
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}] if code else []
    error = {"code": status, "status": word, "message": said, "details": details}
    return web.json_response({"error": error}, status=status, headers=headers)


@functools.cache
def _private_key() -> str:
    key = rsa.generate_private_key(65_537, 2_048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@contextlib.asynccontextmanager
async def running_telling() -> AsyncIterator[Telling]:
    """Yield a push service that answers as it is told."""
    telling = Telling()
    app = web.Application()
    app.router.add_post("/{path:.*}", telling.handle)
    async with _served(app) as url:
        telling.url = url
        yield telling


@contextlib.asynccontextmanager
async def running_firebase() -> AsyncIterator[Firebase]:
    """Yield an imitation of Firebase."""
    firebase = Firebase()
    app = web.Application()
    app.router.add_post("/token", firebase.token)
    app.router.add_post("/v1/projects/{project}/messages:send", firebase.send)
    async with _served(app) as url:
        firebase.url = url
        yield firebase


@contextlib.asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    finally:
        await runner.cleanup()
