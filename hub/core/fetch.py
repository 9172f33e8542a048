"""The one outgoing HTTP client: what a tenant may name an address for goes through here.

It reaches http and https on their own ports at public addresses, and nothing else but what the operator has named
(`HUB_FETCH_ALLOW`): a tenant must not read what only this machine or its network can. The address is checked where the
connection is made, so a name that leads elsewhere the second time (DNS rebinding) is refused then. Redirects are
followed here, each one checked as if it were asked for. Proxies, cookies and credentials of the environment are not
used, and an answer is read no further than its limit, however well it was packed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec import Struct
from yarl import URL

from hub.core.addresses import Allowed, is_public, read_address
from hub.core.hub import Hub

LIMIT = 1_048_576
"""Bytes of an answer that are read unless the caller says otherwise."""
TIME = 10.0
"""Seconds for a request, its redirects and its answer."""
_CONNECT = 5.0
_PORTS = {"http": 80, "https": 443}
_PIECE = 65_536
_AT_ONCE = 100
_STAYS = {"accept", "content-type", "user-agent"}
"""Headers that go along to another host; what else a caller sends may be a secret of the first one."""


class FetchError(Exception):
    """The request brought no answer; the message tells why, without what was sent."""


class FetchRefused(FetchError):
    """The address is none that may be reached from here. Trying again won't help."""


class FetchTimedOut(FetchError):
    """No answer, or not the whole of it, in time."""


class FetchTooLarge(FetchError):
    """The answer is larger than its limit."""


class FetchFailed(FetchError):
    """The host can't be found or reached, or what it said is no HTTP."""


class Answer(Struct, frozen=True):
    """What came back. Header names are in lower case; of several by one name the last one counts."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str

    def json(self) -> Any:
        """Return the body as JSON. Raises FetchFailed where it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise FetchFailed("The answer is not JSON.") from None


class Fetch:
    """The client of this process. `hub.part(Fetch)` returns it; server.py closes it."""

    def __init__(self, hub: Hub, resolver: AbstractResolver | None = None) -> None:
        self._allowed = Allowed(hub.settings.fetch_allow)
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        redirects: int = 3,
        limit: int = LIMIT,
        time: float = TIME,
        secure: bool = False,
    ) -> Answer:
        """Return the answer, whatever its status. Raises FetchError; `limit` is in bytes, `time` in seconds.

        With `secure` it asks over https alone, but what the operator has named also over http.
        """
        asked = _Asked(method.upper(), self._checked(url, secure), dict(headers or {}), body)
        try:
            async with asyncio.timeout(time):
                for _ in range(redirects + 1):
                    answer, target = await self._once(asked, limit)
                    if target is None or not redirects:
                        return answer
                    asked = self._next(asked, answer, target)
        except TimeoutError:
            raise FetchTimedOut(f"{asked.url.host} did not answer within {time:g} seconds.") from None
        raise FetchRefused(f"{asked.url.host} leads on to another address again and again.")

    def check(self, url: str, *, secure: bool = False) -> None:
        """Raise FetchRefused where an address may not be asked, as far as that shows before its name is looked up."""
        self._checked(url, secure)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    # ── one request ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _once(self, asked: _Asked, limit: int) -> tuple[Answer, str | None]:
        """Return the answer of one request, and where it leads to if it is a redirect."""
        try:
            async with self._open().request(
                asked.method, asked.url, headers=asked.headers, data=asked.body, allow_redirects=False
            ) as response:
                body = await _read(response, limit)
                found = {name.lower(): value for name, value in response.headers.items()}
                target = found.get("location") if response.status in (301, 302, 303, 307, 308) else None
                return Answer(response.status, found, body, str(asked.url)), target
        except TimeoutError:
            raise
        except aiohttp.ClientConnectorDNSError as error:
            if isinstance(error.os_error, _Forbidden):
                raise FetchRefused(str(error.os_error)) from None
            raise FetchFailed(f"There is no host named {asked.url.host}.") from None
        except (aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch):
            raise FetchFailed(f"{asked.url.host} could not prove who it is (TLS).") from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise FetchFailed(f"{asked.url.host} can't be reached, or what it says is no HTTP.") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = _Checking(self._allowed, self._resolver or aiohttp.ThreadedResolver())
            connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit=_AT_ONCE)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=True,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT),
                headers={"User-Agent": f"Switchboard/{_version()}"},
            )  # fmt: skip
        return self._session

    # ── where to ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _checked(self, url: str, secure: bool = False) -> URL:
        """Return an address that may be asked for, as far as it can be seen before its name is looked up."""
        try:
            found = URL(url)
            host, port = found.host, found.port
        except (ValueError, TypeError):
            raise FetchRefused("This is not an address.") from None
        if found.scheme not in _PORTS or not host:
            raise FetchRefused("An address begins with https:// or http:// and names a host.")
        if found.user is not None or found.password is not None:
            raise FetchRefused("An address must not hold a name or a password.")
        address = read_address(host)
        named = self._allowed.names(host)
        if address is not None and not named:
            named = self._allowed.holds(address)
            if not named and not is_public(address):
                raise FetchRefused(_forbidden(host))
        if secure and found.scheme != "https" and not named:
            raise FetchRefused("The address has to begin with https://.")
        # A network of the operator is known only when the name has been looked up, so a port of its own is left to that.
        if port != _PORTS[found.scheme] and not named and not (address is None and self._allowed.networks):
            raise FetchRefused(f"Only the ports 80 and 443 may be asked, not {port}.")
        return found.with_fragment(None)

    def _next(self, asked: _Asked, answer: Answer, target: str) -> _Asked:
        """Return the request that a redirect asks for. Raises FetchRefused."""
        try:
            joined = asked.url.join(URL(target))
        except (ValueError, TypeError):
            raise FetchRefused(f"{asked.url.host} leads to something that is no address.") from None
        url = self._checked(str(joined))
        if asked.url.scheme == "https" and url.scheme != "https":
            raise FetchRefused(f"{asked.url.host} leads from https to http.")
        headers, method, body = asked.headers, asked.method, asked.body
        if url.origin() != asked.url.origin():
            headers = {name: value for name, value in headers.items() if name.lower() in _STAYS}
        if answer.status not in (307, 308) and method != "HEAD":
            method, body = "GET", None
        return _Asked(method, url, headers, body)


class _Asked(Struct, frozen=True):
    method: str
    url: URL
    headers: dict[str, str]
    body: bytes | None


class _Forbidden(OSError):
    """A name leads to no address that may be reached."""


class _Checking(AbstractResolver):
    """Looks a name up once for each connection, and gives out only addresses that may be connected to."""

    def __init__(self, allowed: Allowed, resolver: AbstractResolver) -> None:
        self._allowed, self._resolver = allowed, resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host that may be reached. Raises OSError where there are none."""
        found = await self._resolver.resolve(host, port, family)
        kept = [each for each in found if self._may(host, port, each["host"])]
        if found and not kept:
            raise _Forbidden(_forbidden(host))
        return kept

    def _may(self, host: str, port: int, text: str) -> bool:
        if self._allowed.names(host):
            return True
        address = read_address(text)
        if address is None:
            return False
        return self._allowed.holds(address) or (is_public(address) and port in _PORTS.values())

    async def close(self) -> None:
        """Let go of the resolver below."""
        await self._resolver.close()


def _forbidden(host: str) -> str:
    return f"{host} is not on the public internet. The operator of this server can allow it (HUB_FETCH_ALLOW)."


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the unpacked body. Raises FetchTooLarge as soon as there is more of it than allowed."""
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_chunked(_PIECE):
        size += len(piece)
        if size > limit:
            response.close()  # the rest is not read, so the connection is of no more use
            raise FetchTooLarge(f"The answer of {response.url.host} is larger than {limit:,} bytes.")
        pieces.append(piece)
    return b"".join(pieces)


def _version() -> str:
    try:
        return version("switchboard-hub")
    except PackageNotFoundError:
        return "unpacked"  # run from a folder that was never installed
