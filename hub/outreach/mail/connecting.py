"""From a sender to a connection that takes mails: reach the server, TLS, sign in. What fails is said with its step."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Coroutine
from functools import cached_property
from typing import Any, Literal
from urllib.parse import urlsplit

import aiosmtplib

from hub.core.addresses import Allowed, is_public, read_address
from hub.core.hub import Hub
from hub.outreach.mail.sender import Sender

Step = Literal["connect", "tls", "sign_in", "send"]
Why = Step | Literal["slow"]
"""Why a sender is paused: the step that failed, or its server wants less."""
PORTS = {25, 465, 587, 2525}
"""Ports that the senders of applications may name at public addresses."""
_PER_ADDRESS = 5.0


class Trouble(Exception):
    """A sender does not work now. `code` is what its server answered, 0 where it did not."""

    def __init__(self, step: Step, said: object, code: int = 0) -> None:
        super().__init__(str(said))
        self.step: Step = step
        self.code = code

    @property
    def why(self) -> Why:
        """What to call it: `slow` where the server works, and asks for less or for later."""
        return "slow" if 400 <= self.code < 500 else self.step


class Connecting:
    """Makes connections for this process. `hub.part(Connecting)` returns it."""

    def __init__(self, hub: Hub) -> None:
        self._allowed = Allowed(hub.settings.fetch_allow)
        host = urlsplit(hub.settings.public_url).hostname or ""
        self._called = host if "." in host and read_address(host) is None else None
        """What we say we are called; else the library asks the system."""

    async def connect(self, sender: Sender, patience: float) -> aiosmtplib.SMTP:
        """Return a connection that is signed in; each step may take `patience` seconds. Raises Trouble."""
        client = aiosmtplib.SMTP(
            hostname=sender.host, sock=await self._reached(sender, patience), use_tls=sender.security == "tls",
            start_tls=False, timeout=patience, tls_context=self._tls, local_hostname=self._called,
        )  # fmt: skip
        try:
            await _step("connect", client.connect())
            await _step("connect", client._ehlo_or_helo_if_needed())
            if sender.security == "starttls" or (
                sender.security == "offered" and client.supports_extension("starttls")
            ):
                await _step("tls", client.starttls())
            if sender.user:
                await _step("sign_in", client.login(sender.user, sender.password))
        except BaseException:
            client.close()
            raise
        return client

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()  # takes some milliseconds: once

    async def _reached(self, sender: Sender, patience: float) -> socket.socket:
        """Return a socket that is connected to the server, at an address that may be reached. Raises Trouble."""
        loop = asyncio.get_running_loop()
        said: object = "it has no address"
        try:
            async with asyncio.timeout(patience):
                found = await loop.getaddrinfo(sender.host, sender.port, type=socket.SOCK_STREAM)
                kept = [each for each in found if sender.trusted or self._may(sender, str(each[4][0]))]
                if found and not kept:
                    raise Trouble("connect", _FORBIDDEN.format(host=sender.host, port=sender.port))
                for family, kind, protocol, _, address in kept:
                    try:
                        return await _socket(family, kind, protocol, address)
                    except (TimeoutError, OSError) as error:
                        said = error or "no answer"
        except TimeoutError:
            said = "no answer"
        except (OSError, UnicodeError) as error:
            said = error
        raise Trouble("connect", f"Can't connect to {sender.host} on port {sender.port}: {said}")

    def _may(self, sender: Sender, text: str) -> bool:
        if self._allowed.names(sender.host):
            return True
        address = read_address(text.partition("%")[0])
        if address is None:
            return False
        return self._allowed.holds(address) or (is_public(address) and sender.port in PORTS)


_FORBIDDEN = (
    "{host} on port {port} may not be reached: servers are on the public internet, on port 25, 465, 587 or 2525. "
    "The operator of this server can allow others (HUB_FETCH_ALLOW)."
)


async def _socket(family: int, kind: int, protocol: int, address: Any) -> socket.socket:
    made = socket.socket(family, kind, protocol)
    try:
        made.setblocking(False)
        async with asyncio.timeout(_PER_ADDRESS):
            await asyncio.get_running_loop().sock_connect(made, address)
    except BaseException:
        made.close()
        raise
    return made


async def _step(step: Step, work: Coroutine[Any, Any, Any]) -> None:
    try:
        await work
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            step = "tls"
        code = getattr(error, "code", 0)
        raise Trouble(step, f"{code} {error.message}" if code else error, code) from None  # type: ignore[union-attr]
