"""The outgoing HTTP client against a real server on this machine, which it reaches only where the operator says so."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import socket
import ssl
import subprocess
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from hub.core.addresses import is_public, read_address
from hub.core.fetch import Fetch, FetchError, FetchFailed, FetchRefused, FetchTimedOut, FetchTooLarge
from hub.core.settings import Settings

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[int]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Return a function that answers requests on a free port of loopback."""
    runners: list[web.AppRunner] = []

    async def open_server(
        answer: Callable[[web.Request], Awaitable[web.StreamResponse]], host: str = "127.0.0.1"
    ) -> int:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, host, 0)
        await site.start()
        runners.append(runner)
        return site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    yield open_server
    for runner in runners:
        await runner.cleanup()


class Phonebook(AbstractResolver):
    """Answers each look-up of a name with the next of its addresses, the last one again and again."""

    def __init__(self, **names: list[str]) -> None:
        self.names, self.asked = names, 0

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        self.asked += 1
        known = self.names[host.partition(".")[0]]
        address = known.pop(0) if len(known) > 1 else known[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


Client = Callable[..., Fetch]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """Return a function that makes a client which may reach what is named beside the public internet."""
    made: list[Fetch] = []

    def make(allow: str = "127.0.0.1", resolver: AbstractResolver | None = None) -> Fetch:
        made.append(Fetch(SimpleNamespace(settings=Settings(fetch_allow=allow)), resolver))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        await each.close()


async def _never(request: web.Request) -> web.Response:
    raise AssertionError(f"{request.path} was asked for")


# ── what comes back ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_comes_back_whole_and_says_nothing_of_this_machine(serve, client, monkeypatch):
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request)
        return web.json_response({"got": await request.text()}, status=418, headers={"Set-Cookie": "a=b", "X-Y": "z"})

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    fetch, port = client(), await serve(answer)
    for _ in range(2):
        found = await fetch.request(
            "post", f"http://127.0.0.1:{port}/a?b=1", body=b"hi", headers={"Authorization": "Bearer x"}
        )
        assert (found.status, found.json(), found.headers["x-y"]) == (418, {"got": "hi"}, "z")
    assert seen[1].headers["User-Agent"].startswith("Switchboard/") and "Cookie" not in seen[1].headers
    assert (seen[0].path_qs, seen[0].headers["Authorization"]) == ("/a?b=1", "Bearer x")


async def test_what_is_no_json_is_said_so(serve, client):
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="<html>")

    found = await client().request("GET", f"http://127.0.0.1:{await serve(answer)}/")
    with pytest.raises(FetchFailed, match="not JSON"):
        found.json()


# ── where it may go ──────────────────────────────────────────────────────────────────────────────────────────────────

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1",
    "2002:a9fe:a9fe::1", "2002:c0a8:101::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "4000::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1",
    "93.184.215.14",
    "172.32.0.1",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
    "2002:101:101::1",
]


@pytest.mark.parametrize("text", PRIVATE)
async def test_no_form_of_an_address_that_is_not_public_is_reached(client, text):
    address = read_address(text)
    assert address is not None and not is_public(address)
    shown = f"[{text.replace('%', '%25')}]" if ":" in text else text
    with pytest.raises(FetchRefused):
        await client("").request("GET", f"http://{shown}/")
    with pytest.raises(FetchRefused, match="HUB_FETCH_ALLOW"):  # and not under a name either
        await client("", Phonebook(evil=[text])).request("GET", "http://evil.example/")


@pytest.mark.parametrize("text", PUBLIC)
def test_addresses_of_the_public_internet_may_be_reached(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0x7f000001", "localhost", "localhost."]
)
async def test_old_ways_to_write_loopback_are_looked_through(client, host):
    with pytest.raises((FetchRefused, FetchFailed)):
        await client("").request("GET", f"http://{host}/")


@pytest.mark.parametrize("url", [
    "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1:25/", "//example.com", "example.com", "", "http://",
    "http://user@example.com/", "http://user:pass@example.com/", "http://example.com:22/", "https://1.1.1.1:6379/",
    "http://[::1/", "http://exa mple.com:x/", "unix:///run/x",
])  # fmt: skip
async def test_what_is_no_address_of_the_web_is_refused_before_anything_is_looked_up(client, url):
    book = Phonebook()
    with pytest.raises(FetchRefused):
        await client("", book).request("GET", url)
    assert book.asked == 0


@pytest.mark.parametrize("allow", ["127.0.0.1", "127.0.0.0/8", "crm.internal", "10.1.0.0/16, CRM.internal."])
async def test_an_operator_names_hosts_addresses_and_networks_with_ports_of_their_own(serve, client, allow):
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=request.host)

    port = await serve(answer)
    found = await client(allow, Phonebook(crm=["127.0.0.1"])).request("GET", f"http://crm.internal:{port}/")
    assert found.body.decode() == f"crm.internal:{port}"
    with pytest.raises(FetchRefused):
        await client(allow, Phonebook(other=["192.168.1.1"])).request("GET", "http://other.internal/")
    with pytest.raises(FetchRefused):  # what is allowed beside the public internet opens no port of it
        await client(allow, Phonebook(other=["1.1.1.1"])).request("GET", "http://other.example:8080/")


async def test_a_name_that_leads_elsewhere_the_second_time_is_refused_then(serve, client):
    """DNS rebinding: the address that is checked is the one that is connected to, and it is looked up once for that."""
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(headers={"Connection": "close"})

    port = await serve(answer)
    book = Phonebook(rebind=["127.0.0.1", "127.0.0.2"])
    fetch = client("127.0.0.1", book)
    await fetch.request("GET", f"http://rebind.example:{port}/first")
    assert book.asked == 1
    with pytest.raises(FetchRefused):
        await fetch.request("GET", f"http://rebind.example:{port}/second")
    assert (asked, book.asked) == (["/first"], 2)


# ── redirects ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("target", ["http://127.0.0.2:{port}/", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd",
                                    "http://u:p@127.0.0.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/"])  # fmt: skip
async def test_a_redirect_is_checked_as_if_it_were_asked_for(serve, client, target):
    async def answer(request: web.Request) -> web.Response:
        assert request.path == "/start"
        return web.Response(status=302, headers={"Location": target.format(port=port)})

    port = await serve(answer)
    with pytest.raises(FetchRefused):
        await client().request("GET", f"http://127.0.0.1:{port}/start")


async def test_redirects_are_followed_to_an_end_and_a_secret_does_not_go_along(serve, client):
    seen = []

    async def there(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, request.headers.get("Authorization"), await request.text()))
        return web.Response(text="here")

    async def first(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, request.headers.get("Authorization"), await request.text()))
        status, target = (307, "/again") if request.path == "/start" else (302, f"http://127.0.0.1:{other}/end")
        return web.Response(status=status, headers={"Location": target})

    other, port = await serve(there), await serve(first)
    found = await client().request(
        "POST", f"http://127.0.0.1:{port}/start", body=b"x", headers={"Authorization": "secret"}
    )
    assert (found.status, found.body) == (200, b"here")
    assert seen == [("POST", "/start", "secret", "x"), ("POST", "/again", "secret", "x"), ("GET", "/end", None, "")]


async def test_redirects_in_a_circle_end_and_without_redirects_the_answer_is_the_redirect(serve, client):
    times = []

    async def circle(request: web.Request) -> web.Response:
        times.append(1)
        return web.Response(status=302, headers={"Location": "/"})

    url = f"http://127.0.0.1:{await serve(circle)}/"
    with pytest.raises(FetchRefused, match="again and again"):
        await client().request("GET", url, redirects=4)
    assert len(times) == 5
    assert (await client().request("GET", url, redirects=0)).status == 302


# ── too much, too slow, not at all ───────────────────────────────────────────────────────────────────────────────────


async def test_a_body_over_its_limit_is_read_no_further(serve, client):
    sent = []

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)
            sent.append(65_536)

    with pytest.raises(FetchTooLarge, match="100,000"):
        await client().request("GET", f"http://127.0.0.1:{await serve(endless)}/", limit=100_000)
    assert sum(sent) < 20_000_000


async def test_a_small_body_that_unpacks_to_a_gigabyte_takes_no_memory(serve, client):
    whole = gzip.compress(bytes(1 << 28), 9)  # 256 MB in 260 KB
    bomb = whole * 4  # members one after the other are one body

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    port = await serve(answer)
    fetch = client()
    tracemalloc.start()
    try:
        with pytest.raises(FetchTooLarge):
            await fetch.request("GET", f"http://127.0.0.1:{port}/")
        assert tracemalloc.get_traced_memory()[1] < 16_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("when", ["before the head", "in the body"])
async def test_who_answers_too_slowly_is_left(serve, client, when):
    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if when == "in the body":
            await response.prepare(request)
        for _ in range(100):
            await asyncio.sleep(0.05)
            if when == "in the body":
                await response.write(b".")
        return response

    begun = asyncio.get_running_loop().time()
    with pytest.raises(FetchTimedOut, match=r"0\.3 seconds"):
        await client().request("GET", f"http://127.0.0.1:{await serve(slow)}/", time=0.3)
    assert asyncio.get_running_loop().time() - begun < 3


async def test_a_name_that_is_looked_up_too_slowly_is_left_too(client):
    class Asleep(Phonebook):
        async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
            await asyncio.sleep(60)
            return []

    with pytest.raises(FetchTimedOut):
        await client("", Asleep()).request("GET", "http://slow.example/", time=0.2)


async def test_nobody_there_no_http_and_a_broken_answer_are_failures_that_say_so(client):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = probe.getsockname()[1]
    with pytest.raises(FetchFailed, match="can't be reached"):
        await client().request("GET", f"http://127.0.0.1:{nobody}/")

    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        writer.close()

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        writer.close()

    for talk in (garbage, half):
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        async with server:
            with pytest.raises(FetchFailed):
                await client().request("GET", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


async def test_a_header_can_t_smuggle_another_request(serve, client):
    with pytest.raises(FetchError):
        await client().request("GET", f"http://127.0.0.1:{await serve(_never)}/", headers={"X": "a\r\nHost: evil"})


async def test_who_can_t_prove_to_be_the_host_is_told_nothing(client, tmp_path: Path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate),
                    "-subj", "/CN=localhost", "-days", "1"], check=True, capture_output=True)  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    told = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.append(await reader.read(100))

    server = await asyncio.start_server(hear, "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(FetchFailed, match="TLS"):
            await client().request("GET", f"https://127.0.0.1:{port}/", headers={"Authorization": "secret"})
    assert not any(told)
